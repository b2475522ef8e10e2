"""A homework whose Functions come from `solution.py`: read, graded in a worker; what is said."""

import pytest

from cgp_harness.assignment import parse
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.specifications.specified import specified
from cgp_harness.model import SourceFile, Submission
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels
from tests.harness.authoring.test_trying import STE
from tests.harness.cli.test_cli import cgp
from tests.harness.functions.test_solved_functions import (
    GELU,
    LAYER_NORM,
    RIGHT,
    SOFTPLUS,
    WRONG,
    gelu,
)

LEVEL = levels.choose("auto")
HEAD = "import torch\nimport torch.nn.functional as F\nfrom cgp_harness import {}\n"
SUBMITTED, SOLVED = HEAD.format("autograd_function"), HEAD.format("accepted, autograd_function")
TASK = """
[[tasks]]
kind = "autograd_function"
id = "{name}"
title = "{name}"
{more}
[tasks.checks]
loads = {{points = 1}}
forward = {{points = 4}}
gradient = {{points = 10}}
autograd = {{points = 3}}
{checks}
"""
BY_TANH = '''
@accepted("gelu", "by_tanh")
@autograd_function("another")
class ByTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return F.gelu(x, approximate="tanh")
'''


def homework(solution, **tasks):
    tables = [
        TASK.format(name=name, more=more, checks=checks) for name, (more, checks) in tasks.items()]
    head = 'id = "hw"\ntitle = "Homework"\nversion = "1"\n'
    return parse((head + "".join(tables)).encode(), answers=solution and SOLVED + solution)


def scores(text, assignment, seed=1, level="plain"):
    submission = Submission("someone", (SourceFile("plugin.py", (SUBMITTED + text).encode()),))
    return [one.score for one in grade(submission, assignment, seed=seed, isolation=level).checks]


LAYER_NORMS = homework(LAYER_NORM, layer_norm=("", ""))


def test_a_right_answer_gets_full_marks_in_a_worker():
    for text in RIGHT["layer_norm"]:
        assert scores(text, LAYER_NORMS, level=LEVEL) == [1, 4, 10, 3]


def test_a_wrong_one_loses_them_in_a_worker():
    wrong = WRONG["layer_norm"]
    assert scores(wrong["a term is missing"], LAYER_NORMS, level=LEVEL) == [1, 4, 0, 3]
    assert scores(wrong["eps outside of the root"], LAYER_NORMS, level=LEVEL) == [1, 0, 0, 3]


def test_of_one_input_the_network_trains_as_with_the_answer():
    assignment = homework(SOFTPLUS, softplus=("", "training = {points = 2}"))
    right, wrong = RIGHT["softplus"][0], WRONG["softplus"]["of the output"]
    assert scores(right, assignment) == [1, 4, 10, 3, 2]
    assert scores(wrong, assignment) == [1, 4, 0, 3, 0]


def test_fields_of_the_task_say_where_it_is_asked():
    assignment = homework(
        '@autograd_function\ndef cut(x): return x.to(torch.uint8).to(x.dtype)\n',
        cut=("domain = [0, 256]\nalways = [0.0, 255.75]\n", ""))
    [specification] = specified(assignment, assignment.task("cut")).values()
    assert (specification.domain, specification.wide) == ((0, 256), (0, 256))
    assert specification.always == (0.0, 255.75)


@pytest.mark.parametrize(("text", "expected"), [
    (RIGHT["gelu"][0], [1, 4, 10, 3]),
    ("""
@autograd_function("gelu")
class Mine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return F.gelu(x, approximate="tanh")

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        c = (2 / torch.pi)**0.5
        t = torch.tanh(c * (x + 0.044715 * x**3))
        return g * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x))
""", [1, 4, 10, 3]),
    (gelu("y = F.gelu(x, approximate='tanh')"), [1, 4, 0, 3]),     # of the one and of the other
    (gelu("y = x * torch.sigmoid(1.702 * x)"), [1, 0, 10, 3]),
])
def test_a_further_answer_that_is_accepted_is_right_as_a_whole(text, expected):
    assignment = homework(GELU + BY_TANH, gelu=("", ""))
    assert list(specified(assignment, assignment.task("gelu"))) == ["solution", "by_tanh"]
    assert scores(text, assignment) == expected


