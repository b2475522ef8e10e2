"""Tolerances of graphs: ten times as wrong as one allows fails, a tenth of it passes.

Numbers are written out here, not taken from the product: a tolerance that moves moves no boundary.
"""

import pytest

from cgp_harness.checks.graphs.backpropagation import backpropagation
from cgp_harness.checks.graphs.graph_case import Case, is_tame
from cgp_harness.checks.graphs.graph_words import differs
from cgp_harness.checks.graphs.partials import partials
from cgp_harness.diagnosis.graphs.explained import largest_error
from cgp_harness.model import Status
from tests.harness.graphs_in_process import context_of
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission

VALUE, PARTIAL = "values[node.name] = results[-1]", "name: tangents[-1].get(name, 0.0) for name"


def forward(old, new):
    assert old in FORWARDS["program"]
    method = FORWARDS["program"].replace(old, new)
    return partials(context_of(submission(method, BACKWARDS["one_dict"])))


@pytest.mark.parametrize(("amount", "passes"), [(1e-6, True), (1e-4, False)])
def test_a_value_may_be_off_by_1e_5(amount, passes):
    found = forward(VALUE, f"values[node.name] = results[-1] * (1 + {amount})")
    assert (found.status is Status.PASSED) == passes


@pytest.mark.parametrize(("amount", "passes"), [(2e-4, True), (1e-2, False)])
def test_a_partial_may_be_off_by_2e_3_as_differences_are(amount, passes):
    found = forward(PARTIAL, f"name: tangents[-1].get(name, 0.0) * (1 + {amount}) for name")
    assert (found.status is Status.PASSED) == passes


@pytest.mark.parametrize("step", [1e-3, 1e-4, 1e-6, 1e-10])
@pytest.mark.parametrize("seed", range(3))
def test_differences_with_any_step_up_to_a_thousandth_are_right(step, seed):
    method = FORWARDS["forward_differences"].replace("1e-4", repr(step))
    found = partials(context_of(submission(method, BACKWARDS["one_dict"]), seed))
    assert found.status is Status.PASSED


@pytest.mark.parametrize(("amount", "passes"), [(1e-6, True), (1e-4, False)])
def test_a_gradient_may_be_off_by_1e_5(amount, passes):
    wrapped = BACKWARDS["one_dict"].replace("def backward(", "def right(") + f'''
    @staticmethod
    def backward(graph, partials, errors):
        found = Graph.right(graph, partials, errors)
        return {{name: value * (1 + {amount}) for name, value in found.items()}}
'''
    found = backpropagation(context_of(submission(FORWARDS["program"], wrapped)))
    assert (found.status is Status.PASSED) == passes


def test_a_difference_is_relative_to_its_size_or_to_1_and_what_is_not_finite_differs():
    assert not differs(0.0, 0.9e-5, 1e-5)
    assert differs(0.0, 1.1e-5, 1e-5)
    assert not differs(1000.009, 1000.0, 1e-5)
    assert differs(1000.011, 1000.0, 1e-5)
    assert differs(2.0, 2.1, 1e-5)
    assert all(differs(one, 1.0, 1e-5) for one in (float("nan"), float("inf")))


def test_a_case_stays_readable_and_smooth():
    def tame(text, *values):
        return is_tame(Case((text,), ("xb",), values, (1.0,)))

    assert tame("xb = ab*xa", 2.0, 3.9)
    assert not tame("xb = ab*xa", 2.0, 4.1)  # 8.2
    assert tame("xb = xa^2 + ab", 0.5, 0.5)  # half the curvature times a step of 1e-3: 1e-3
    assert not tame("xb = 2*xa^2 + ab", 0.25, 0.5)  # 2e-3, of 1.5e-3 that are allowed


def test_a_mistake_explains_numbers_to_the_tolerance_and_no_further():
    def error(off):
        return largest_error(lambda i: (1.0, 200.0), [(1.0, 200.0 * (1 + off))], 1e-9)

    assert error(0.0) == 0.0
    assert error(1e-10) == pytest.approx(1e-10, rel=1e-4)
    assert error(1e-8) is None
    assert error(float("nan")) is None
