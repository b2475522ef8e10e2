"""The change of a wrong Function's, activation's or graph's own source that makes it right."""

import ast
from dataclasses import replace

import numpy as np
import pytest
import torch

from cgp_harness.assignment import Assignment, load
from cgp_harness.checks.context import Context
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from cgp_harness.kinds import activation, autograd_function, backprop
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.task import ActivationCheck, ActivationTask
from cgp_harness.model import CheckResult, SourceFile, Status, Submission
from cgp_harness.mutation.change import changed
from cgp_harness.mutation.mending.repairs import SENTENCES, lines, repairs
from cgp_harness.mutation.source import Source
from cgp_harness.sandbox.worker.answering import Changeable
from cgp_harness.sandbox.worker.candidates import Candidates
from tests.from_solution.folders import source
from tests.from_solution.test_function_names import specification, task_of
from tests.harness.functions.right.solved_functions import Solved
from tests.harness.in_process.changed import Changed, inside
from tests.mutants.backprop_outside import OUTSIDE
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS

torch.set_num_threads(1)


def failed(*checks):
    """Results in which these failed, without a word."""
    return {name: CheckResult(
        f"it.{name}", "it", name, "", Status.FAILED, 0.0, 1.0, "visible", "", "")
        for name in checks}


def said(kind, context_of, text, folder, *checks):
    """Of each check what is said, without the sentence around it."""
    with inside(folder), np.errstate(all="ignore"):
        subject = Changed(text, kind)
        context = context_of(subject, Submission("s", (SourceFile("plugin.py", text.encode()),)))
        found = grading_of(kinds()[context.task.kind]).afterwards(context, failed(*checks))
    return {check: one.text.removeprefix("With one change it is right: at ")
            for check, one in found.items()}


# --- Functions ---------------------------------------------------------------------------------

FUNCTIONS = {
    ("softplus", "abs_forgotten"): "plugin.py:11, an absolute value is missing.",
    ("softplus", "derivative_of_sigmoid"): "plugin.py:17, a factor is too much.",
    ("softplus", "forgets_g"): "plugin.py:16, a factor is missing.",
    ("softplus", "sigmoid_of_output"):
        "plugin.py:11, one value stands where another belongs.",
    ("softplus", "kept_on_the_class"): None,
    ("softplus", "overflows_and_forgets_g"): None,
    ("gelu", "only_phi"): "plugin.py:13, a factor is missing.",
    ("gelu", "value_without_half"): "plugin.py:13, a factor is missing.",
    ("gelu", "half_missing_in_exponent"): "plugin.py:19, a factor is missing.",
    ("gelu", "exponent_positive"): "plugin.py:19, parentheses stand in the wrong place.",
    ("layer_norm", "keepdim_forgotten"): "plugin.py:12, `keepdim` is missing.",
    ("layer_norm", "eps_forgotten"): "plugin.py:11, a term is missing.",
    ("layer_norm", "bias_summed_over_row"): "plugin.py:26, an axis is not the right one.",
    ("layer_norm", "unbiased_variance"): "plugin.py:13, the variance has another divisor.",
    ("log_softmax", "not_exponentiated"): "plugin.py:18, a function is missing.",
    ("log_softmax", "shift_not_undone"): "plugin.py:13, a term is missing.",
    ("log_softmax", "mean_of_g"):
        "plugin.py:18, one function stands where another belongs.",
    ("rms_norm", "centred"): "plugin.py:10, a term is too much.",
    ("rms_norm", "root_forgotten"): "plugin.py:10, a root is missing.",
}
"""Of wrong answers of the corpus."""


@pytest.mark.parametrize(("folder", "name"), FUNCTIONS)
def test_where_a_function_is_wrong(folder, name, tmp_path):
    task = task_of(folder)

    def context_of(subject, submission):
        return Solved(Assignment("a", "A", "1", (task,)), task, submission, subject, 0,
                      own=specification(folder))

    checks = ("forward", "gradient", "autograd")
    found = said(autograd_function, context_of, source(folder, f"wrong/{name}"), tmp_path, *checks)
    assert found == ({"forward": FUNCTIONS[folder, name]} if FUNCTIONS[folder, name] else {})


CDF = "        cdf = 1 + torch.erf(x / math.sqrt(2))\n"
BOTH = {
    "log_softmax": (source("log_softmax", "wrong/over_the_batch"),
                    "plugin.py:10, plugin.py:11 and plugin.py:18, an axis is not the right one."),
    "gelu": (source("gelu", "wrong/only_phi").replace(
        "        return 0.5 * (1 + torch.erf(x / math.sqrt(2)))\n", CDF + "        return x * cdf\n"
        ).replace(CDF.replace("1 + torch.erf(x / math.sqrt(2))",
                              "0.5 * (1 + torch.erf(x / math.sqrt(2)))"), CDF),
             "plugin.py:13 and plugin.py:19, a factor is missing."),
}


