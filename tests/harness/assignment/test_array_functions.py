"""Functions of arrays: where they are called, and how far off a right form may be."""

import numpy as np
import pytest

from cgp_harness.assignment.array_functions import ArrayFunction
from cgp_harness.probing.arrays.axes import Array
from cgp_harness.probing.arrays.ground import GENERIC, Ground
from cgp_harness.probing.arrays.rounding import wrong
from cgp_harness.probing.search import drawn

SHAPES = (((2, 3), (2,)), ((1, 1), (1,)))
GROUND = Ground(SHAPES, lambda shapes: (0, shapes[0][1]), (1e-3, 1e3))
"""Numbers of two axes, and integers that count the second."""


def test_fixed_calls_are_the_same_and_of_all_kinds():
    cases, again = list(GROUND.fixed()), list(GROUND.fixed())
    assert all(np.array_equal(one, other) for case, same in zip(cases, again, strict=True)
               for one, other in zip(case, same, strict=True))
    assert [tuple(one.shape for one in case) for case in cases] == [
        shapes for shapes in SHAPES for _ in range(GENERIC + 4)]  # generic, zeros, three far out
    x = np.abs(np.concatenate([case[0].ravel() for case in cases[:GENERIC]]))
    assert 1e-3 <= x.min() < 1e-2
    assert 1e2 < x.max() <= 1e3
    assert {float(one) for case in cases[:GENERIC] for one in case[1]} == {0, 1, 2}
    assert not any(part.any() for part in cases[GENERIC])
    low, high, both = (case[0] for case in cases[GENERIC + 1:GENERIC + 4])
    assert low.max() < -890
    assert high.min() > 890
    assert (both.max(), -both.min()) > (890, 890)


def test_drawn_calls_are_on_the_ground():
    for x, counts in drawn(GROUND.drawn(), 0, 50):
        assert (x.shape, counts.shape) in SHAPES
        assert np.abs(x).max() <= 1e3
        assert set(counts.tolist()) <= set(range(x.shape[1]))


@pytest.mark.parametrize(("roundings", "expected"), [(0.8, False), (80.0, True)])
def test_a_right_form_may_be_off_by_what_rounding_an_argument_changes(roundings, expected):
    def tenth_power(x):
        return x ** 10

    x = np.array([1.5])
    right = tenth_power(x)
    one = float(tenth_power(x * (1 + 2.0**-52))[0] - right[0])
    got = right + roundings * one
    assert wrong(tenth_power, [True], [x], got, np.zeros(1)).tolist() == [expected]


def test_integers_are_not_rounded():
    at = np.array([3.0])
    assert wrong(lambda x, i: x * 2 ** i, [False, False], [at, at], np.array([24 + 1e-12]),
                 np.zeros(1)).tolist() == [True]
    assert wrong(lambda x, i: x[i.astype(int)], [True, False], [np.array([1.0, 2.0]),
                 np.array([1.0])], np.array([2.0]), np.zeros(1)).tolist() == [False]


def test_what_is_not_finite_is_not_asked_for():
    with np.errstate(all="ignore"):
        assert wrong(np.sqrt, [True], [np.array([-1.0, 4.0])], np.array([7.0, 7.0]),
                     np.zeros(2)).tolist() == [False, True]
        # The largest number is finite, and is not where its argument is rounded.
        largest = np.log(np.finfo(np.float64).max)
        assert wrong(np.exp, [True], [np.array([largest])], np.array([0.0]),
                     np.zeros(1)).tolist() == [False]


@pytest.mark.parametrize(("off", "expected"), [
    (1e-10, False), (1e-8, True),      # a share of the value, 1
    (1e-10j, False), (1e-8j, True),    # of the largest argument, 1000, where the value is 0
])
def test_a_number_may_be_off_by_its_share_and_by_what_the_largest_argument_leaves(off, expected):
    case = (np.array([1000.0, 1.0]),)

    def value(x):
        return np.array([1.0 if isinstance(off, float) else 0.0])

    function = ArrayFunction(
        (value,), None, {}, lambda one: one, (Array("x", "n"),), GROUND, 1e-9, "place")
    got = value(None) + abs(off)
    assert function.wrong(value, case, got).tolist() == [expected]
