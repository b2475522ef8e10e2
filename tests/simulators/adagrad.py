"""AdaGrad (Eqs. 36 and 37) and the known ways to get it wrong, as switches of one simulator."""

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

NAME = "AdaGrad"
EQUATION = "Eq. 37"
DECAY = 0.9  # AdaGrad has no rho; who averages takes RMSProp's usual value
FLAGS: tuple[Flag, ...] = (
    *COMMON,
    LR_TWICE,
    STEP_ADDED,
    *root.root_flags(EQUATION),
    flag("not_accumulated", "without accumulation: only the newest gradient is squared",
         "Eq. 37 sums the squares of all gradients so far.", "accumulator", EQUATION),
    flag("absolute_gradient", "with |g| in the place of g squared",
         "Eq. 37 sums squares.", "square", EQUATION),
    flag("previous_sum", "with the sum of the step before",
         "The newest square belongs to the sum that divides the newest gradient.", "previous",
         EQUATION),
    flag("decaying_average", "with a decaying average for the sum (another rule: RMSProp)",
         "AdaGrad never forgets: Eq. 37 has a plain sum.", "accumulator", EQUATION),
    flag("square_of_sum", "with the square of the sum for the sum of squares",
         "Square first, then add: gradients of opposite sign must not cancel.",
         "square", EQUATION),
    flag("mean_for_sum", "with the mean of the squares for their sum",
         "Eq. 37 does not divide the sum by the number of steps.", "mean", EQUATION),
    flag("lr_in_accumulator", "with lr inside the accumulated square",
         "The sum is of the gradient's own squares; lr stands in the numerator only.",
         "square", EQUATION),
    LR_IN_GRADIENT,  # alone it equals lr_in_accumulator, which is named then
    hard_coded("eps"),
)
CONVENTIONS = root.CONVENTIONS
FURTHER, AS_MISTAKES = root.FURTHER, root.AS_MISTAKES
STATES = 1


def simulate(
    flags: Set[str], g: Floats, k: Floats, lr: Floats, h: Mapping[str, float],
    initial: tuple[Floats | float, ...] = (0.0,),
) -> Floats:
    """Steps (T, n) for gradients `g` (T, n), step numbers `k` (T, n), rates `lr` (T,)."""
    s = np.zeros(g.shape[1]) + initial[0]
    total = s  # who squares the sum keeps the sum
    steps = np.empty_like(g)
    for t, g_t in enumerate(g):
        square = np.abs(g_t) if "absolute_gradient" in flags else g_t * g_t
        if "lr_in_accumulator" in flags:
            square = (lr[t] * g_t) ** 2
        old = s
        kept, gain = (DECAY, 1 - DECAY) if "decaying_average" in flags else (1.0, 1.0)
        total = kept * total + gain * g_t
        if "not_accumulated" in flags:
            s = square
        elif "square_of_sum" in flags:
            s = total * total
        else:
            s = kept * s + gain * square
        used = old if "previous_sum" in flags else s
        if "mean_for_sum" in flags:
            used = used / k[t]
        direction = root.divided(g_t, used, h["eps"], flags)
        steps[t] = root.with_gradient_added(direction, g_t, lr[t], flags)
    return steps
