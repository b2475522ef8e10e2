"""Right and wrong submissions, each graded in a worker: `pip install -e .`, then `pytest`."""

import pytest
from submissions import graded, homework, solution

from cgp_function.starter import STARTER
from cgp_harness.errors import HarnessError

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
     "softplus_derivative fails: `x / 0 + None` has None where a number belongs\n"
     "  at ada.py:16\n  fix: put the number in its place\n"
     "  Python says: TypeError: unsupported operand type(s) for +: 'Tensor' and 'NoneType'"),
    (SIGMOID, "return torch.sigmoid(x).sum()", "softplus.derivative", "student_error",
     "softplus_derivative() returned an array of shape ()\n  at ada.py:14\n"
     "  expected one of shape (3,) for arguments of shapes (3,)"),
    ("    e = np", "    x += 1\n    e = np", "softmax.values", "student_error",
     "softmax fails: `x += 1` changes what was given to the function\n  at ada.py:7\n"
     "  fix: make a new one instead: `x = x.copy()` above it\n"
     "  Python says: ValueError: output array is read-only"),
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
        "softplus_derivative([0, 0, 0])", ["number", "got", "expected"])
    assert case["rows"][0] == [1, 0.0, 0.5]


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_the_starter_is_right(library):
    doubles = homework(solution(double="x + x"), double=f"""
shapes = [[[]], [[2, 3]]]
library = "{library}"
""")
    assert [check.score for check in graded(STARTER.text, doubles).values()] == [1, 4]


# --- tensors ----------------------------------------------------------------------------------


EXPONENTIAL = """
shapes = [[[2]], [[]]]
magnitudes = [1e-3, 5.0]
library = "torch"
"""


def exponentials(*bodies):
    """The outcome of each, as a function of one submission that does not import torch itself."""
    text = "import sys\nfrom cgp_function import function\nLOADED = 'torch' in sys.modules\n"
    for number, body in enumerate(bodies):
        text += f"@function\ndef form_{number}(x):\n    {body}\n"
    tasks = {f"form_{number}": EXPONENTIAL for number in range(len(bodies))}
    found = graded(text, homework(solution(**dict.fromkeys(tasks, "torch.exp(x)")), **tasks))
    return [(found[f"{name}.values"].status, found[f"{name}.values"].message) for name in tasks]


def test_right_forms_on_tensors_get_full_marks():
    forms = (
        "return x.exp()",
        "assert LOADED; return x.exp()",
        "x.requires_grad_(); return x.exp()",
        "x.requires_grad_(); y = x.exp(); y.sum().backward(); return x.grad",
        "return x.exp().numpy()",
        "return x.exp().tolist()",
        "return x.clone().exp_()",
        "return x.reshape(1, -1).exp().reshape(x.shape)",
    )
    assert exponentials(*forms) == [("passed", "")] * len(forms)


def test_what_is_wrong_with_a_tensor_is_said():
    assert exponentials(
        "return x.exp_()", "return x.float().exp()", "return x.exp() + 0j", "x.exp()",
        "return x.exp().sum()",
    ) == [
        ("student_error", "form_0() changes an argument in place\n  at ada.py:4\n"
         "  expected arguments left alone\n"
         "  fix: write `y = x * 2` instead of `x *= 2` or `x.mul_(2)`"),
        ("failed", "form_1 computes other values than specified."),
        ("student_error",
         "form_2() returned a Tensor\n  at ada.py:10\n  expected an array of real numbers"),
        ("student_error",
         "form_3() returned None\n  at ada.py:13\n  expected an array of real numbers"),
        ("student_error", "form_4() returned an array of shape ()\n  at ada.py:16\n"
         "  expected one of shape (2,) for arguments of shapes (2,)"),
    ]


# --- how far off a right form may be ------------------------------------------------------------


@pytest.mark.parametrize(("off", "score"), [("1e-10", 4), ("-1e-10", 4), ("1e-8", 0)])
def test_a_number_may_be_off_by_its_share(off, score):
    doubles = homework(solution(double="2 * x"), double="shapes = [[[2]]]")
    text = STARTER.text.replace("return 2 * x", f"return 2 * x * (1 + {off})")
    assert graded(text, doubles)["double.values"].score == score


# --- assignment.toml ----------------------------------------------------------------------------


DOUBLE = solution(double="2 * x")


@pytest.mark.parametrize(("answers", "further", "message"), [
    ("", "shapes = [[[3]]]", "task 'double' has no right answer\n"
     "  at assignment.toml:5, task 'double'\n  expected a `solution.py` beside assignment.toml"),
    (DOUBLE, "shapes = [[[0]]]", "shapes[0][0][0] is 0\n"
     "  at assignment.toml:10, task 'double'.shapes[0][0][0]\n"
     "  expected a whole number of 1 or more"),
    (DOUBLE, "shapes = [[[3]]]\nmagnitudes = [0.0, 1.0]",
     "task 'double' has magnitudes from 0 to 1\n"
     "  at assignment.toml:11, task 'double'.magnitudes\n"
     "  expected the smallest, above 0, then the largest"),
])
def test_a_mistake_in_the_table_is_said(answers, further, message):
    with pytest.raises(HarnessError) as caught:
        homework(answers, double=further)
    assert str(caught.value) == message
