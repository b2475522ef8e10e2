"""The longest run of the ground, half of it drawn: every step to 2,011, lr changing up and down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from cgp_harness.kinds.optimizer.probes.ground import SHORT, Probe, gradients_of
from cgp_harness.kinds.optimizer.questions import Trajectory

LONG = 2011
"""Steps. A prime, so that what comes back every 10, 250 or 1,000 calls comes elsewhere in a second
run."""
SLOW = {"mu": 0.995, "rho": 0.995, "beta1": 0.99, "beta2": 0.999, "eps": 1e-8}
"""For the long run: what was 2,000 steps ago still counts, by 4e-5 or more of a step."""


@lru_cache(maxsize=8)
def long_run(seed: int, *, few: bool) -> Probe:
    """Every step to 2,011, lr changing up and down; half the numbers are drawn from the seed.

    Without these, whoever knows the fixed ones could learn the answers by heart.

    Args:
        seed: of the grading.
        few: two numbers instead of six, for a rule that takes one at a time.
    """
    sizes = np.array([1.0] if few else [1.0, 1e-4, 1e3])
    draw = np.random.default_rng([seed, 4])
    drawn = draw.choice([-1.0, 1.0], (LONG, len(sizes))) * draw.uniform(0.3, 3, (LONG, len(sizes)))
    gradients = np.hstack([gradients_of(1, LONG, sizes), drawn * sizes])
    for step in (334, 1013, LONG):  # elsewhere, since there the step of some rules is 0
        gradients[step - 1] = 0.0
    rates = tuple(_rates(LONG))
    shapes = ((len(gradients[0]),),)
    begun = Trajectory(shapes, gradients[:SHORT], SLOW, {"lr": rates[:SHORT]})
    return Probe(
        Trajectory(shapes, gradients, SLOW, {"lr": rates}), "in a long run", (begun,),
        "in a long run: it leaves it at step {step}")


def _rates(steps: int) -> Iterator[float]:
    """Up and down: every few steps, from 64 to 128 at each, then now and then to the end."""
    changes = {*range(3, 64, 5), *range(64, 128), *range(128, steps, 157), 256, 300, steps - 12}
    lr, draw = 0.5, np.random.default_rng([2026, 0])
    for step in range(1, steps + 1):
        if step in changes:
            lr = float(draw.uniform(0.05, 1.0))
        yield lr
