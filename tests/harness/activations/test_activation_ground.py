"""No gap between the numbers an activation is asked at, and right ones with kinks between them."""

import numpy as np
import pytest

from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.points import points
from cgp_harness.model import Status
from tests.harness.activations.activation_forms import tanh_slope
from tests.harness.in_process.activations import context_of


def doubled(low, high):
    """tanh, with twice its derivative between two numbers."""
    return lambda x: (np.tanh(x), tanh_slope(x) * np.where((x > low) & (x < high), 2, 1))


def lifted(low, high):
    """tanh, with a value that rises faster between two numbers."""
    return lambda x: (np.tanh(x) + np.clip(x - low, 0, high - low), tanh_slope(x))


WRONG = {
    "cut off at another number": (
        lambda x: (np.maximum(x, -1.2), np.where(x > -2, 1.0, 0.0)),
        "At x = -1.9 the value is -1.2 and the derivative 1; the slope of the value is 0.\n"
        "51 of 1289 numbers differ."),
    "between two tenths": (
        doubled(2.01, 2.09),
        "At x = 2.02618034 the value is 0.9658313071 and the derivative 0.1343397724; the slope "
        "of the value is 0.0671698862.\n4 of 1289 numbers differ."),
    "in a value, far down": (
        lifted(-5.2221, -5.2015),
        "At x = -5.21381966 the value is -0.9916604561 and the derivative 0.0001184044604; the "
        "slope of the value is 1.0001184.\n1 of 1289 numbers differ."),
    "far up": (
        lambda x: (np.maximum(x, 0), (x > 0) * np.where((x > 41) & (x < 42.1), 2.0, 1.0)),
        "At x = 41.39895021 the value is 41.39895021 and the derivative 2; the slope of the value "
        "is 1.\n1 of 1289 numbers differ."),
    "very small numbers": (
        doubled(1e-5, 2.2e-5),
        "At x = 2.15443469e-05 the value is 2.15443469e-05 and the derivative 1.999999999; the "
        "slope of the value is 1.\n1 of 1289 numbers differ."),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_between_two_numbers_is_so_with_every_seed(name):
    function, message = WRONG[name]
    outcomes = [activation(context_of(function, seed)) for seed in range(5)]
    assert {done.status for done in outcomes} == {Status.FAILED}
    assert outcomes[0].message == message


def test_there_is_no_gap_and_every_seed_has_the_same_numbers():
    x = np.sort(points(3))
    assert (x[0], x[-1]) == (-1000, 1000)
    assert np.diff(x[np.abs(x) <= 6.51]).max() < 0.0200001
    for side in (x, np.sort(-x)):
        far, small = side[side >= 6.5], side[(side >= 1e-9) & (side <= 0.02)]
        assert (far[1:] / far[:-1]).max() < 1.0250001
        assert (small[1:] / small[:-1]).max() < 2.5
    assert len(np.intersect1d(x, points(4))) > 1240


def test_kinks_anywhere_cost_nothing():
    """Among them such as lie within reach of the differences at a number that is asked."""
    draw = np.random.default_rng(0)
    asked = points(0)
    for distance in (1e-7, 1e-6, 5e-6, 1.1e-5, 3e-5, 9e-5, 2e-4, 5e-4, 9e-4):
        for _ in range(4):
            bends = np.sort(draw.choice(asked, 8, replace=False)) + distance
            steep = draw.uniform(-2, 2, 9)
            done = activation(context_of(bent(bends, steep)))
            assert done.status is Status.PASSED, (distance, done.message)


def bent(kinks, steep):
    """Straight lines between kinks."""
    starts = np.concatenate([[0.0], np.cumsum((steep[:-1] - steep[1:]) * kinks)])

    def function(x):
        piece = np.searchsorted(kinks, x, side="right")
        return starts[piece] + steep[piece] * x, steep[piece]

    return function


def test_a_wrong_slope_beside_a_kink_is_wrong():
    """Where Ridders' estimate reaches over the kink, and is sure of another number."""
    for kink in (-1.0 + 8e-5, 2.5 + 8e-5, 2.0 - 8e-5):
        done = activation(context_of(lambda x, at=kink: (
            np.maximum(x, at), (x > at) + 0.3 * (np.abs(x - at) < 1e-4))))
        assert done.status is Status.FAILED