@pytest.mark.parametrize("folder", BOTH)
def test_the_same_mistake_in_forward_and_in_backward_is_one(folder, tmp_path):
    text, expected = BOTH[folder]
    task = task_of(folder)

    def context_of(subject, submission):
        return Solved(Assignment("a", "A", "1", (task,)), task, submission, subject, 0,
                      own=specification(folder))

    found = said(autograd_function, context_of, text, tmp_path, "forward", "gradient")
    assert found == {"forward": expected}


BACKWARD = 16
"""Its line."""


def test_what_a_question_does_not_call_is_not_changed_for_it(tmp_path):
    text = source("gelu", "wrong/only_phi")
    with inside(tmp_path):
        subject = Changed(text, autograd_function)
        made = Candidates(Changeable(subject.targets["gelu"].target), str(tmp_path), work=10**5)
        called = made.called_by(lambda: subject.targets["gelu"].target.apply(torch.ones(1)))
    first = {number: min(lines(one)) for number, one in enumerate(made.changes, start=1) if one}
    assert {made.is_in(number, called) for number in first if first[number] < BACKWARD} == {True}
    assert {made.is_in(number, called) for number in first if first[number] > BACKWARD} == {False}
    assert made.is_in(1, called)  # the source as it is


# --- graphs ------------------------------------------------------------------------------------

GRAPHS = {
    "replaced at nodes": "a value is overwritten where something belongs to it.",
    "minus": "a minus is too much.",
    "forward order": "a loop goes the wrong way.",
    "outputs keep their own error": "a case is too much.",
    "nothing": None,
    "own factor": "two values stand in each other's place.",
    "not divided": "a division is missing.",
    "downhill differences": "two operands are exchanged.",
    "no exponent": None,
    "the exponent is a whole number": "a function is too much.",
}


@pytest.mark.parametrize("name", GRAPHS)
def test_where_a_graph_is_wrong(name, tmp_path):
    homework = load("computational_graph")

    def context_of(subject, submission):
        return Context(homework, homework.task("graph"), submission, subject, 0)

    if name in WRONG_BACKWARDS:
        check, text = "backpropagation", submission(
            FORWARDS["program"], WRONG_BACKWARDS[name][1], HELPERS)
    elif name in OUTSIDE:
        check, text = "partials", OUTSIDE[name][1]
    else:
        _, forward, helpers = WRONG_FORWARDS[name]
        check, text = "partials", submission(forward, BACKWARDS["reverse_order"], helpers)
    found = said(backprop, context_of, text, tmp_path, check)
    assert {one: text.partition(", ")[2] for one, text in found.items()} == (
        {check: GRAPHS[name]} if GRAPHS[name] else {})


# --- activations -------------------------------------------------------------------------------

HEAD = "import numpy as np\nfrom cgp_harness import activation\n\n@activation\ndef mine(x):\n"
SIGMOID = HEAD + "    y = 1 / (1 + np.exp(-x))\n    return y, y * (1 - y)\n"
TANH = HEAD + "    y = np.tanh(x)\n    return y, 1 - y**2\n"
ACTIVATIONS = {
    "a factor": (SIGMOID, "y * (1 - y)", "1 - y", "", "plugin.py:7, a factor is missing."),
    "of x": (TANH, "1 - y**2", "1 - x**2", "",
             "plugin.py:7, one value stands where another belongs."),
    "no square": (TANH, "1 - y**2", "1 - y", "", "plugin.py:7, a square is missing."),
    "another value": (TANH, "np.tanh(x)", "np.tanh(2 * x)", TANH,
                      "plugin.py:6, a factor is too much."),
    "another function": (TANH, "1 - y**2", "np.cos(x)", "", None),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_where_an_activation_is_wrong(name, tmp_path):
    text, right, wrong, solution, expected = ACTIVATIONS[name]
    assert right in text
    task = ActivationTask("mine", "An activation", "", {"activation": ActivationCheck(10)})

    def context_of(subject, submission):
        homework = Assignment("some", "Some", "1", (task,), solution=solution)
        return ActivationContext(homework, task, submission, subject, 0)

    found = said(activation, context_of, text.replace(right, wrong), tmp_path, "activation")
    assert found == ({"activation": expected} if expected else {})


@pytest.mark.parametrize(("kind", "check"), [
    ("optimizer", "update_rule"), ("autograd_function", "forward"), ("activation", "activation"),
    ("backprop", "partials")])
def test_a_right_answer_is_asked_nothing(kind, check):
    [(name, result)] = failed(check).items()
    right = {name: replace(result, status=Status.PASSED)}
    assert grading_of(kinds()[kind]).afterwards(None, right) == {}


def test_what_would_stand_beside_itself_comes_after_what_is_plain():
    text = "def f(a, b):\n    return a - (b - a)\n"
    [tree] = ast.parse(text).body
    left_out = [one for one in repairs(Source((tree,), {}, (), {}, "f"))
                if one.operator == "left_out"]
    assert [ast.unparse(changed(tree, one.edits).body[0].value) for one in left_out][-1] == "a - a"


def test_sentences_are_clauses():
    assert all(one[0].islower() or one[0] == "`" for one in SENTENCES)
    assert not any(one.endswith(".") for one in SENTENCES)
