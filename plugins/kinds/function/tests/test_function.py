"""Right and wrong submissions, each graded in a worker: `pip install -e .`, then `pytest`."""

import pytest

import cgp_harness
from cgp_function.starter import STARTER
from cgp_harness.assignment import parse
from cgp_harness.model import SourceFile, Submission

HOMEWORK = parse(b"""
id = "functions"
title = "Functions"
version = "1"

[[tasks]]
kind = "function"
id = "softmax"
title = "Softmax"
equation = "exp(x_i) / sum exp(x_j)"
specified = "specified:softmax"
shapes = [[[1]], [[4]], [[2, 3]]]
magnitudes = [1e-3, 800.0]
[tasks.checks]
loads = {points = 1}
values = {points = 4}

[[tasks]]
kind = "function"
id = "softplus"
title = "Softplus"
equation = "log(1 + exp(x))"
specified = "specified:softplus"
derivative = "specified:sigmoid"
shapes = [[[3]]]
library = "torch"
[tasks.checks]
loads = {points = 1}
values = {points = 4}
derivative = {points = 4}
""")
RIGHT = """
import numpy as np, torch
from cgp_function import function

@function("softmax")
def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

@function("softplus")
def softplus(x):
    return torch.logaddexp(torch.zeros_like(x), x)

@function("softplus_derivative")
def slope(x):
    return torch.sigmoid(x)
"""


def graded(text, homework=HOMEWORK):
    """Checks of a submission of one file, by `task.check`."""
    one = Submission("ada", (SourceFile("ada.py", text.encode()),))
    return {check.id: check for check in cgp_harness.check(one, homework).checks}


def test_a_right_submission_gets_full_marks():
    assert [(name, check.status, check.score) for name, check in graded(RIGHT).items()] == [
        ("softmax.loads", "passed", 1), ("softmax.values", "passed", 4),
        ("softplus.loads", "passed", 1), ("softplus.values", "passed", 4),
        ("softplus.derivative", "passed", 4)]


SOFTMAX = "softmax computes other values than specified."
SIGMOID = "return torch.sigmoid(x)"


@pytest.mark.parametrize(("right", "wrong", "check", "status", "message"), [
    ("x - x.max(axis=-1, keepdims=True)", "x", "softmax.values", "failed", SOFTMAX),
    ("axis=-1, keepdims=True", "", "softmax.values", "failed", SOFTMAX),
    (SIGMOID, "return torch.tanh(x)", "softplus.derivative", "failed",
     "softplus_derivative computes other values than specified."),
    (SIGMOID, "return x / 0 + None", "softplus.derivative", "student_error",
     "softplus_derivative raised TypeError: unsupported operand type(s) for +: 'Tensor' and "
     "'NoneType'\n  at ada.py:16"),
    (SIGMOID, "return torch.sigmoid(x).sum()", "softplus.derivative", "student_error",
     "softplus_derivative() returned an array of shape ()\n  at ada.py:14\n"
     "  expected one of shape (3,) for arguments of shapes (3,)"),
    ("    e = np", "    x += 1\n    e = np", "softmax.values", "student_error",
     "softmax raised ValueError: output array is read-only\n  at ada.py:7"),
    (RIGHT[RIGHT.index("@function(\"softplus_d"):], "", "softplus.derivative", "failed",
     "No function is registered as softplus_derivative: write @function(\"softplus_derivative\") "
     "above it."),
    ('@function("softmax")\ndef', '@function("softmax")\nclass A: pass\ndef', "softmax.loads",
     "student_error", "'softmax' is registered as a function, and is the class A\n  at ada.py:5\n"
     "  expected a function that takes arrays and returns one"),
])
def test_what_is_wrong_is_said(right, wrong, check, status, message):
    assert right in RIGHT
    found = graded(RIGHT.replace(right, wrong))[check]
    assert (found.status, found.score, found.message) == (status, 0, message)


def test_the_smallest_case_is_shown():
    found = graded(RIGHT.replace(SIGMOID, "return torch.tanh(x)"))["softplus.derivative"]
    case = found.counterexample["table"]
    assert (case["heading"], case["columns"]) == (
        "softplus_derivative([0., 0., 0.])", ["number", "got", "expected"])
    assert case["rows"][0] == [1, 0.0, 0.5]


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_the_starter_is_right(library):
    homework = parse(f"""
id = "doubles"
title = "Doubles"
version = "1"
[[tasks]]
kind = "function"
id = "double"
title = "Double"
equation = "2 x"
specified = "cgp_function.grading:double"
shapes = [[[]], [[2, 3]]]
library = "{library}"
[tasks.checks]
loads = {{points = 1}}
values = {{points = 4}}
""".encode())
    assert [check.score for check in graded(STARTER.text, homework).values()] == [1, 4]
