"""What is said of wrong Functions whose right answer is a solution: true, and as it stands here."""

from functools import cache

import pytest

from cgp_harness.assignment import Assignment
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from cgp_harness.kinds.autograd_function.specifications.from_solution.told import (
    require_mistakes,
    untold,
)
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.mutation.change import Said
from cgp_harness.probing.variants.variants import Written
from tests.from_solution.folders import answers, registered, source
from tests.harness.functions.right.function_verdicts import CHECKS
from tests.harness.functions.right.solved_functions import Solved, task_of
from tests.harness.in_process.functions import FunctionsInProcess

FORWARD, BACKWARD = (f"Your {one} is right but for this: " for one in ("forward", "backward"))
SAID = {
    "softplus": {
        "abs_forgotten": FORWARD + ".abs() is left out.",
        "gradient_right_of_zero_only": BACKWARD
        + "the absolute value of x stands where x belongs, where it is saved.",
        "binary_logarithm": FORWARD + "log2(1 + …) stands where log1p(…) belongs.",
        "maximum_forgotten": FORWARD + "the term x.clamp(min=0) is left out.",
        "g_added": BACKWARD + "g + torch.sigmoid(x) stands where g * torch.sigmoid(x) belongs.",
    },
    "log_softmax": {
        "binary_logarithm": FORWARD + "log2() stands where log() belongs.",
        "diagonal_only": BACKWARD + ".sum() is left out.",
        "g_summed_over_batch": BACKWARD + "axis 0 stands where 1 belongs.",
        "largest_of_all_rows": FORWARD + "x.amax() is over all axes.",
        "mean_of_g": BACKWARD + "mean() stands where sum() belongs.",
        "negative": FORWARD + "two operands are exchanged.",
        "not_exponentiated": BACKWARD + "torch.exp() is left out.",
        "over_the_batch": FORWARD + "axis 0 stands where 1 belongs.",
        "shift_not_undone": FORWARD + "one value stands where another belongs.",
        "softmax_added": BACKWARD + "one operator stands where another belongs.",
        "softmax_not_divided": BACKWARD.replace("this:", "this in forward:")
        + "a term is left out.",
        "sum_of_g_forgotten": BACKWARD + "the factor g.sum(dim=1, keepdim=True) is left out.",
        "log_of_softmax": FORWARD + "the logarithm is taken of a quotient.",
        "mean_not_exponentiated": BACKWARD
        + "torch.exp() is left out, and mean() stands where sum() belongs.",
        "softmax_returned": FORWARD + "a function is taken of a value.",
        "backward_of_softmax": "Your backward is that of a forward in which a function is taken of "
        "a value.",
    },
}


@cache
def specification(folder):
    return specified_by(registered(folder, "solution"), task_of(folder), source(folder, "solution"))


def diagnoses(folder, name, own=None):
    """Of all checks that the answer fails."""
    text, task = source(folder, name), task_of(folder)
    submission = Submission("student", (SourceFile("plugin.py", text.encode()),))
    context = Solved(
        Assignment("a", "A", "1", (task,)), task, submission, FunctionsInProcess(text), 0,
        own=own or specification(folder))
    outcomes = [check(context) for check in CHECKS.values()]
    return [one.diagnosis for one in outcomes if one.status is not Status.PASSED and one.diagnosis]


@pytest.mark.parametrize(("folder", "name"), [
    (folder, name) for folder, said in SAID.items() for name in said])
def test_the_change_that_it_is(folder, name):
    first = diagnoses(folder, f"wrong/{name}")[0]
    assert first.text.partition(" This holds")[0] == SAID[folder][name]
    assert first.staff.keys() == set(first.flags)


@pytest.mark.parametrize(("folder", "no_names"), [
    ("softplus", {"saturates"}),
    pytest.param("log_softmax", {"forgets_g"}, marks=pytest.mark.long),
])
def test_all_but_these_have_a_name(folder, no_names, long):
    """What these compute is another function, or three changes away."""
    asked = [name for _, name in answers("wrong", [folder])]
    asked = asked if long else [*asked[::3], *(f"wrong/{name}" for name in no_names)]
    assert {name.removeprefix("wrong/") for name in asked
            if not any(one.flags for one in diagnoses(folder, name))} == no_names


