"""Tolerances of graphs: ten times as wrong as one allows fails, a tenth of it passes.

Numbers are written out here, not taken from the product: a tolerance that moves moves no boundary.
"""

import numpy as np
import pytest

from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import _wrong as wrong_partials
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.diagnosis.explained import Limit, Numbers
from cgp_harness.kinds.backprop.probes.case import Case, is_tame
from cgp_harness.kinds.backprop.probes.words import differs, is_single
from cgp_harness.kinds.backprop.questions import Propagated
from cgp_harness.model import Status
from tests.harness.in_process.graphs import context_of
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission

VALUE, PARTIAL = "values[node.name] = results[-1]", "name: tangents[-1].get(name, 0.0) for name"


def forward(old, new):
    assert old in FORWARDS["program"]
    method = FORWARDS["program"].replace(old, new)
    return partials(context_of("import numpy as np\n" + submission(method, BACKWARDS["one_dict"])))


@pytest.mark.parametrize(("amount", "passes"), [(1e-10, True), (1e-8, False)])
def test_a_value_may_be_off_by_1e_9(amount, passes):
    found = forward(VALUE, f"values[node.name] = results[-1] * (1 + {amount})")
    assert (found.status is Status.PASSED) == passes


@pytest.mark.parametrize(("amount", "passes"), [(1e-6, True), (1e-4, False)])
def test_values_that_are_all_float32_numbers_may_be_off_by_1e_5(amount, passes):
    single = f"values[node.name] = float(np.float32(results[-1] * (1 + {amount})))"
    found = forward(VALUE, single)
    assert (found.status is Status.PASSED) == passes


@pytest.mark.parametrize(("amount", "passes"), [(1e-7, True), (1e-2, False)])
def test_a_partial_may_be_off_by_as_much_as_differences_are(amount, passes):
    found = forward(PARTIAL, f"name: tangents[-1].get(name, 0.0) * (1 + {amount}) for name")
    assert (found.status is Status.PASSED) == passes


@pytest.mark.parametrize(("far", "off", "wrong"), [
    (False, 2e-4, False), (False, 2e-2, True), (True, 1e-7, False), (True, 1e-5, True)])
def test_far_from_1_a_partial_is_held_to_its_own_size(far, off, wrong):
    case = Case(("xb = ab*xa",), ("xb",), (2.0, 1.0), (1.0,), far)
    answer = Propagated(dict(case.known), {"xb": {
        name: value * (1 + off) for name, value in case.partials["xb"].items()}})
    assert bool(wrong_partials(case, answer)) == wrong


@pytest.mark.parametrize("step", [1e-3, 1e-4, 1e-6, 1e-10])
@pytest.mark.parametrize("seed", range(3))
def test_differences_with_any_step_up_to_a_thousandth_are_right(step, seed):
    method = FORWARDS["forward_differences"].replace("1e-4", repr(step))
    found = partials(context_of(submission(method, BACKWARDS["one_dict"]), seed))
    assert found.status is Status.PASSED


@pytest.mark.parametrize(("amount", "passes"), [(1e-8, True), (1e-5, False)])
def test_a_gradient_may_be_off_by_some_roundings_of_float32(amount, passes):
    wrapped = BACKWARDS["one_dict"].replace("def backward(", "def right(") + f'''
    @staticmethod
    def backward(graph, partials, errors):
        found = Graph.right(graph, partials, errors)
        return {{name: value * (1 + {amount}) for name, value in found.items()}}
'''
    found = backpropagation(context_of(submission(FORWARDS["program"], wrapped)))
    assert (found.status is Status.PASSED) == passes


def test_what_is_not_finite_differs_and_a_limit_is_of_the_size_or_the_scale():
    assert not differs(1.0, 1.1, 0.11)
    assert differs(1.0, 1.1, 0.09)
    assert differs(1.1, 1.0, 0.09)
    assert all(differs(one, 1.0, 1e9) for one in (float("nan"), float("inf")))
    assert Limit(1e-3, 2.0).of(1.0) == pytest.approx(2e-3)
    assert Limit(1e-3, 2.0).of(-5.0) == pytest.approx(5e-3)
    assert Limit(1e-3, 2.0).of(5.0, 1e-4) == pytest.approx(5e-4)
    assert Limit(1e-3, 2.0).of(5.0, 1.0) == pytest.approx(5e-3)
    assert 0 < Limit(1e-3, 0.0).of(0.0) <= 1e-12


@pytest.mark.parametrize(("value", "single"), [
    (0.5, True), (0.1, False), (float(np.float32(0.1)), True), (0.0, True), (1e300, False),
    (float("inf"), False), (float("nan"), False)])
def test_a_number_of_float32_is_told_by_its_digits(value, single):
    assert is_single(value) == single


def test_a_case_stays_readable_and_smooth():
    def tame(text, *values):
        return is_tame(Case((text,), ("xb",), values, (1.0,)))

    assert tame("xb = ab*xa", 2.0, 3.9)
    assert not tame("xb = ab*xa", 2.0, 4.1)  # 8.2
    assert tame("xb = xa^2 + ab", 0.5, 0.5)  # half the curvature times a step of 1e-3: 1e-3
    assert not tame("xb = 2*xa^2 + ab", 0.25, 0.5)  # 2e-3, of 1.5e-3 that are allowed


def test_a_mistake_explains_numbers_to_the_verdicts_limits_and_no_further():
    def error(off, relative=1.0):
        limits = [[Limit(1e-9, 1.0)] * 2]
        numbers = Numbers([(1.0, 200.0 * (1 + off))], [(1.0, 200.0)], limits)
        return numbers.error(lambda i: (1.0, 200.0), relative)

    assert error(0.0) == 0.0
    assert error(1e-10) == pytest.approx(1e-10, rel=1e-4)
    assert error(1e-8) is None
    assert error(1e-10, 1e-11) is None
    assert error(float("nan")) is None
