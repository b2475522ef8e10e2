"""RMSProp (Eq. 37 with an average) and the known ways to get it wrong, in one simulator."""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np

from cgp_harness.model import Floats
from tests.simulators import root
from tests.simulators.flag import (
    COMMON,
    LR_IN_GRADIENT,
    LR_TWICE,
    STEP_ADDED,
    Flag,
    flag,
    hard_coded,
)

NAME = "RMSProp"
EQUATION = "Eq. 37 with an average for the sum"
FLAGS: tuple[Flag, ...] = (
    *COMMON,
    LR_IN_GRADIENT,
    LR_TWICE,
    STEP_ADDED,
    *root.root_flags(EQUATION),
    flag("sum_for_average", "with a sum for the average (another rule: AdaGrad)",
         "RMSProp lets old squares decay by rho, else the steps shrink for ever.",
         "average rho", EQUATION),
    flag("no_memory", "without memory: only the newest gradient is squared",
         "The average keeps rho times its previous value.", "average rho", EQUATION,
         readings=2),
    flag("v_undamped", "without the factor 1 - rho in the average",
         "Both terms of a running average have weights that add to 1.", "gain", EQUATION),
    flag("absolute_gradient", "with |g| in the place of g squared",
         "The average is of squares.", "square", EQUATION),
    flag("previous_average", "with the average of the step before",
         "Update the average first, then divide by its root.", "previous", EQUATION),
    flag("rho_swapped", "with rho and 1 - rho swapped",
         "rho is the share of the old average that is kept; it is close to 1.", "rho", EQUATION,
         readings=2),
    flag("bias_correction_added", "with Adam's bias correction added",
         "RMSProp divides by the average as it is.", "correction", EQUATION),
    flag("centred", "in its centred form (another rule), which subtracts the squared mean",
         "RMSProp divides by the root of the mean square, not of the variance.", "centre",
         EQUATION),
    hard_coded("rho"),
    hard_coded("eps"),
)
CONVENTIONS = root.CONVENTIONS
FURTHER, AS_MISTAKES = root.FURTHER, root.AS_MISTAKES
STATES = 1


def simulate(
    flags: Set[str], g: Floats, k: Floats, lr: Floats, h: Mapping[str, float],
    initial: tuple[Floats | float, ...] = (0.0,),
) -> Floats:
    """Steps (T, n) for gradients `g` (T, n), step numbers `k` (T, n), rates `lr` (T,).

    The centred form keeps a mean as well; its initial value comes first.
    """
    rho = 1 - h["rho"] if "rho_swapped" in flags else h["rho"]
    kept = 1 - rho if "rho_swapped~2" in flags else rho
    v = np.zeros(g.shape[1]) + initial[-1]
    mean = np.zeros(g.shape[1]) + (initial[0] if len(initial) > 1 else 0.0)
    steps = np.empty_like(g)
    for t, g_t in enumerate(g):
        square = np.abs(g_t) if "absolute_gradient" in flags else g_t * g_t
        old, old_mean = v, mean
        if "no_memory" in flags:
            v = square
        elif "no_memory~2" in flags:
            v = (1 - rho) * square
        elif "sum_for_average" in flags:
            v = v + square
        else:
            v = kept * v + (1.0 if "v_undamped" in flags else 1 - kept) * square
        mean = rho * mean + (1 - rho) * g_t
        used, used_mean = (old, old_mean) if "previous_average" in flags else (v, mean)
        if "bias_correction_added" in flags:
            used = used / (1 - rho ** k[t])
        if "centred" in flags:
            used = used - used_mean * used_mean
        direction = root.divided(g_t, used, h["eps"], flags)
        steps[t] = root.with_gradient_added(direction, g_t, lr[t], flags)
    return steps
