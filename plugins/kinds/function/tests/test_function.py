"""Right and wrong submissions, each graded in a worker: `pip install -e .`, then `pytest`."""

import msgspec
import pytest

import cgp_harness
from cgp_function.starter import STARTER
from cgp_harness.assignment import parse
from cgp_harness.errors import HarnessError
from cgp_harness.model import SourceFile, Submission
from cgp_harness.task import NamedMistake

TASK = """
[[tasks]]
kind = "function"
id = "{name}"
title = "{name}"
equation = "Eq. 1"
{further}
[tasks.checks]
loads = {{points = 1}}
values = {{points = 4}}
"""


def homework(answers="", **tasks):
    """A homework of these tasks: name -> what its table says besides."""
    tables = (TASK.format(name=name, further=further) for name, further in tasks.items())
    head = 'id = "small"\ntitle = "Small"\nversion = "1"\n'
    return parse((head + "".join(tables)).encode(), answers=answers)


def solution(**bodies):
    """A solution: name -> what its function of x computes."""
    return "import numpy as np, torch\nfrom cgp_function import function\n" + "".join(
        f"@function\ndef {name}(x):\n    return {body}\n" for name, body in bodies.items())


HOMEWORK = parse(b"""
id = "functions"
title = "Functions"
version = "1"

[[tasks]]
kind = "function"
id = "softmax"
title = "Softmax"
equation = "exp(x_i) / sum exp(x_j)"
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
shapes = [[[3]]]
library = "torch"
[tasks.checks]
loads = {points = 1}
values = {points = 4}
derivative = {points = 4}
""", answers=solution(
    softmax="np.exp(x - x.max(-1, keepdims=True)) / np.exp(x - x.max(-1, keepdims=True)).sum("
    "-1, keepdims=True)",
    softplus="x.clamp(min=0) + torch.log1p(torch.exp(-abs(x)))",
    softplus_derivative="torch.exp(-torch.logaddexp(0 * x, -x))"))
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


def graded(text, assignment=HOMEWORK):
    """Checks of a submission of one file, by `task.check`."""
    one = Submission("ada", (SourceFile("ada.py", text.encode()),))
    return {check.id: check for check in cgp_harness.check(one, assignment).checks}


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


SHARE = "x / x.sum()"


def shared(body, *mistakes):
    """Of a submission to a homework with the answer x / x.sum() and named mistakes."""
    hw = msgspec.structs.replace(homework(solution(share=SHARE), share='shapes = [[[3]], [[2]]]'),
                                 mistakes=mistakes)
    one = Submission("ada", (SourceFile("ada.py", solution(share=body).encode()),))
    return {check.id: check for check in cgp_harness.check(one, hw).checks}["share.values"]


def test_a_mistake_is_named_from_the_solution():
    found = shared("x / x.mean()").diagnosis
    assert found.of_source
    assert found.text.startswith(
        "Your share is right but for this: mean() stands where sum() belongs. This holds to within")


@pytest.mark.parametrize("form", [
    {"replaced": (("x.sum()", "x.mean()"),)}, {"answer": solution(share="x / np.mean(x)")}])
def test_what_an_instructor_has_written_comes_first(form):
    found = shared("x / x.mean()", NamedMistake("mean", "share", "a mean it is", "Sum.", **form))
    assert found.diagnosis.flags == ("mean",)
    assert found.diagnosis.text.startswith(
        "Your share is right but for this: a mean it is. Sum. This holds to within")


def test_a_mistake_that_shows_nowhere_is_refused():
    with pytest.raises(HarnessError) as caught:
        shared(SHARE, NamedMistake("same", "share", "says", replaced=(("x.sum()", "+x.sum()"),)))
    assert str(caught.value) == (
        "the mistake 'same' changes nothing that shows\n  at mistakes.toml, mistake 'same'\n"
        "  expected a wrong answer: other numbers than the solution's, where it is asked")


def test_those_who_fail_alike_can_be_given_a_name():
    cubes, same = shared("np.cos(x)**3"), shared("np.cos(x) * np.cos(x)**2")
    assert cubes.diagnosis.flags == same.diagnosis.flags == ()
    assert cubes.answers == pytest.approx(same.answers)
    named = NamedMistake("cosine", "share", "a cosine is cubed", "Why?", check="values",
                         answers=cubes.answers)
    found = shared("np.cos(x) * np.cos(x)**2", named).diagnosis
    assert (found.flags, found.text) == (
        ("cosine",), "What differs: a cosine is cubed. Why?")


def test_the_smallest_case_is_shown():
    found = graded(RIGHT.replace(SIGMOID, "return torch.tanh(x)"))["softplus.derivative"]
    case = found.counterexample["table"]
    assert (case["heading"], case["columns"]) == (
        "softplus_derivative([0., 0., 0.])", ["number", "got", "expected"])
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
        "return x.exp_()", "return x.float().exp()", "return x.exp() + 0j", "return None",
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
    ("", "shapes = [[[3]]]", "task 'double' has no right answer\n  at assignment.toml\n"
     "  expected a `solution.py` beside assignment.toml"),
    (DOUBLE, "shapes = [[[0]]]", "expected `int` >= 1\n"
     "  at assignment.toml, task 'double'.shapes[0][0][0]"),
    (DOUBLE, "shapes = [[[3]]]\nmagnitudes = [0.0, 1.0]",
     "task 'double' has magnitudes from 0 to 1\n  at assignment.toml\n"
     "  expected the smallest, above 0, then the largest"),
])
def test_a_mistake_in_the_table_is_said(answers, further, message):
    with pytest.raises(HarnessError) as caught:
        homework(answers, double=further)
    assert str(caught.value) == message


# --- from a solution ------------------------------------------------------------------------------

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
