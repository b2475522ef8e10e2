"""What is right is what the solution computes, wherever it can be asked."""

import pytest
from submissions import TASK, graded, homework

from cgp_function.grading import remarks
from cgp_function.starter import STARTER
from cgp_harness.assignment import parse
from cgp_harness.errors import HarnessError

SOLUTION = """
from __future__ import annotations
import numpy as np
from cgp_harness import accepted
from cgp_function import function

@function
def cross_entropy(logits: Float[np.ndarray, "B n"], labels: Int[np.ndarray, "B"]):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()

@function
def root(x):
    return np.sqrt(x)

@accepted("root", "of the size")
@function
def root_of_the_size(x):
    return np.sqrt(np.abs(x))

@function
def root_derivative(x):
    return 0.5 / np.sqrt(x)
"""
SOLVED = homework(SOLUTION, cross_entropy="", root="magnitudes = [1e-3, 1e3]")
WITH_DERIVATIVE = TASK.format(name="root", further="").replace(
    "values = {points = 4}", "values = {points = 4}\nderivative = {points = 2}")
CROSS_ENTROPY = """
import numpy as np
from cgp_function import function

@function
def cross_entropy(logits, labels):
    assert labels.dtype == np.int64
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return np.mean(log_sum - np.take_along_axis(logits, labels[:, None], 1)[:, 0])

@function
def root(x):
    return x ** 0.5
"""


def solved(text, assignment=SOLVED):
    return {name: check.score for name, check in graded(text, assignment).items()
            if not name.endswith("loads")}


def test_what_is_right_is_what_the_solution_computes():
    assert solved(CROSS_ENTROPY) == {"cross_entropy.values": 4, "root.values": 4}


@pytest.mark.parametrize(("right", "wrong", "scores"), [
    ("np.mean", "np.sum", [0, 4]),
    ("logits.max(axis=1)", "np.zeros(len(logits))", [0, 4]),           # overflows
    ("axis=1", "axis=0", [0, 4]),
    ("x ** 0.5", "np.where(x < 0, 7, np.abs(x) ** 0.5)", [4, 4]),      # not finite: not asked
    ("x ** 0.5", "np.abs(x) ** 0.5", [4, 4]),                          # accepted
    ("x ** 0.5", "np.where(x < 400, x, 400) ** 0.5", [4, 0]),
])
def test_wrong_ones_are_not(right, wrong, scores):
    assert right in CROSS_ENTROPY
    assert [*solved(CROSS_ENTROPY.replace(right, wrong)).values()] == scores


def test_a_derivative_stands_beside_the_answer():
    head = 'id = "small"\ntitle = "Small"\nversion = "1"\n'
    roots = parse((head + WITH_DERIVATIVE).encode(), answers=SOLUTION)
    text = CROSS_ENTROPY + "@function\ndef root_derivative(x):\n    return 0.5 * x ** -0.5\n"
    assert solved(text, roots) == {"root.values": 4, "root.derivative": 2}
    assert solved(text.replace("0.5 * x **", "x **"), roots)["root.derivative"] == 0


@pytest.mark.parametrize(("solution", "message"), [
    ("from cgp_function import function\n@function\ndef double(x, y): return x * y\n",
     "double() does not say which axes 'x' has\n"
     "  at solution.py:2\n"
     "  expected the axes of every argument, as jaxtyping writes them\n"
     '  fix: write `x: "B n"`, with a name for each axis: equal names are equal sizes'),
    ("from cgp_function import function\n@function\ndef double(x: 'n', y: 'k'): return x @ y\n",
     "double() cannot be called at any of the sizes that were tried\n"
     "  at solution.py:2\n"
     "  expected axes of which each may have any size, as long as all of one name are equal\n"
     "  fix: name the shapes in the task: `shapes = [[[3], [3]]]`"),
    ("from cgp_function import function\n@function\ndef other(x): return x\n",
     "the solution has no answer to the task 'double'\n"
     "  at solution.py\n"
     '  expected one as students write it, below @function("double"); found other'),
])
def test_a_solution_that_says_too_little_is_refused(solution, message):
    with pytest.raises(HarnessError) as caught:
        graded(STARTER.text, homework(solution, double=""))
    assert str(caught.value) == message


def test_the_doctor_says_which_arguments_are_asked_at_their_default_alone():
    solved = homework(SOLUTION.replace("def root(x):", "def root(x, least=0.0, *, more=1):"),
                      cross_entropy="", root="")
    assert [remarks(solved, solved.task(name)) for name in ("cross_entropy", "root")] == [
        (), ("Submissions to root are asked with the default of least and more alone: an argument "
             "that has none is an array, and asked at many values.",)]
