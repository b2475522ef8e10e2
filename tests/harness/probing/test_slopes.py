"""Ridders' derivatives, their error estimates, and kinks: against derivatives written by hand."""

import numpy as np
import pytest

from cgp_harness.probing.derivatives.ridders import ROWS, STEP, ridders
from cgp_harness.probing.derivatives.slopes import slopes

X = np.random.default_rng(0).uniform(-6, 6, 4000)
SMOOTH = {
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sine": (np.sin, np.cos),
    "gaussian": (lambda x: np.exp(-x * x), lambda x: -2 * x * np.exp(-x * x)),
    "cube": (lambda x: x**3, lambda x: 3 * x**2),
    "exp": (np.exp, np.exp),
}
BENT = {
    "relu": (lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, 1.0, 0.0), [0]),
    "|x|": (np.abs, np.sign, [0]),
    "relu6": (lambda x: np.clip(x, 0, 6), lambda x: np.where((x > 0) & (x < 6), 1.0, 0.0), [0, 6]),
    "hard sigmoid": (lambda x: np.clip(x / 6 + 0.5, 0, 1),
                     lambda x: np.where(np.abs(x) < 3, 1 / 6, 0.0), [-3, 3]),
    "elu": (lambda x: np.where(x > 0, x, 2 * np.expm1(np.minimum(x, 0))),
            lambda x: np.where(x > 0, 1, 2 * np.exp(np.minimum(x, 0))), [0]),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_of_smooth_functions_the_error_is_small_and_the_estimate_true(name):
    value, slope = SMOOTH[name]
    found = ridders(lambda offsets: value(X + offsets), np.full(X.shape, STEP))
    error = np.abs(found.derivative - slope(X))
    assert (error <= 1e-9 * np.maximum(1, np.abs(slope(X)))).all()
    assert (error <= found.tolerance).all()


def test_all_values_are_asked_for_at_once():
    asked = []
    ridders(lambda offsets: asked.append(offsets) or np.sin(X + offsets), np.full(X.shape, STEP))
    [offsets] = asked
    assert offsets.shape == (2 * ROWS, len(X))
    np.testing.assert_array_equal(offsets[:ROWS], -offsets[ROWS:])


def test_a_value_that_is_not_finite_leaves_an_infinite_error():
    with np.errstate(invalid="ignore"):
        found = ridders(np.log, np.array([STEP]))
    assert found.error == np.inf


@pytest.mark.parametrize("name", BENT)
def test_beside_a_kink_the_derivative_is_accepted_and_any_other_refused(name):
    value, slope, _ = BENT[name]
    found = slopes(value, X)
    right = slope(X)
    assert found.accepts(right).all()
    assert not found.accepts(right + 1e-3)[~found.kink & (found.estimate.error < 1e-6)].any()
    assert (found.estimate.error < 1e-6).mean() > 0.999


@pytest.mark.parametrize("name", BENT)
def test_at_a_kink_all_between_the_two_slopes_is_accepted_and_nothing_else(name):
    value, slope, kinks = BENT[name]
    points = np.array(kinks, float)
    found = slopes(value, points)
    assert found.kink.all()
    sides = np.array([slope(points - 1e-9), slope(points + 1e-9)])
    low, high = sides.min(axis=0), sides.max(axis=0)
    for share in (0, 0.3, 1):
        assert found.accepts(low + share * (high - low)).all()
    for wrong in (low - 0.01, high + 0.01, np.full_like(low, np.nan)):
        assert not found.accepts(wrong).any()


def test_no_smooth_function_has_a_kink_and_a_slope_that_only_bends_is_none():
    for value, _ in SMOOTH.values():
        assert not slopes(value, X).kink.any()
    assert not slopes(lambda x: x * np.abs(x), np.array([0.0])).kink.any()


def test_a_jump_is_a_kink():
    assert slopes(lambda x: (x > 0) * 1.0, np.array([0.0])).kink.all()
