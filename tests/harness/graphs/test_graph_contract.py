"""What forward() and backward() may return, and what is said of everything else."""

import pytest

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.subject import SubjectError
from tests.harness.in_process.graphs import GraphsInProcess

CASE = Case(("xp = a*xa", "xq = sigmoid(ab*xp)"), ("xq",), (0.5, 2.0, 1.5), (0.25,))
TABLE = '{"xp": {"xa": 2.0, "a": 0.5}, "xq": {"xp": 0.3, "ab": 0.2}}'
VALUES = '{"xp": 1.0, "xq": 0.8}'
PARTIALS = "for every node, a dict from its own arguments and parameters to numbers"


def answers(method, returned):
    """The answer to CASE of a class whose methods return this expression."""
    source = (
        "import collections, types, numpy as np, torch\n"
        "class Graph:\n"
        "    @staticmethod\n"
        f"    def forward(graph, values): return {returned}\n"
        "    @staticmethod\n"
        f"    def backward(graph, partials, errors): return {returned}\n")
    graphs = GraphsInProcess(source).of("backprop")
    if method == "forward":
        return graphs.forward("graph", [CASE.point])[0]
    return graphs.backward("graph", [CASE.seeded])[0]


def refusal(method, returned):
    with pytest.raises(SubjectError) as caught:
        answers(method, returned)
    assert caught.value.kind == "contract"
    return str(caught.value.problem)


FORWARD = {
    "None": ("forward() returned None",
             "a pair: the value of every node, and the table of partials",
             "end it with `return values, partials`"),
    VALUES: ("forward() returned a dict",
             "a pair: the value of every node, and the table of partials",
             "end it with `return values, partials`"),
    f"[1.0, 2.0], {TABLE}": (
        "forward() returned as values a list", "a dict from every node to its value", ""),
    f"{VALUES}, None": ("forward() returned as partials None", PARTIALS, ""),
    f'{{"xp": 1.0}}, {TABLE}': (
        "forward() returned no value of 'xq', of 'xq = sigmoid(ab*xp)'", "a value of every node",
        ""),
    f'{{"xp": 1.0, "xq": "0.8"}}, {TABLE}': (
        "the value of 'xq', of 'xq = sigmoid(ab*xp)', is '0.8'", "a number", ""),
    f'{{"xp": 1.0, "xq": True}}, {TABLE}': (
        "the value of 'xq', of 'xq = sigmoid(ab*xp)', is True", "a number", ""),
    f'{{"xp": 1.0, "xq": np.ones(2)}}, {TABLE}': (
        "the value of 'xq', of 'xq = sigmoid(ab*xp)', is an array of shape (2,)", "a number", ""),
    f'{{"xp": 1.0, "xq": 0.8, "xz": 1.0}}, {TABLE}': (
        "the values that forward() returned hold 'xz', which is no name of theirs",
        "names among a, ab, xa, xp, xq", ""),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": 0.5}}}}': (
        "forward() returned no partials of 'xq', of 'xq = sigmoid(ab*xp)'", PARTIALS, ""),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": 0.5}}, "xq": [0.3, 0.2]}}': (
        "the partials of 'xq', of 'xq = sigmoid(ab*xp)', are a list", PARTIALS, ""),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": 0.5}}, "xq": {{"ab": 0.2}}}}': (
        "forward() returned no partial of 'xq', of 'xq = sigmoid(ab*xp)', for 'xp'",
        "one for each of xp, ab", ""),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": None}}, "xq": {{"xp": 0.3, "ab": 0.2}}}}': (
        "the partial of 'xp', of 'xp = a*xa', for 'a' is None", "a number", ""),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": 0.5}}, "xq": {{"xp": 0.3, "ab": 0.2, "a": 0.1}}}}': (
        "the partials of 'xq', of 'xq = sigmoid(ab*xp)', hold 'a', which the expression does not",
        "its own names only: xp, ab", "leave it out; backward() follows the path to it"),
    f'{VALUES}, {{"xp": {{"xa": 2.0, "a": 0.5}}, "xq": {{"xp": 0.3, "ab": 0.2, "b": 0}}}}': (
        "the partials of 'xq', of 'xq = sigmoid(ab*xp)' hold 'b', which is no name of theirs",
        "names among a, ab, xa, xp, xq", ""),
    f'{VALUES}, {{**{TABLE}, "a": {{}}}}': (
        "the partials that forward() returned hold 'a', which is no name of theirs",
        "names among xp, xq, xa", ""),
}
BACKWARD = {
    "None": ("backward() returned None",
             "a dict from every parameter to the derivative of the loss for it",
             "end it with `return gradients`"),
    "[1.0, 2.0]": ("backward() returned a list",
                   "a dict from every parameter to the derivative of the loss for it",
                   "end it with `return gradients`"),
    '{"a": 1.0, "ab": 2.0, "ac": 0.0}': (
        "the gradients that backward() returned hold 'ac', which is no name of theirs",
        "names among a, ab, xa, xp, xq", ""),
    '{"a": 1.0, "ab": None}': ("the gradient for 'ab' is None", "a number", ""),
    '{"a": 1.0, "ab": 1j}': ("the gradient for 'ab' is a complex number", "a number", ""),
    '{"a": 1.0, "ab": "x" * 99}': (
        f"the gradient for 'ab' is '{'x' * 39}", "a number", ""),
}


