"""Derivatives of an activation from its own values, and where it has none.

A kink is where the differences to the right and to the left do not come together: 8 times closer,
those of a smooth function are 8 times closer to each other. There any number between the two is a
derivative that may be returned: ReLU's at 0 is 0 in torch, 1/2 elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cgp_harness.model import Floats
from cgp_harness.probing.derivatives.ridders import Estimate, ridders

STEP = 2.0**-10
"""Small, so that hardly any point has a kink within it: at 0.05 up to 10 of 4,000 points were given
a wrong derivative of ReLU and its like with a small estimate of the error, at 2^-10 none. On smooth
activations the largest error is 1e-11 of the larger of 1 and the derivative. Where a kink is within
it all the same, the differences of one side are what counts; of 400 activations with six kinks at
random places, at 1,300 numbers, that alone was 33 times another number than Ridders' estimate."""
NEAR = 1e-4
CLOSER = 8.0
APART = 1e-6
"""Of the larger of 1 and the derivative: so far apart, two estimates are not of the same number."""
SIDE = 1e-4
"""Likewise, of the difference to one side and the derivative there."""
STEEPER = 6.0
Values = Callable[[Floats], Floats]
"""Points of any shape to the values there."""


@dataclass(frozen=True)
class Slopes:
    """What the derivative at each of K points may be: all `(K,)`.

    Args:
        estimate: right where there is no kink: by Ridders, or close by, if a kink is within STEP.
        left: difference to the left.
        right: difference to the right.
        kink: where the two do not come together.
        spike: where the value stands apart from those on both sides, which are together.
    """

    estimate: Estimate
    left: Floats
    right: Floats
    kink: NDArray[np.bool_]
    spike: NDArray[np.bool_]

    def accepts(self, derivative: Floats) -> NDArray[np.bool_]:
        """Whether each number is the derivative, or one of those at a kink.

        Where values around a point are not finite nothing can be said, and anything is accepted.
        """
        with np.errstate(invalid="ignore"):
            near = np.abs(derivative - self.estimate.derivative) <= self.estimate.tolerance
            unknown = ~np.isfinite(self.estimate.error)
            low, high = np.minimum(self.left, self.right), np.maximum(self.left, self.right)
            room = SIDE * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
            between = (derivative >= low - room) & (derivative <= high + room)
            return near | unknown | self.kink & between


def slopes(values: Values, points: Floats) -> Slopes:
    """Ask for values around K points, in two requests."""
    estimate = ridders(lambda offsets: values(points + offsets), np.full(points.shape, STEP))
    closest = NEAR / CLOSER**2
    near = np.array([
        -NEAR, -NEAR / CLOSER, -closest, 0.0, closest, NEAR / CLOSER, NEAR])[:, None]
    far_left, left, before, here, after, right, far_right = values(points + near)
    with np.errstate(invalid="ignore", over="ignore"):
        wide_left, wide_right = (here - far_left) / NEAR, (far_right - here) / NEAR
        wide = wide_right - wide_left
        left, right = (here - left) / (NEAR / CLOSER), (right - here) / (NEAR / CLOSER)
        gap = np.abs(right - left)
        size = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
        # Rounding alone opens a gap of 1e-10.
        kink = (gap > 1e-6 * size) & (gap > 2 * np.abs(wide) / CLOSER)
        # Of a step that does not shrink with the distance, the slope grows as it does.
        steps = np.minimum(np.abs(left / wide_left), np.abs(right / wide_right))
        spike = kink & (left * right < 0) & (steps > STEEPER)
        central = (after - before) / (2 * closest)
        rounding = np.finfo(float).eps * (np.abs(here) + np.abs(points * central)) / closest
        one_side = np.minimum(np.abs(central - left), np.abs(central - right)) <= SIDE * size
        estimate = _beside(
            estimate, Estimate(central, APART * size + 4 * rounding), one_side & ~kink)
    return Slopes(estimate, left, right, kink, spike)


def _beside(far: Estimate, close: Estimate, usable: NDArray[np.bool_]) -> Estimate:
    """The close estimate where the other one is sure of another number: a kink is in its way."""
    other = usable & (np.abs(close.derivative - far.derivative) > far.tolerance + close.error)
    return Estimate(np.where(other, close.derivative, far.derivative),
                    np.where(other, close.error, far.error))
