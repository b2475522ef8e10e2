"""`partials` and `backpropagation`: right ways pass, every known mistake fails and is named."""

import re
from functools import cache

import pytest

from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS
from cgp_harness.model import Problem, Status
from cgp_harness.subject import SubjectError
from tests.harness.in_process.graphs import context_of
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission
from tests.mutants.backprop_wrong import UNNAMED, WRONG_BACKWARDS, WRONG_FORWARDS

OUTSIDE_THE_BANK = {
    "step_too_large", "step_too_small", "all_zero", "constant_factor", "difference_not_divided"}


@cache
def outcome(kind, name, seed=0):
    """What the check of `forward` or `backward` says of a mutant."""
    if kind == "forward":
        _, method, helpers = WRONG_FORWARDS[name]
        return partials(context_of(submission(method, BACKWARDS["one_dict"], helpers), seed))
    _, method = {**WRONG_BACKWARDS, **UNNAMED}[name]
    return backpropagation(context_of(submission(FORWARDS["program"], method), seed))


def test_there_are_enough_right_ways_and_wrong_ones():
    assert (len(FORWARDS), len(BACKWARDS)) == (16, 11)
    assert len(WRONG_FORWARDS) + len(WRONG_BACKWARDS) >= 60


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("forward", FORWARDS)
def test_a_right_forward_passes(forward, seed):
    context = context_of(submission(FORWARDS[forward], BACKWARDS["one_dict"]), seed)
    assert partials(context).status is Status.PASSED
    far = {"program": 3, "five_points": 1}.get(forward, 0)  # stages that are asked far out too
    assert context.subject.requests == len(PARTIALS) + far


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("backward", BACKWARDS)
def test_a_right_backward_passes(backward, seed):
    context = context_of(submission(FORWARDS["program"], BACKWARDS[backward]), seed)
    found = backpropagation(context)
    assert (found.status, found.fraction, found.message) == (Status.PASSED, 1.0, "")
    assert context.subject.requests == len(GRADIENTS)


@pytest.mark.parametrize("name", WRONG_FORWARDS)
def test_a_wrong_forward_fails_and_is_named(name, long):
    for seed in (0, 1) if long else (0,):
        found = outcome("forward", name, seed)
        assert (found.status, found.blocks) == (Status.FAILED, False)
        assert found.fraction <= 0.86
        assert found.diagnosis.flags == tuple(WRONG_FORWARDS[name][0].split())


@pytest.mark.parametrize("name", WRONG_BACKWARDS)
def test_a_wrong_backward_fails_and_is_named(name, long):
    for seed in (0, 1) if long else (0,):
        found = outcome("backward", name, seed)
        assert (found.status, found.blocks) == (Status.FAILED, False)
        assert found.fraction <= 0.71
        assert set(found.diagnosis.flags) == set(WRONG_BACKWARDS[name][0].split())


@pytest.mark.parametrize("name", UNNAMED)
def test_what_is_not_known_is_said_not_to_be(name):
    found = outcome("backward", name)
    assert found.status is Status.FAILED
    assert found.diagnosis.flags == ()
    assert found.diagnosis.text == (
        "Your gradients match no known mistake (compared on 1743 numbers).")


def test_every_flag_of_the_banks_has_a_mutant():
    named = {flag for flags, *_ in (*WRONG_FORWARDS.values(), *WRONG_BACKWARDS.values())
             for flag in flags.split()}
    flags = {
        one.id for one in (*partial_mistakes.FLAGS, *backpropagation_mistakes.FLAGS)}
    assert named == flags | OUTSIDE_THE_BANK


def test_a_mistake_costs_the_stages_that_it_shows_on():
    assert outcome("forward", "no exponent").fraction == pytest.approx(0.65)
    assert outcome("forward", "dropped for arguments").fraction == pytest.approx(0.6)
    assert outcome("forward", "parameters moved for the whole graph").fraction == (
        pytest.approx(0.85))
    assert outcome("backward", "replaced at parameters").fraction == pytest.approx(0.7)
    assert outcome("backward", "first output").fraction == pytest.approx(0.7)
    assert outcome("backward", "minus").fraction == 0


def test_the_shares_of_all_stages_are_the_whole():
    assert sum(stage.share for stage in PARTIALS) == pytest.approx(1)
    assert sum(stage.share for stage in GRADIENTS) == pytest.approx(1)


