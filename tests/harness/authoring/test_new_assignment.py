"""`cgp new assignment`: what it writes, what it says, and what it refuses without writing."""

import ast

import pytest
from click.testing import CliRunner

import cgp_harness
from cgp_harness.authoring import write as writing
from cgp_harness.authoring.folder import write
from cgp_harness.authoring.mutants import mutants
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.cli import main
from cgp_harness.errors import MachineError
from tests.harness.authoring.solutions import SOLUTION

RIGHT = '''\
"""Right."""
from cgp_harness import activation


def below(x):
    return 1 + abs(x)


@activation("softsign")
def softsign(x):
    """Softsign, and its derivative."""
    return x / below(x), 1 / below(x) ** 2  # the quotient rule
'''


def new(folder, solution):
    plain = {"FORCE_COLOR": None, "TTY_COMPATIBLE": None, "COLUMNS": None}
    return CliRunner(env=plain).invoke(
        main, ["new", "assignment", str(folder), "--from", str(solution)])


@pytest.fixture
def solution(tmp_path):
    file = tmp_path / "solution.py"

    def written(text):
        file.write_text(text, encoding="utf-8")
        return file

    return written


def test_a_homework_is_written_whole_and_its_own_test_passes(tmp_path, solution, long):
    folder = tmp_path / "acts"
    done = new(folder, solution(RIGHT))
    assert done.exit_code == 0, done.output
    first, *examples, wrote = done.stdout.partition("reference ")[0].splitlines()
    assert first == "task        softsign (activation)"
    assert [one.partition("; Softsign, but ")[0].partition(":")[2] for one in examples] == [
        " 5 %"] * writing.MUTANTS
    assert wrote == (
        f"wrote       {folder}: assignment.toml, solution.py, mistakes.toml, starter.py, "
        "handout.md, test_acts.py, examples")
    said = "".join(line for line in done.stdout.splitlines(keepends=True)
                   if not line.startswith("adequacy "))
    assert said.endswith(f"""\
reference   100 % (must be 100)
starter     0 % (must be at most 10)
next        read and change {folder}/handout.md and assignment.toml, then: \
cgp grade SUBMISSIONS -a {folder} -o OUT
""")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acts", "solution.py"]
    names = [one.split()[1].rstrip(":") for one in examples]
    assert sorted(path.stem for path in (folder / "examples").iterdir()) == sorted([
        "perfect", *names])
    assert (folder / "solution.py").read_text() == RIGHT
    scope = {"__file__": str(folder / "test_acts.py"), "__name__": "test_acts"}
    exec((folder / "test_acts.py").read_text(), scope)
    scope["test_every_example_is_listed"]()
    scope["test_the_starter_gets_10_percent_at_most"]()
    for name in [*scope["PERCENT"]][:None if long else 2]:
        scope["test_an_example_gets"](name)
    assert [*scope["PERCENT"]] == ["perfect", *names]


@pytest.mark.usefixtures("without_canaries")
def test_doctor_says_what_a_reference_loses_and_an_empty_starter_gets(tmp_path, solution):
    folder = tmp_path / "acts"
    files = writing.texts("acts", RIGHT, RIGHT.replace("1 + abs", "2 + abs"), [
        Wanted("activation", "softsign", ast.parse(RIGHT).body[-1])])
    toml = files["assignment.toml"].replace("learning = {points = 35}\n", "")
    write(folder, {**files, "assignment.toml": toml, "starter.py": RIGHT})
    done = CliRunner().invoke(main, ["doctor", "-a", str(folder), "--isolation", "plain"])
    assert done.exit_code == 3
    said = "".join(line for line in done.stdout.splitlines(keepends=True)
                   if not line.startswith("adequacy "))
    assert "reference " + said.partition("\nreference ")[2].replace(str(folder), "DIR") == """\
reference   7.69 % (must be 100)
            Softsign: value and derivative fit each other: 0 of 60; At x = 1 the value is \
0.3333333333; that of softsign is 0.5.
starter     100 % (must be at most 10)
            Softsign: loads and fits the contract: 5 of 5; at DIR/assignment.toml:20
            Softsign: value and derivative fit each other: 60 of 60; at DIR/assignment.toml:21
"""
    assert done.stderr == (
        "right answers lose points here, or empty ones get some: do not grade with "
        f"{folder} until that is mended\n")


