"""The run by whose answers equal mistakes are told, with every seed and in every year.

Names that instructors have given hang on its numbers: it is not to be changed, nor are the values
that `roles.completed` gives to hyperparameters that it does not name.
"""

from __future__ import annotations

import numpy as np

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.probing.fixed_run import signed, spread

STEPS, SIZES = 8, (1.0, 1e-5, 1.0, 0.3, 1.0, 0.1, 1.0)
"""Of the gradients of seven parameters: at the second size a small eps shows. With three, and with
small decays, three wrong rules that take a sign, as Lion does, had the same answers."""
ZEROS = 2
"""The third one's first gradients are 0: there, no eps shows."""


def _run() -> Trajectory:
    numbers = np.reshape(signed((STEPS + 1) * len(SIZES)), (STEPS + 1, len(SIZES)))
    gradients = numbers[:STEPS] * SIZES
    gradients[:ZEROS, 2] = 0.0
    return Trajectory(
        ((1,),) * len(SIZES), gradients,
        {"mu": 0.82, "rho": 0.66, "beta1": 0.87, "beta2": 0.78, "eps": 0.13},
        {"lr": tuple(spread(STEPS))}, start=numbers[STEPS])


RUN = _run()
