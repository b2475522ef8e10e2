"""What is said of wrong Functions whose right answer is a solution: true, and as it stands here."""

from functools import cache

import pytest

from cgp_harness.assignment import Assignment
from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from cgp_harness.model import SourceFile, Status, Submission
from tests.from_solution.folders import answers, registered, source
from tests.harness.function_verdicts import CHECKS
from tests.harness.functions_in_process import FunctionsInProcess
from tests.harness.solved_functions import Solved, task_of

FORWARD, BACKWARD = (f"Your {one} is right but for this: " for one in ("forward", "backward"))
SAID = {
    "softplus": {
        "abs_forgotten": FORWARD + ".abs() is left out.",
        "gradient_right_of_zero_only": BACKWARD
        + "the absolute value of x stands where x belongs, where it is saved.",
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
    },
}


@cache
def specification(folder):
    return specified_by(registered(folder, "solution"), task_of(folder), source(folder, "solution"))


def diagnoses(folder, name):
    """Of all checks that the answer fails."""
    text, task = source(folder, name), task_of(folder)
    submission = Submission("student", (SourceFile("plugin.py", text.encode()),))
    context = Solved(
        Assignment("a", "A", "1", (task,)), task, submission, FunctionsInProcess(text), 0,
        own=specification(folder))
    outcomes = [check(context) for check in CHECKS.values()]
    return [one.diagnosis for one in outcomes if one.status is not Status.PASSED and one.diagnosis]


@pytest.mark.parametrize(("folder", "name"), [
    (folder, name) for folder, said in SAID.items() for name in said])
def test_the_change_that_it_is(folder, name):
    first = diagnoses(folder, f"wrong/{name}")[0]
    assert first.text.partition(" This holds")[0] == SAID[folder][name]
    assert first.staff.keys() == set(first.flags)


@pytest.mark.parametrize(("folder", "no_names"), [
    ("softplus", {"binary_logarithm", "saturates"}),
    ("log_softmax", {"backward_of_softmax", "forgets_g", "mean_not_exponentiated",
                     "softmax_returned"}),
])
def test_all_but_these_have_a_name(folder, no_names):
    """What these compute is another function, or two changes away."""
    assert {name.removeprefix("wrong/") for _, name in answers("wrong", [folder])
            if not any(one.flags for one in diagnoses(folder, name))} == no_names