@pytest.mark.parametrize(("name", "error"), [
    ("3_hw", "'3_hw' cannot be the name of an assignment\n  at 3_hw\n"
     "  expected letters, digits, _ and -, with a letter first: nesterov_hw\n"
     "  fix: give the folder another name"),
    ("step_size", "the harness has an assignment 'step_size' already\n  at step_size\n"
     "  expected a name of its own, since -a takes names of assignments first\n"
     "  fix: write step_size_hw, say"),
    ("full", "the folder is there already, and is not empty\n  at full\n"
     "  expected a new name, or an empty folder\n"
     "  fix: nothing was written; give another name"),
    ("file", "this is a file already\n  at file\n  expected a new name, or an empty folder\n"
     "  fix: nothing was written; give another name"),
    ("file/hw", "the homework cannot be written: file exists\n  at file/hw\n"
     "  expected a folder that can be written"),
])
def test_a_place_that_cannot_be_is_refused_and_left_as_it_was(
    tmp_path, solution, monkeypatch, name, error
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    done = new(name, solution(RIGHT))
    assert (done.exit_code, done.stderr) == (2, f"error: {error}\n")
    assert sorted(str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*")) == [
        "file", "full", "full/mine.txt", "solution.py"]


EXPECTED = "  expected a file that can be imported\n"
TORCH_CLASS = """import torch
from cgp_harness import optimizer


{}class {}(torch.optim.Optimizer):
    def __init__(self, params, {}):
        super().__init__(params, {{}})
"""
NO_CLASS = """\
the right answer {} is a class of torch.optim
  at FILE:{}
  expected a function below @optimizer: the grader runs the right answer itself, on numpy arrays, \
and with small changes to its source
  fix: write the rule as a function of the gradient g, which returns the step to subtract and, \
here as m, what it keeps; students may write a class all the same:
    @optimizer({})
    def {}:
        return {}, m
"""


@pytest.mark.parametrize(("text", "error"), [
    ("def f(:\n", "the solution cannot be run: SyntaxError: invalid syntax (solution.py, line 1)\n"
     "  at FILE:1\n"
     + EXPECTED),
    ("x = 3\n", "nothing is registered\n  at FILE\n"
     "  expected an answer below the decorator that students write, such as @optimizer or "
     "@activation\n"),
    (TORCH_CLASS.format("", "Adam", "lr=0.1, betas=(0.9, 0.99)"), NO_CLASS.format(
        "Adam", 5, "m=0", "adam(g, m, lr=0.1, beta1=0.9, beta2=0.99)", "lr * g")),
    (TORCH_CLASS.format("@optimizer\n", "Adam", "lr=0.1"), NO_CLASS.format(
        "Adam", 5, "m=0", "adam(g, m, lr=0.1)", "lr * g")),
    (TORCH_CLASS.format("@optimizer(name='sgd+')\n", "SGD", "eta=0.1"), NO_CLASS.format(
        "SGD", 5, "name='sgd+', m=0", "sgd(g, m, eta=0.1)", "g")),
    (TORCH_CLASS.format("@optimizer(name='heavy')\n", "Mine", "lr"), NO_CLASS.format(
        "Mine", 5, "m=0", "heavy(g, m, lr=0.001)", "lr * g")),
    ("\nimport jaxtypist.axes\n",
     "the solution imports 'jaxtypist', which is not installed here\n  at FILE:2\n"
     "  expected packages that are installed where you grade\n"
     "  fix: `pip install` what it is from, or write the answer without it\n"),
    ("def f():\n    1 / 0\n\nf()\n",
     "the solution cannot be run: ZeroDivisionError: division by zero\n"
     "  at FILE:2\n" + EXPECTED),
    ("raise SystemExit(0)\n",
     "the solution cannot be run: SystemExit: 0\n  at FILE:1\n" + EXPECTED),
    ("from cgp_harness import optimizer\n\n\n@optimizer(v=0)\ndef f(g, lr=1):\n    return g\n",
     "@optimizer names the state 'v', but f() has no such argument\n  at FILE:4\n"
     "  expected one of lr\n"),
    ("from cgp_harness import optimizer\n\n\n@optimizer\ndef f(g, lr=1):\n    return g\n\n\n"
     "@optimizer(name='f')\ndef h(g, lr=1):\n    return g\n",
     "two rules are called 'f'\n  at FILE:9\n  expected one rule of each name; neither counts\n"
     "  fix: rename or remove one; the other is at FILE:4\n"),
    (RIGHT + "\n\nfrom cgp_harness import backprop\n\n\n@backprop('softsign')\nclass Graph:\n"
     "    @staticmethod\n    def forward(graph, values): ...\n"
     "    @staticmethod\n    def backward(graph, partials, errors): ...\n",
     "two answers are called 'softsign'\n  at FILE:18\n  expected one answer for each task, or "
     "@accepted above the further ones\n"
     "  fix: give one of them another name; the other is in line 9\n"),
    ("from cgp_harness import activation\n\n\ndef made(a):\n    @activation('leaky')\n"
     "    def leaky(x):\n        return x, a\n    return leaky\n\n\nleaky = made(3)\nmade = 3\n",
     "leaky is not written at the top level of the solution\n  at FILE\n"
     "  expected @activation above a function or class that stands in no other, so that a starter "
     "can be made of it\n  fix: write it out, without a hook or a loop\n"),
])
def test_a_solution_that_cannot_be_one_is_refused_and_nothing_is_written(
    tmp_path, solution, text, error
):
    file = solution(text)
    done = new(tmp_path / "hw", file)
    assert (done.exit_code, done.stderr.replace(str(file), "FILE")) == (2, f"error: {error}")
    assert list(tmp_path.iterdir()) == [file]


def test_a_solution_that_is_not_there_or_no_python_is_refused(tmp_path):
    for name, what in (("solution.py", "there is no solution"),
                       ("solution.txt", "a solution is a Python file")):
        done = new(tmp_path / "hw", tmp_path / name)
        assert (done.exit_code, done.stderr) == (
            2, f"error: {what}\n  at {tmp_path / name}\n  expected a Python file of right answers, "
            "each registered as students register theirs\n  fix: give its path after --from\n")
    (tmp_path / "solution.py").write_bytes(b"# \xff\n")
    assert new(tmp_path / "hw", tmp_path / "solution.py").stderr == (
        f"error: the solution is not UTF-8\n  at {tmp_path / 'solution.py'}, byte 2\n")


def test_where_grading_fails_nothing_is_left_behind(tmp_path, solution, monkeypatch):
    def fails(*_, **__):
        raise MachineError("this installation misgrades")

    monkeypatch.setattr(cgp_harness.grading, "grade", fails)
    file = solution(RIGHT)
    done = new(tmp_path / "hw", file)
    assert (done.exit_code, done.stderr) == (3, "error: this installation misgrades\n")
    assert list(tmp_path.iterdir()) == [file]


def test_what_the_solution_itself_uses_is_not_forbidden():
    text = SOLUTION.replace("LayerNorm._scaled(x)", "torch.nn.functional.pad(x, (0, 1))")
    node = ast.parse(text).body[-2]
    assert isinstance(node, ast.ClassDef)
    toml = writing.texts("hw", text, text, [Wanted("autograd_function", "layer_norm", node)])[
        "assignment.toml"]
    assert "torch.nn" not in toml
    assert '"torch.ops",' in toml


def test_mutants_change_one_thing_and_say_what():
    text = "# Adam's\n\n" + RIGHT
    body = ast.parse(text).body
    scope = {}
    exec(text, scope)
    made = mutants(text, [Wanted("activation", "softsign", body[-1], scope["softsign"])], 3)
    assert made[0].text == '''\
"""Softsign, but the division by below(x) ** 2 is left out."""

# Adam's

from cgp_harness import activation


def below(x):
    return 1 + abs(x)


@activation("softsign")
def softsign(x):
    """Softsign, and its derivative."""
    return (x / below(x), 1)
'''
    assert len({one.name for one in made}) == 3
    for one in made:
        compile(one.text, one.name, "exec")