def written(name, replaced=(), answer=None):
    return Written(
        name, Said(*[f"{name} is what it is"] * 2), "Look again.", replaced, answer, f"at {name}")


@cache
def with_written(folder, *mistakes):
    return specified_by(
        registered(folder, "solution"), task_of(folder), source(folder, "solution"), "place",
        mistakes)


MEAN = written("mean", (("g.sum(dim=1, keepdim=True)", "g.mean(dim=1, keepdim=True)"),))
SOFTMAX = written("softmax", answer=registered("log_softmax", "wrong/forgets_g"))


@pytest.mark.parametrize(("name", "said"), [
    ("mean_of_g", "mean is what it is. Look again. This"),
    ("mean_not_exponentiated",
     "mean is what it is, and torch.exp() is left out. Look again. This"),
    ("forgets_g", "softmax is what it is. Look again. This"),
])
def test_what_an_instructor_has_written_comes_first_and_in_pairs(name, said):
    [found] = diagnoses("log_softmax", f"wrong/{name}", with_written("log_softmax", MEAN, SOFTMAX))
    assert found.text.startswith(BACKWARD + said)


@pytest.mark.parametrize(("mistake", "message"), [
    (written("same", (("x.amax(dim=1, keepdim=True)", "x.amax(dim=-1, keepdim=True)"),)),
     "the mistake 'same' changes nothing that shows\n  at mistakes.toml, mistake 'same'\n"
     "  expected a wrong answer: other numbers than the solution's, where it is asked"),
    (written("none", (("x.amin(dim=1)", "x"),)),
     "'x.amin(dim=1)' stands nowhere in the answer 'LogSoftmax'\n  at at none\n"
     "  expected an expression or a statement of it, as it is written there"),
])
def test_a_mistake_that_is_none_is_refused(mistake, message):
    with pytest.raises(HarnessError) as caught:
        require_mistakes([with_written("log_softmax", mistake)])
    assert str(caught.value) == message


def test_the_table_of_what_is_told():
    changes, missed, alike = untold(specification("log_softmax"))
    assert changes > 300
    assert [one.said.full for one in missed] == []
    assert len(alike) < 0.07 * changes


PLAIN = {
    "layer_norm": """
def layer_norm(x: "B n", gain: "n", bias: "n") -> "B n":
    centred = x - x.mean(dim=1, keepdim=True)
    variance = (centred**2).mean(dim=1, keepdim=True)
    return gain * centred / torch.sqrt(variance + 1e-5) + bias
""",
    "softplus": """
def softplus(x):
    return x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))
"""}
OF_ANOTHER = "is that of a forward in which "


@cache
def of_plain(folder):
    text, names = f"import torch\n{PLAIN[folder]}", {}
    exec(compile(text, "solution.py", "exec", dont_inherit=True), names)
    return specified_by(names[folder], task_of(folder), text)


@pytest.mark.parametrize(("name", "said"), [
    ("batch_statistics", f"Your gradient of each of x and gain {OF_ANOTHER}axis 0 stands where 1 "
     "belongs."),
    ("mean_held_fixed", f"Your gradient of x {OF_ANOTHER}a value is taken for a constant."),
    ("statistics_held_fixed", f"Your gradient of x {OF_ANOTHER}a value is taken for a constant."),
])
def test_an_answer_without_a_backward_has_the_derivatives_of_its_changes(name, said):
    last = diagnoses("layer_norm", f"wrong/{name}", of_plain("layer_norm"))[-1]
    assert last.text.partition(" This holds")[0] == said


@pytest.mark.parametrize("name", ["no_inner_derivative", "sigmoid_mirrored"])
def test_an_answer_without_a_backward_has_derivatives_that_are_wrong_by_themselves(name):
    """The sigmoid of -x is 1 / (1 + e^x), the derivative of log(1 + e^x) without that of e^x."""
    [found] = diagnoses("softplus", f"wrong/{name}", of_plain("softplus"))
    assert found.text.startswith(
        f"{BACKWARD}the derivative of torch.exp(-x.abs()) by -x.abs() is left out, as if it were 1")
