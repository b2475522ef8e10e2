"""The graphs that are drawn: each stage has what it is named after, and the numbers are right."""

import math
from collections import Counter
from dataclasses import replace

import pytest

from cgp_harness.checks.graphs.graph_case import DIFFERENCES, LARGEST_VALUE, Case, is_tame
from cgp_harness.checks.graphs.graph_stages import COUNT, GRADIENTS, PARTIALS, cases
from cgp_harness.checks.search import drawn, smallest_failure
from cgp_reference.graph import Graph
from tests.reference.random_graphs import complex_step, python

SEEDS = range(4)
STAGES = {f"{i}: {stage.title}": stage for i, stage in enumerate((*PARTIALS, *GRADIENTS))}
FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "relu": lambda x: max(x, 0.0),
}


def of(title):
    stage = next(one for one in GRADIENTS if one.title == title)
    return [case for seed in SEEDS for case in cases(stage, seed)]


@pytest.mark.parametrize("title", STAGES)
def test_a_seed_decides_the_cases_and_all_of_them_are_different(title):
    stage = STAGES[title]
    again = drawn(stage.cases, 3, COUNT)
    assert again == cases(stage, 3)
    assert len(set(again)) == len(again) == COUNT
    assert again != cases(stage, 4)


@pytest.mark.parametrize("title", STAGES)
def test_values_partials_and_gradients_are_those_of_python_and_the_complex_step(title):
    for case in cases(STAGES[title], 1):
        known = python([text.replace(" ", "") for text in case.texts], case.given, FUNCTIONS)
        assert case.known == pytest.approx(known, rel=1e-12)
        for text, node in zip(case.texts, case.graph.nodes, strict=True):
            alone = Graph.of([text])        # what the node reads is an input here, and stays fixed
            for name in (*node.arguments, *node.parameters):
                expected = complex_step(alone, case.known, node.name, name)
                assert case.partials[node.name][name] == pytest.approx(expected, rel=1e-12)
        for name in case.graph.parameters:
            expected = sum(
                error * complex_step(case.engine, case.given, output, name)
                for output, error in case.error_of.items())
            assert case.gradients[name] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("stage", PARTIALS, ids=lambda stage: stage.title)
@pytest.mark.parametrize("step", [1e-3, -1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-11])
def test_differences_with_every_step_that_the_handout_names_are_within_the_tolerance(stage, step):
    for case in cases(stage, 2):
        for node in case.graph.nodes:
            for name in (*node.arguments, *node.parameters):
                moved = {**case.known, name: case.known[name] + step}
                difference = (node.value(moved) - node.value(case.known)) / step
                exact = case.partials[node.name][name]
                assert abs(difference - exact) <= DIFFERENCES * max(1, abs(exact))


def readers(case):
    """How many nodes read each variable, and how many each parameter."""
    return (Counter(name for node in case.graph.nodes for name in node.arguments),
            Counter(name for node in case.graph.nodes for name in node.parameters))


def test_on_a_chain_no_paths_meet():
    for case in of("chains"):
        of_variables, of_parameters = readers(case)
        assert max((*of_variables.values(), *of_parameters.values())) == 1
        assert len(case.outputs) == 1


def test_shared_nodes_are_read_by_two_and_their_paths_meet_again_in_one_output():
    for case in of("nodes that several others read"):
        of_variables, of_parameters = readers(case)
        assert of_variables["xp"] >= 2
        assert max(of_parameters.values()) == 1
        assert len(case.outputs) == 1


def test_reused_parameters_stand_in_several_nodes_of_a_chain():
    for case in of("parameters that several nodes read"):
        of_variables, of_parameters = readers(case)
        assert max(of_variables.values()) == 1
        assert of_parameters["a"] >= 2
        assert len(case.outputs) == 1


def test_several_outputs_are_two_of_which_another_may_read_one():
    found = of("several outputs")
    for case in found:
        of_variables, of_parameters = readers(case)
        assert len(case.outputs) == 2
        assert max(of_parameters.values()) == 1
        assert not any(count > 1 for name, count in of_variables.items() if name != "xa")
    inner = [any(readers(case)[0][name] for name in case.outputs) for case in found]
    assert any(inner)
    assert not all(inner)


def test_the_last_stage_has_all_of_it():
    for case in of("all of it together"):
        of_variables, of_parameters = readers(case)
        assert (of_variables["xp"] >= 2, of_parameters["a"] >= 2, len(case.outputs)) == (
            True, True, 2)


def test_a_first_stage_of_partials_has_no_name_twice_in_a_product_and_no_call():
    for seed in SEEDS:
        for case in cases(PARTIALS[0], seed):
            assert not any(sign in text for text in case.texts for sign in "^/(")
        for case in cases(PARTIALS[2], seed):
            assert all(any(call in text for call in FUNCTIONS) for text in case.texts)


@pytest.mark.parametrize("case", [
    Case(("xp = a*xa^3",), ("xp",), (1.5, 4.0), (1.0,)),                # too large
    Case(("xp = relu(a*xa + ab)",), ("xp",), (0.5, 1.0, -0.5), (1.0,)),  # on the kink
    Case(("xp = tanh(a*xa)^2",), ("xp",), (8.0, 0.1), (1.0,)),          # too curved
], ids=["large", "kink", "curved"])
def test_graphs_that_differences_cannot_handle_are_not_drawn(case):
    assert not is_tame(case)
    assert is_tame(replace(case, values=(0.5, 0.5, 0.5)[:len(case.values)]))
    assert LARGEST_VALUE == 8.0


def test_the_smallest_failing_case_is_found_and_small():
    stage = GRADIENTS[1]
    found = smallest_failure(
        stage.cases, 0, lambda case: "tanh" in "".join(case.texts), size=lambda case: case.size)
    assert len(found.texts) == 4
    assert "".join(found.texts).count("tanh") == 1
    assert smallest_failure(
        stage.cases, 0, lambda case: False, size=lambda case: case.size) is None


def test_an_exception_of_the_question_itself_is_not_swallowed():
    def broken(case):
        raise RuntimeError("not a verdict")

    with pytest.raises(RuntimeError, match=r"^not a verdict"):
        smallest_failure(GRADIENTS[0].cases, 0, broken, size=lambda case: case.size)
