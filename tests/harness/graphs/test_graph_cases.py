"""The graphs that are asked: where they lie, how they are cut down, and that numbers are right."""

import math
from collections import Counter
from dataclasses import replace

import pytest

from cgp_harness.kinds.backprop.probes import smaller
from cgp_harness.kinds.backprop.probes.case import DIFFERENCES, LARGEST_VALUE, Case, is_tame
from cgp_harness.kinds.backprop.probes.covering import covering, far, pairs
from cgp_harness.kinds.backprop.probes.grammar import (
    KINDS,
    SLOTS,
    kind,
    parts,
    text,
    tree_of,
    value,
)
from cgp_harness.kinds.backprop.probes.ground_paths import ground
from cgp_harness.kinds.backprop.probes.smaller import renamed, smallest
from cgp_harness.kinds.backprop.probes.stages import COUNT, GRADIENTS, PARTIALS, cases
from cgp_reference.graph import Graph
from tests.reference.graph.random_graphs import complex_step, python

STAGES = {f"{i}: {stage.title}": stage for i, stage in enumerate((*PARTIALS, *GRADIENTS))}
FUNCTIONS = {
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh, "relu": lambda x: max(x, 0.0),
    "identity": lambda x: x,
}
KNOWN = {"chains": "chains", "shared": "nodes that several others read",
         "reused": "parameters that several nodes read", "outputs": "several outputs",
         "all": "all of it together"}


def of(name, seeds=range(2)):
    """The fixed cases of a stage of `backpropagation`, and those drawn from some seeds."""
    stage = next(one for one in GRADIENTS if one.title == KNOWN[name])
    return [case for seed in seeds for case in cases(stage, seed)]


@pytest.mark.parametrize("title", STAGES)
def test_the_ground_is_the_same_in_every_run_and_what_is_drawn_comes_on_top(title):
    stage = STAGES[title]
    fixed = stage.fixed()
    for seed in (3, 4):
        asked = cases(stage, seed)
        assert asked[:len(fixed)] == fixed
        assert asked[-1] == fixed[0]
        assert len(set(asked[len(fixed):-1])) == len(asked) - len(fixed) - 1 == COUNT
    assert cases(stage, 3) != cases(stage, 4)
    cases.cache_clear()
    assert asked == cases(stage, 4)


@pytest.mark.parametrize("title", STAGES)
def test_values_partials_and_gradients_are_those_of_python_and_the_complex_step(title):
    distant = [one for _, others in STAGES[title].far for one in others]
    for case in dict.fromkeys((*cases(STAGES[title], 1), *distant)):
        known = python([text.replace(" ", "") for text in case.texts], case.given, FUNCTIONS)
        assert case.known == pytest.approx(known, rel=1e-12)
        for line, node in zip(case.texts, case.graph.nodes, strict=True):
            alone = Graph.of([line])        # what the node reads is an input here, and stays fixed
            for name in (*node.arguments, *node.parameters):
                expected = complex_step(alone, case.known, node.name, name)
                assert case.partials[node.name][name] == pytest.approx(expected, rel=1e-9)
        for name in case.graph.parameters:
            expected = sum(
                error * complex_step(case.engine, case.given, output, name)
                for output, error in case.error_of.items())
            assert case.gradients[name] == pytest.approx(expected, rel=1e-9, abs=1e-15)
            assert case.shares[name] >= abs(case.gradients[name]) * (1 - 1e-12)


@pytest.mark.parametrize("stage", PARTIALS, ids=lambda stage: stage.title)
def test_differences_with_every_step_that_the_handout_names_are_within_the_tolerance(stage):
    for case in cases(stage, 2):
        assert is_tame(case)
        for node in case.graph.nodes:
            for name in (*node.arguments, *node.parameters):
                for step in (1e-3, -1e-3, 1e-4, 1e-6, 1e-8, 1e-10, 1e-11):
                    moved = {**case.known, name: case.known[name] + step}
                    difference = (node.value(moved) - node.value(case.known)) / step
                    exact = case.partials[node.name][name]
                    assert abs(difference - exact) <= DIFFERENCES * max(1, abs(exact)), case