def test_a_wrong_forward_is_told_where_and_what():
    found = outcome("forward", "no exponent")
    assert found.message == (
        "Right on sums and products, activations and names that stand in an expression twice. "
        "Wrong on powers and quotients and graphs of several nodes.\n"
        "The smallest graph found:\n"
        "  xp = xa^2\n"
        "at xa = 0.5")
    assert found.diagnosis.text == (
        "Your partials are those of the expressions, with the exponent not brought down, to "
        "within 1e-15 on 3049 numbers. The partial of x^n for x is n*x^(n-1).")
    assert found.diagnosis.max_relative_error <= 1e-15
    assert found.counterexample == {
        "table": {
            "heading": "forward() on this graph", "columns": ["number", "got", "expected"],
            "rows": [["dxp/dxa", 0.5, 1.0]], "first_difference": 0,
        },
        "backprop": "graph", "method": "forward", "expressions": ["xp = xa^2"],
        "outputs": ["xp"], "values": {"xa": 0.5}, "errors": {"xp": 0.5},
    }


def test_a_wrong_backward_is_told_where_and_what():
    found = outcome("backward", "replaced at parameters")
    assert found.message == (
        "Right on chains, nodes that several others read and several outputs. Wrong on parameters "
        "that several nodes read and all of it together.\n"
        "The smallest graph found:\n"
        "  xp = a,  with dxp/da = 1\n"
        "  xq = a,  with dxq/da = 1\n"
        "and dL/dxq = 0.5")
    assert found.diagnosis.text == (
        "Your gradients are those of backpropagation, with the gradient of a parameter replaced "
        "where it should be added to (Eq. 29), to within 1e-15 on 1743 numbers. A parameter that "
        "several nodes read has one share from each of them.")
    assert found.counterexample["table"]["rows"] == [["dL/da", 0.0, 0.5]]


def test_a_gradient_that_is_missing_is_shown_as_missing():
    found = outcome("backward", "direct names only")
    assert found.counterexample["table"]["rows"] == [["dL/da", "not returned", 0.0]]


NOT_RETURNED = (
    "No gradient came back for a parameter on {} of 359 graphs: it is missing in the dict that "
    "backward() returns. Put the gradient of every parameter of the graph there.")


@pytest.mark.parametrize(("body", "text"), [
    ("return {}", NOT_RETURNED.format(359)),
    ("return dict(errors)", NOT_RETURNED.format(359)),
    ("return {name: 0.0 for name in graph.parameters[1:]}", NOT_RETURNED.format(359)),
    ("return dict.fromkeys(graph.parameters, 0.0)",
     "Your gradients are those of backpropagation, times 0, to within 1e-15 on 1743 numbers. "
     "Nothing arrives at a parameter."),
])
def test_a_gradient_that_is_not_returned_is_not_called_zero(body, text):
    method = "\n    @staticmethod\n    def backward(graph, partials, errors):\n        " + body
    found = backpropagation(context_of(submission(FORWARDS["program"], f"{method}\n")))
    assert found.diagnosis.text == text
    assert (found.counterexample["table"]["rows"][0][1] == "not returned") == (
        text.startswith("No gradient"))


def test_a_mistake_is_named_by_differences_as_well():
    method = FORWARDS["forward_differences"].replace(
        "row[name] = (node.value(moved) - at) / delta",
        "row[name] = abs(node.value(moved) - at) / delta")
    found = partials(context_of(submission(method, BACKWARDS["one_dict"])))
    assert found.diagnosis.text == (
        "Your partials are those of the expressions, without their signs, to within 1e-03 on 2951 "
        "numbers. A partial may be negative.")


@pytest.mark.parametrize(("name", "text"), [
    ("step 0.1", "Your partials are those of the expressions, by forward differences with the "
     "step 0.1, to within 1e-15 on 2951 numbers. A difference is off by its step times the "
     "curvature: half of that, forwards. Take a step between 1e-3 and 1e-10, such as 1e-6."),
    ("step 1e-15", "Your partials are those of the expressions, by forward differences with the "
     "step 1e-15, to within 1e-15 on 2951 numbers. Rounding, 1e-16 of the value, is divided by "
     "the step as well. Take a step between 1e-3 and 1e-10, such as 1e-6."),
    ("over one step", "Your partials are those of the expressions, times 2, to within 1e-08 on "
     "2951 numbers. A central difference is divided by twice the step."),
    ("not divided", "Your partials are those of the expressions, times 0.0001, to within 1e-03 on "
     "2951 numbers. A difference of values is divided by the step that was taken."),
])
def test_differences_that_go_wrong_are_explained(name, text):
    assert outcome("forward", name).diagnosis.text == text


