"""Tolerances of activations: ten times as wrong as one allows fails, a tenth of it passes.

Numbers are written out here, not taken from the product: a tolerance that moves moves no boundary.
"""

from dataclasses import replace

import numpy as np
import pytest

from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.learning import shown_worse
from cgp_harness.kinds.activation.diagnosis.derivative import Measured, diagnosed
from cgp_harness.model import Status
from cgp_harness.probing.derivatives.ridders import Estimate
from cgp_harness.probing.derivatives.slopes import slopes
from cgp_harness.probing.statistics.paired import Paired
from tests.harness.activations.activation_forms import tanh_slope
from tests.harness.in_process.activations import context_of


def flag(function):
    """What is wrong; None if it passes."""
    done = activation(context_of(function))
    return None if done.status is Status.PASSED else done.diagnosis.flags[0]


def tanh(value=lambda x: 0.0, slope=lambda x: 0.0):
    """tanh with something added to its value and to its derivative."""
    return lambda x: (np.tanh(x) + value(x), tanh_slope(x) + slope(x))


@pytest.mark.parametrize(("amount", "expected"), [(1e-13, None), (1e-11, "not_elementwise")])
@pytest.mark.parametrize("part", ["value", "slope"])
def test_neighbours_may_change_the_last_digits_and_no_more(part, amount, expected):
    # A whole array of several axes is one more than the usual vector.
    assert flag(tanh(**{part: lambda x: amount * (x.ndim != 1)})) == expected


def test_the_same_numbers_give_the_same_answer_to_the_last_digit():
    calls = []

    def counting(x):
        calls.append(1)
        return 1e-12 * len(calls)

    assert flag(tanh(value=counting)) == "not_deterministic"


@pytest.mark.parametrize(("amount", "passes"), [(1e-8, True), (1e-6, False)])
def test_a_derivative_is_right_to_seven_digits(amount, passes):
    done = activation(context_of(tanh(slope=lambda x: amount)))
    assert (done.status is Status.PASSED) == passes


@pytest.mark.parametrize(("bend", "expected"), [(1e-10, "affine"), (1e-8, None)])
def test_a_line_is_straight_to_nine_digits(bend, expected):
    assert flag(lambda x: (x + bend * 1e3 * np.tanh(x), 1 + bend * 1e3 * tanh_slope(x))) == expected


def test_what_rounds_in_the_last_digits_is_a_line_all_the_same():
    assert flag(lambda x: (0.1 * (x + 0.7), np.full(x.shape, 0.1))) == "affine"


@pytest.mark.parametrize("end", [-1, 1])
def test_it_is_finite_up_to_a_thousand_on_either_side(end):
    def to(most):
        return flag(tanh(value=lambda x: np.where(end * x > most, np.inf, 0.0)))

    assert to(999.0) == "not_finite"
    assert to(1000.5) is None


def test_whole_and_half_numbers_are_no_float32():
    assert flag(lambda x: (np.abs(x), np.sign(x))) is None
    assert flag(lambda x: (np.float64(np.float32(np.tanh(x))), tanh_slope(x))) == "dtype"


@pytest.mark.parametrize(("mean", "worse"), [(0.08, False), (0.12, True)])
def test_worse_than_the_sigmoid_is_by_more_than_a_tenth_of_a_decade(mean, worse):
    spread = 0.001 * np.where(np.arange(32) % 2, 1.0, -1.0)
    assert shown_worse(Paired(mean + spread)) == worse


def measured(x, returned, slope):
    nothing = np.zeros(len(x), bool)
    return Measured(x, np.tanh(x), returned, slope, np.full(len(x), 1e-8), nothing, nothing)


@pytest.mark.parametrize(("returned", "flags"), [
    (lambda x: np.tanh(x) * (1 + 1e-10), ("value_as_derivative",)),
    (lambda x: np.tanh(x) * (1 + 1e-8), ()),
    (lambda x: np.cos(x) * (1 + 1e-10), ("derivative_of_another",)),
    (lambda x: np.cos(x) * (1 + 1e-8), ()),
    (lambda x: tanh_slope(x) * (1 + 3e-6), ("factor",)),
    (lambda x: tanh_slope(x) * (1 + 1e-7), ()),
])
def test_a_mistake_is_named_only_to_the_digits_of_the_verdict(returned, flags):
    x = np.linspace(-2.9, 3.1, 41)
    assert diagnosed(measured(x, returned(x), tanh_slope(x))).flags == flags


def test_what_is_near_a_known_value_is_not_said_to_be_another():
    x = np.linspace(-2.9, 3.1, 41)
    one = replace(measured(x, tanh_slope(x), 1.004 * tanh_slope(x)), value=1.004 * np.tanh(x))
    assert diagnosed(one).flags == ("factor",)
    far = replace(measured(x, tanh_slope(x), 1.04 * tanh_slope(x)), value=1.04 * np.tanh(x))
    assert diagnosed(far).flags == ("derivative_of_another",)


@pytest.mark.parametrize(("off", "fits"), [(0.01, True), (0.2, False)])
def test_what_is_rounded_to_float32_may_learn_only_if_its_derivative_fits_roughly(off, fits):
    def rounded(x):
        return (np.float64(np.float32(np.tanh(x))), np.float64(np.float32(tanh_slope(x) + off)))

    done = activation(context_of(rounded))
    assert (done.diagnosis.flags, done.learned) == (("dtype",), {"fits": True} if fits else {})


def test_a_factor_may_be_anything_that_was_measured():
    x = np.linspace(-2.9, 3.1, 41)
    assert diagnosed(measured(x, 3 * tanh_slope(x), tanh_slope(x))).flags == ("factor",)


def test_a_slope_is_right_within_the_estimated_error_and_a_kink_between_its_sides():
    assert Estimate(np.array([0.0, 100.0]), np.array([0.0, 1e-3])).tolerance == pytest.approx(
        [1e-7, 1e-5 + 1e-2])
    found = slopes(np.abs, np.array([0.0, 1.0]))
    assert found.kink.tolist() == [True, False]
    for right in (-1.0, 0.0, 1.0, 1.00005):
        assert found.accepts(np.array([right, 1.0])).all()
    assert found.accepts(np.array([1.001, 1.0])).tolist() == [False, True]
    assert found.accepts(np.array([0.0, 1 + 1e-8])).tolist() == [True, True]
    assert found.accepts(np.array([0.0, 1 + 1e-5])).tolist() == [True, False]


@pytest.mark.parametrize("value", [lambda x: 0.1 * x, lambda x: 3 * x + 1, np.tanh])
def test_what_only_rounding_opens_is_no_kink(value):
    assert not slopes(value, np.linspace(-4, 4, 401)).kink.any()