@pytest.mark.parametrize("returned", FORWARD)
def test_a_forward_that_does_not_fit_is_told_what_does(returned):
    what, expected, fix = FORWARD[returned]
    message = f"{what}\n  expected {expected}" + (f"\n  fix: {fix}" if fix else "")
    assert refusal("forward", returned) == message


@pytest.mark.parametrize("returned", BACKWARD)
def test_a_backward_that_does_not_fit_is_told_what_does(returned):
    what, expected, fix = BACKWARD[returned]
    message = f"{what}\n  expected {expected}" + (f"\n  fix: {fix}" if fix else "")
    assert refusal("backward", returned) == message


@pytest.mark.parametrize("number", [
    "1", "1.0", "np.float64(1)", "np.float32(1)", "np.int64(1)", "np.array(1.0)",
    "torch.tensor(1.0)", "torch.tensor(1.0, requires_grad=True).detach()",
])
def test_every_kind_of_real_number_is_taken(number):
    got = answers("backward", f'{{"a": {number}, "ab": 0}}')
    assert got.gradients == {"a": 1.0, "ab": 0.0}
    assert got.absent == ()


@pytest.mark.parametrize("mapping", [
    "{'a': 1.0, 'ab': 2.0}", "collections.defaultdict(float, {'a': 1.0, 'ab': 2.0})",
    "types.MappingProxyType({'a': 1.0, 'ab': 2.0})",
])
def test_every_kind_of_mapping_is_taken(mapping):
    assert answers("backward", mapping).gradients == {"a": 1.0, "ab": 2.0}


def test_further_names_of_the_graph_and_empty_places_are_left_out_of_account():
    full = ('{"xa": {}, "xp": {"xa": 2.0, "a": 0.5, "ab": None, "xq": None},'
            ' "xq": {"xp": 0.3, "ab": 0.2, "a": None, "xa": 0}}')
    got = answers("forward", f'{{"xp": 1.0, "xq": 0.8, "xa": 9.0, "a": 9.0}}, {full}')
    assert got.values == {"xp": 1.0, "xq": 0.8}
    assert got.partials == {"xp": {"xa": 2.0, "a": 0.5}, "xq": {"xp": 0.3, "ab": 0.2}}
    got = answers("backward", '{"a": 1.0, "ab": 2.0, "xa": 3.0, "xp": 4.0, "xq": 5.0}')
    assert got.gradients == {"a": 1.0, "ab": 2.0}


def test_a_gradient_that_is_missing_is_said_to_be_and_counts_as_0():
    got = answers("backward", '{"ab": 2.0}')
    assert (got.gradients, got.absent) == ({"a": 0.0, "ab": 2.0}, ("a",))
    assert answers("backward", "{}").absent == ("a", "ab")


def test_not_a_number_is_an_answer():
    got = answers("backward", '{"a": float("nan"), "ab": float("inf")}')
    assert str(got.gradients) == "{'a': nan, 'ab': inf}"


def test_what_a_student_does_to_its_arguments_harms_nobody():
    source = (
        "class Graph:\n"
        "    @staticmethod\n"
        "    def forward(graph, values): pass\n"
        "    @staticmethod\n"
        "    def backward(graph, partials, errors):\n"
        "        found = {'a': partials['xp']['a'], 'ab': errors['xq']}\n"
        "        partials.clear(); errors.clear()\n"
        "        return found\n")
    answers = GraphsInProcess(source).of("backprop").backward("graph", [CASE.seeded, CASE.seeded])
    assert [one.gradients for one in answers] == [{"a": 0.5, "ab": 0.25}] * 2


def test_many_graphs_cost_one_request():
    subject = GraphsInProcess(
        "class Graph:\n    backward = staticmethod(lambda graph, partials, errors: {})\n")
    assert len(subject.of("backprop").backward("graph", [CASE.seeded] * 40)) == 40
    assert subject.requests == 1