def test_every_operator_meets_every_kind_of_operand_in_each_of_its_places():
    met = {}
    for stage in PARTIALS:
        for case in stage.fixed():
            for tree in case.trees:
                for part in parts(tree):
                    for place, operand in enumerate(part[1:] if isinstance(part, tuple) else ()):
                        at = value(operand, case.known)
                        met.setdefault(((part[0], place), kind(operand)), set()).add(
                            (at > 0) - (at < 0))
    assert set(met) == {(slot, one) for slot in SLOTS for one in KINDS}
    for (slot, one), signs in met.items():
        assert {1, 0} & signs or one == "neg", (slot, one)
        if one not in {"number", "^", "sigmoid", "relu"} and slot != ("^", 0):
            assert -1 in signs, (slot, one)         # the others have no negative value
    assert met[("relu", 0), "variable"] >= {-1, 1}


def test_exponents_are_negative_fractional_and_variable_and_a_base_negative_or_0():
    exponents, bases = set(), set()
    for case in covering("powers"):
        for part in parts(case.trees[0]):
            if part[0] == "^":
                exponents.add(value(part[2], case.known))
                bases.add((value(part[1], case.known), kind(part[2])))
    assert {-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0} <= exponents
    assert {0.0, -1.5} <= {base for base, of_kind in bases if of_kind == "number"}
    assert all(base > 0 for base, of_kind in bases if of_kind in ("parameter", "variable"))


def test_a_tree_is_written_so_that_it_is_read_again():
    for tree in (tree for _, _, tree in pairs()):
        assert Case.of_one(text(tree), (0.5,) * 3).trees == (tree,)
    for form in ("-a*x", "a*-x", "(-a)*x", "a - (b - x)", "a/(b/x)", "x^-a^2", "(x^a)^2", "-x^2"):
        assert text(tree_of(Case.of_one(form, (0.5,) * 3).graph.nodes[0].program)) == form


def test_far_out_are_forms_whose_near_case_is_asked_as_well():
    for stage in PARTIALS:
        for near, others in stage.far:
            assert near in stage.fixed()
            assert not near.far
            assert all(one.far and one.texts == near.texts for one in others)
    assert {len(far(one)) for one in ("sums", "powers", "calls")} == {1, 5}


def readers(case):
    """How many nodes read each variable, and how many each parameter."""
    return (Counter(name for node in case.graph.nodes for name in node.arguments),
            Counter(name for node in case.graph.nodes for name in node.parameters))


def test_on_a_chain_no_paths_meet():
    for case in of("chains"):
        of_variables, of_parameters = readers(case)
        assert max((*of_variables.values(), *of_parameters.values())) == 1
        assert len(case.outputs) == 1
    assert {len(case.texts) for case in of("chains")} >= {
        1, 2, 3, 4, 6, 7, 9, 10, 12, 14, 16, 17, 20, 25, 32, 33, 40}


def test_shared_nodes_are_read_by_two_to_twenty():
    most = set()
    for case in of("shared"):
        of_variables, of_parameters = readers(case)
        most.add(max(of_variables.values()))
        assert max(of_variables.values()) >= 2
        assert max(of_parameters.values()) == 1
        assert len(case.outputs) == 1
    assert most >= {2, 3, 4, 6, 9, 12, 16, 20}


def test_reused_parameters_stand_in_two_to_twenty_nodes_of_a_chain():
    most = set()
    for case in of("reused"):
        of_variables, of_parameters = readers(case)
        most.add(max(of_parameters.values()))
        assert max((*of_variables.values(), 1)) == 1
        assert max(of_parameters.values()) >= 2
        assert len(case.outputs) == 1
    assert most >= {2, 3, 4, 6, 9, 12, 16, 20}


def test_several_outputs_are_two_to_eight_of_which_others_may_read_some():
    found = of("outputs")
    for case in found:
        of_variables, of_parameters = readers(case)
        assert len(case.outputs) >= 2
        assert max(of_parameters.values()) == 1
        assert not any(
            count > 1 for name, count in of_variables.items() if name not in case.graph.inputs)
    inner = [any(readers(case)[0][name] for name in case.outputs) for case in found]
    assert {True, False} == set(inner)
    assert {len(case.outputs) for case in found} == {2, 3, 4, 7, 8}
    assert any(0.0 in case.errors for case in found)