# --- what the doctor says ------------------------------------------------------------------------


def doctor_of(folder, solution, **tasks):
    tables = [
        TASK.format(name=name, more=more, checks=checks) for name, (more, checks) in tasks.items()]
    (folder / "assignment.toml").write_text(
        'id = "hw"\ntitle = "Homework"\nversion = "1"\n' + "".join(tables))
    (folder / "solution.py").write_text(SOLVED + solution)
    done = cgp("doctor", "-a", folder, "--isolation", "plain")
    lines = done.output.splitlines()
    return done.exit_code, [one for one in lines if one.startswith(("remark", "solution"))]


@pytest.mark.usefixtures("without_canaries")
def test_the_doctor_grades_a_solution_that_is_a_submission(tmp_path):
    whole = RIGHT["softplus"][0]
    assert doctor_of(tmp_path, whole, softplus=("", "")) == (0, ["solution    100 % (must be 100)"])


@pytest.mark.usefixtures("without_canaries")
def test_the_doctor_says_what_no_student_could_hand_in_and_grades_the_rest(tmp_path):
    code, lines = doctor_of(
        tmp_path, LAYER_NORM + STE.format(more="").replace("class Mine", '\n@autograd_function("f")'
                                                           "\nclass Mine"),
        layer_norm=("", ""), f=("always = [0.0]\n", ""))
    assert code == 3
    assert lines == [
        "remark      backward of f gives -2.687 where torch finds the derivative 0 for its forward "
        "(x = 0.289, g = -2.687). Submissions are compared with the latter. If backward is not "
        "meant to be the derivative, write `as_written = true` in the task; if it is, mend it.",
        "remark      The solution has no backward for layer_norm, which submissions must have. So "
        "it is not graded there itself.",
        "solution    44.44 % (must be 100)"]


# --- what cannot be asked for is said before anything is graded ----------------------------------


@pytest.mark.parametrize(("solution", "message"), [
    ("", "nothing says what 'gelu' must compute\n"
     "  at task 'gelu'\n"
     "  expected the right answer in a `solution.py` beside assignment.toml, or the name of a "
     "specification: quantize, softplus, affine, sign_ste\n"
     '  fix: write specification = "…" into the task, or the answer into solution.py'),
    (SOFTPLUS, "the solution has no answer to the task 'gelu'\n"
     "  at solution.py\n"
     '  expected one as students write it, below @autograd_function("gelu"); found softplus'),
    ('@autograd_function("gelu")\nclass GELU: pass\n',
     "'gelu' is registered as an autograd function, and is the class GELU\n"
     "  at solution.py:4\n"
     "  expected a subclass of torch.autograd.Function"),
    ('@autograd_function("gelu")\nclass GELU(torch.autograd.Function): pass\n',
     "the class GELU has no method forward()\n"
     "  at solution.py:4\n"
     "  expected both forward() and backward()\n"
     "  fix: write `@staticmethod` and `def forward(…)` in it"),
    ('@autograd_function("gelu")\ndef gelu(x, y): return x * y\n',
     "gelu() does not say which axes 'x' has\n"
     "  at solution.py:4\n"
     "  expected the axes of every argument, as jaxtyping writes them\n"
     '  fix: write `x: "B n"`, with a name for each axis: equal names are equal sizes'),
])
def test_a_solution_that_says_too_little_is_refused(solution, message):
    with pytest.raises(HarnessError) as caught:
        require_named(homework(solution, gelu=("", "")))
    assert str(caught.value) == message


def test_the_network_has_a_place_for_single_numbers_alone():
    with pytest.raises(HarnessError) as caught:
        require_named(homework(LAYER_NORM, layer_norm=("", "training = {points = 2}")))
    assert str(caught.value) == (
        "the 2-10-2 network has no place for such a Function\n"
        "  at layer_norm\n"
        "  expected one input, elementwise; or x, W and b of a layer\n"
        "  fix: leave the check 'training' out of this task")