def test_a_factor_of_the_loss_is_explained():
    assert outcome("backward", "minus two").diagnosis.text == (
        "Your gradients are those of backpropagation, times -2, to within 1e-15 on 1743 numbers. "
        "The errors are dL/d(output): the -2 of Eq. 18 is in them already.")


def test_wrong_values_are_shown_before_partials_and_not_diagnosed():
    method = FORWARDS["program"].replace(
        "values[node.name] = results[-1]", "values[node.name] = results[-1] + 0.1")
    found = partials(context_of(submission(method, BACKWARDS["one_dict"])))
    assert found.fraction == 0
    assert found.diagnosis is None
    assert found.message == (
        "forward() does not compute the values and partials of the nodes on any kind of graph.\n"
        "The smallest graph found:\n"
        "  xp = a\n"
        "at a = 0.5")
    assert found.counterexample["table"]["rows"] == [["xp", 0.6, 0.5]]


def test_not_a_number_is_wrong():
    method = FORWARDS["program"].replace(
        "name: tangents[-1].get(name, 0.0)", 'name: float("nan")')
    found = partials(context_of(submission(method, BACKWARDS["one_dict"])))
    assert found.counterexample["table"]["rows"] == [["dxp/da", "nan", 1.0]]
    assert found.diagnosis.flags == ()


RAISES = FORWARDS["program"].replace(
    "results.append(operation(symbol, *a))", 'results.append(operation(symbol, *a) if symbol != '
    '"tanh" else undefined)')


def test_an_exception_is_shown_on_the_smallest_graph_and_costs_its_stages_only():
    found = partials(context_of(submission(RAISES, BACKWARDS["one_dict"])))
    assert (found.status, found.blocks) == (Status.STUDENT_ERROR, False)
    assert found.fraction == pytest.approx(0.6)
    assert found.message == (
        "Right on sums and products, powers and quotients and names that stand in an expression "
        "twice. Wrong on activations and graphs of several nodes.\n"
        "graph raised NameError: name 'undefined' is not defined\n"
        "The smallest graph found:\n"
        "  xp = tanh(xa)\n"
        "at xa = 0.5")
    assert found.counterexample["table"]["rows"] == []


def test_numbers_are_diagnosed_on_the_stages_that_did_not_raise():
    helpers = HELPERS.replace("(b * a ** (b - 1), ", "(a ** (b - 1), ")
    found = partials(context_of(submission(RAISES, BACKWARDS["one_dict"], helpers)))
    assert found.status is Status.FAILED
    assert found.diagnosis.flags == ("exponent_dropped",)


def test_answers_that_change_from_call_to_call_fail_on_what_was_seen():
    method = BACKWARDS["reverse_order"].replace(
        "return gradients",
        "Graph.calls = getattr(Graph, 'calls', 0) + 1\n"
        "        return {name: value + (Graph.calls < 40) for name, value in gradients.items()}")
    found = backpropagation(context_of(submission(FORWARDS["program"], method)))
    assert found.status is Status.FAILED
    assert found.fraction == pytest.approx(0.8)
    rows = found.counterexample["table"]["rows"]
    assert rows
    assert all(got == pytest.approx(expected + 1) for _, got, expected in rows)


@pytest.mark.parametrize("status", [Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.KILLED])
def test_a_hang_or_a_death_ends_the_check_at_once_but_not_the_next(status):
    context = context_of(submission(FORWARDS["program"], BACKWARDS["one_dict"]))
    asked = []

    def dies(request, *_):
        asked.append(request)
        raise SubjectError(Problem(status, "it is gone"), "stopped")

    context.subject.of("backprop").ask = dies
    found = partials(context)
    assert (found.status, found.fraction, found.message, found.blocks) == (
        status, 0.0, "it is gone", False)
    assert len(asked) == 1


def test_what_is_not_returned_is_no_number_and_what_else_is_right_is_said():
    method = BACKWARDS["one_dict"]
    end = re.search(r"^( *)return (.*)$", method, flags=re.M)
    less = method.replace(end[0], (
        f"{end[1]}found = dict({end[2]})\n"
        f"{end[1]}for name in sorted(graph.parameters)[:2]:\n{end[1]}    found.pop(name)\n"
        f"{end[1]}return found"))
    found = backpropagation(context_of(submission(FORWARDS["program"], less), 0))
    assert found.diagnosis.flags == ("gradient_not_returned",)
    assert re.fullmatch(
        r"No gradient came back for a parameter on (\d+) of \1 graphs, and all others are right\. "
        r"Put the gradient of every parameter of the graph into the dict that backward\(\) "
        r"returns\.", found.diagnosis.text)