def test_the_last_stage_has_all_of_it():
    fixed = ground("all")
    assert fixed[0] == fixed[2] != fixed[1]             # two graphs in turn, the first one again
    assert fixed[0].texts == fixed[3].texts
    assert fixed[0].errors != fixed[3].errors           # with other errors, with other numbers
    assert fixed[0].texts == fixed[4].texts
    assert fixed[0].values != fixed[4].values
    assert {len(case.texts) for case in fixed} >= {8, 11, 13, 20, 32}
    assert {len(case.outputs) for case in fixed} == {1, 2, 3}
    assert any(0.0 in case.gradients.values() for case in fixed)
    reused = [sum(count > 1 for count in readers(case)[1].values()) for case in fixed]
    assert max(reused) >= 2
    drawn = cases(GRADIENTS[4], 5)[len(GRADIENTS[4].fixed()):-1]
    assert all(max(readers(case)[1].values()) >= 2 for case in drawn)


def test_names_are_of_all_kinds_and_in_no_order():
    names = {name for case in (*of("reused"), *ground("nodes"))
             for name in (*case.graph.parameters, *(node.name for node in case.graph.nodes))}
    assert {"a", "ab", "abc", "kappa_long", "B", "z9", "beta_1", "x__", "xLong_name_9"} <= names
    long = ground("chains")[8]
    assert list(long.known) != sorted(long.known)


@pytest.mark.parametrize("case", [
    Case(("xp = a*xa^3",), ("xp",), (1.5, 4.0), (1.0,)),                # too large
    Case(("xp = relu(a*xa + ab)",), ("xp",), (0.5, 1.0, -0.5), (1.0,)),  # on the kink
    Case(("xp = tanh(a*xa)^2",), ("xp",), (8.0, 0.1), (1.0,)),          # too curved
    Case(("xp = sigmoid(1/(xa - a))",), ("xp",), (1.5, 1.5), (1.0,)),   # finite, but 1/0 inside
    Case(("xp = (xa - a)^xa",), ("xp",), (0.5, 1.5), (1.0,)),           # a base below 0
], ids=["large", "kink", "curved", "divided by 0", "negative base"])
def test_graphs_that_differences_cannot_handle_are_not_drawn(case):
    assert not is_tame(case)
    assert is_tame(replace(case, values=(1.5, 0.3, 0.5)[:len(case.values)]))
    assert LARGEST_VALUE == 8.0


def has(symbol):
    return lambda case: any(part[0] == symbol for tree in case.trees for part in parts(tree))


@pytest.mark.parametrize(("fails", "texts"), [
    (has("tanh"), ("xp = tanh(a)",)),
    (has("^"), ("xp = xa^2",)),
    (lambda case: len(case.texts) > 2, ("xp = a", "xq = b", "xr = c")),
    (lambda case: len(case.outputs) > 1, ("xp = a", "xq = b")),
    (lambda case: "theta" in case.graph.parameters, ("x_1 = theta",)),
    (lambda case: min(case.values) < 0 and has("tanh")(case), ("xp = tanh(a)",)),
])
def test_a_failing_graph_is_cut_down_to_the_smallest_that_fails(fails, texts):
    begun = next(case for case in (*ground("all"), *ground("chains")) if fails(case))
    found = smallest(begun, fails)
    assert fails(found)
    assert found.texts == texts
    assert set(found.values) <= {0.5, -0.5}


def test_it_is_cut_down_while_calls_and_time_last(monkeypatch):
    case, asked = ground("all")[0], []
    assert smallest(case, lambda one: bool(asked.append(one))) == case
    assert len(asked) == len(set(asked)) <= smaller.CALLS
    monkeypatch.setattr(smaller, "SECONDS", -1.0)
    assert smallest(case, lambda one: True) == case


def test_an_exception_of_the_question_itself_is_not_swallowed():
    def broken(case):
        raise RuntimeError("not a verdict")

    with pytest.raises(RuntimeError, match=r"^not a verdict"):
        smallest(ground("all")[0], broken)


def test_other_names_change_nothing_else():
    case = ground("all")[0]
    other = renamed(case, {name: f"{name}_" for name in case.known})
    assert list(other.gradients.values()) == list(case.gradients.values())
    assert other.errors == case.errors
    assert not {*other.known} & {*case.known}
