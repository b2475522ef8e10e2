"""SGD+ (Eqs. 31 to 33) and the known ways to get it wrong, as switches of one simulator."""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np

from cgp_harness.model import Floats
from tests.simulators.flag import COMMON, Flag, flag, hard_coded

NAME = "SGD+"
FLAGS: tuple[Flag, ...] = (
    *COMMON,
    flag("damped", "with the gradient damped by 1 - mu (another rule: an average, not momentum)",
         "Eq. 32 adds the whole gradient to mu times the buffer.", "buffer", "Eq. 32"),
    flag("torch_dampening",
         "with the gradient damped by 1 - mu except at the first step (another rule: torch's "
         "dampening)",
         "Eq. 32 adds the whole gradient at every step.", "buffer", "Eq. 32"),
    flag("nesterov", "in Nesterov's form (another rule), which looks one step ahead",
         "Eq. 33 subtracts the buffer itself.", "direction", "Eq. 33"),
    flag("no_momentum", "without momentum: plain SGD",
         "Eq. 32 keeps mu times the previous increment.", "buffer direction mu state",
         "Eq. 32"),
    flag("mu_swapped", "with mu and 1 - mu swapped",
         "mu is the share of the previous increment that is kept.", "mu", "Eq. 32", readings=2),
    flag("previous_buffer", "with the buffer of the step before",
         "Update the buffer first, then subtract the new one.", "direction when", "Eqs. 32 and 33"),
    flag("lr_twice", "with lr multiplied in twice, into the buffer and into the step",
         "lr belongs in one place only.", "lr_place", "Eq. 32"),
    flag("first_step_skipped", "with the first step skipped",
         "At step 1 the buffer is the gradient, and it is subtracted.", "when", "Eq. 33",
         readings=2),
    hard_coded("mu"),
)
CONVENTIONS = {
    "lr_in_buffer": "with lr inside the buffer",
    "lr_outside_buffer": "with lr outside the buffer",
    "damped_lr_in_buffer": "with the gradient damped by 1 - mu and lr inside the buffer",
    "damped_lr_outside_buffer": "with the gradient damped by 1 - mu and lr outside the buffer",
}
FURTHER: Mapping[str, Set[str]] = {
    "damped_lr_in_buffer": {"buffer"}, "damped_lr_outside_buffer": {"buffer"}}
AS_MISTAKES: Set[str] = FURTHER.keys()  # `damped` says it
STATES = 1


def simulate(
    flags: Set[str], g: Floats, k: Floats, lr: Floats, h: Mapping[str, float],
    initial: tuple[Floats | float, ...] = (0.0,),
) -> Floats:
    """Steps (T, n) for gradients `g` (T, n), step numbers `k` (T, n), rates `lr` (T,)."""
    mu = 1 - h["mu"] if "mu_swapped" in flags else h["mu"]
    kept = 1 - mu if "mu_swapped~2" in flags else mu
    v = np.zeros(g.shape[1]) + initial[0]
    within = bool({"lr_in_buffer", "damped_lr_in_buffer"} & flags)
    inside, outside = within or "lr_twice" in flags, not within or "lr_twice" in flags
    damped = bool({"damped", "torch_dampening", *FURTHER} & flags)
    steps = np.empty_like(g)
    for t, g_t in enumerate(g):
        first = k[t] == 1
        arriving = lr[t] * g_t if inside else g_t
        old = v
        if "no_momentum" in flags:
            v = arriving
        else:
            v = kept * v + (1 - mu if damped else 1.0) * arriving
        if "torch_dampening" in flags:
            v = np.where(first, arriving, v)
        if "first_step_skipped~2" in flags:
            v = np.where(first, old, v)
        step = v
        if "nesterov" in flags:
            step = arriving + mu * v
        if "previous_buffer" in flags:
            step = old
        if "first_step_skipped" in flags or "first_step_skipped~2" in flags:
            step = np.where(first, 0.0, step)
        steps[t] = lr[t] * step if outside else step
    return steps
