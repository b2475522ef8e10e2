"""A homework of an author's own that is broken beside its assignment.toml: what, where, the fix."""

import click
import pytest

from cgp_harness.assignment import load, place_of
from cgp_harness.assignment.solution import misnamed
from cgp_harness.checks.requirements import require_named
from cgp_harness.cli.doctor import try_homework
from cgp_harness.cli.parts import Parts
from cgp_harness.errors import HarnessError
from cgp_harness.sandbox.host import levels

TOML = """\
id = "hw"
title = "Square"
version = "1"

[[tasks]]
kind = "activation"
id = "square"
title = "Square"

[tasks.checks]
loads = {points = 1}
activation = {points = 3}
"""
SOLUTION = """\
from cgp_harness import activation


@activation("square")
def square(x):
    return x * x, 2 * x
"""
STARTER = SOLUTION.replace("return x * x, 2 * x", "...")
MISTAKE = """\
# The first.
[[mistakes]]
task = "square"
id = "halved"
replace = "2 * x"
by = "x"
says = "without the factor 2"
"""
CODE = "  expected an expression or a statement of it, as it is written there"


@pytest.fixture
def homework(tmp_path, monkeypatch):
    """Writes a homework into `hw`, with some texts in the place of others."""
    def written(**texts):
        folder = tmp_path / "hw"
        folder.mkdir()
        for name, text in {
            "assignment_toml": TOML, "solution_py": SOLUTION, "starter_py": STARTER, **texts,
        }.items():
            stem, _, ending = name.rpartition("_")
            (folder / f"{stem}.{ending}").write_text(text)
        monkeypatch.chdir(tmp_path)
        return "hw"

    return written


@pytest.mark.parametrize(("texts", "said"), [
    ({"solution_py": SOLUTION.replace("(x):", "(x)")},
     "the solution cannot be run: SyntaxError: expected ':' (solution.py, line 5)\n"
     "  at hw/solution.py:5\n  expected a file that can be imported"),
    ({"solution_py": "import nummpy\n" + SOLUTION},
     "the solution cannot be run: ModuleNotFoundError: No module named 'nummpy'\n"
     "  at hw/solution.py:1\n  expected a file that can be imported"),
    ({"solution_py": SOLUTION.replace('@activation("square")\n', "")},
     "nothing is registered; the functions here are square\n  at hw/solution.py\n"
     "  expected an answer below the decorator that students write, such as @optimizer or "
     "@activation"),
    ({"solution_py": SOLUTION.replace("return", 'raise ValueError("todo")\n    return')},
     "square raises ValueError: todo\n  at hw/solution.py:6\n"
     "  expected the value and the derivative of an array of numbers, finite up to 1,000"),
    ({"assignment_toml": TOML.replace("[[tasks]]", 'packages = ["scipyy"]\n\n[[tasks]]')},
     "the package 'scipyy', which submissions may import, is not installed here\n"
     "  at hw/assignment.toml:5\n  expected what `packages` of the assignment names\n"
     '  fix: pip install "scipyy", or correct the name'),
    ({"mistakes_toml": MISTAKE.replace("2 * x", "3 * x")},
     "'3 * x' stands nowhere in the answer 'square'\n  at hw/mistakes.toml:2, mistake 'halved'\n"
     f"{CODE}\n  fix: did you mean 'x * x'?"),
    ({"mistakes_toml": MISTAKE.replace('"x"', '"x +"')},
     "'x +' is no Python: invalid syntax\n  at hw/mistakes.toml:2, mistake 'halved', by\n"
     "  expected an expression or a statement"),
    ({"mistakes_toml": MISTAKE.replace('"x"', '"x * 2"')},
     "the mistake 'halved' changes nothing that shows\n"
     "  at hw/mistakes.toml:2, mistake 'halved'\n"
     "  expected a wrong answer: other numbers than the solution's, where it is asked"),
])
def test_what_is_wrong_beside_the_assignment_is_said_with_file_and_line(homework, texts, said):
    assignment = load(homework(**texts))
    with pytest.raises(HarnessError) as caught:
        require_named(assignment, place_of)
    assert str(caught.value) == said


def test_an_answer_to_no_task_beside_a_task_without_one_is_remarked(homework):
    assignment = load(homework(assignment_toml=TOML.replace('id = "square"', 'id = "squares"')))
    assert [*misnamed(assignment, place_of)] == [
        "The task 'squares' (hw/assignment.toml:7) has no answer in solution.py, where "
        "square is for no task: one name for both?"]


def test_a_solution_that_answers_all_is_not_remarked(homework):
    assert [*misnamed(load(homework()), place_of)] == []


def test_a_starter_that_earns_points_is_said_with_the_lines_of_their_checks(homework, capsys):
    with pytest.raises(click.exceptions.Exit):
        try_homework(Parts(), homework(starter_py=SOLUTION), levels.choose("auto"))
    assert capsys.readouterr().out.partition("adequacy")[0] == (
        "solution    100 % (must be 100)\n"
        "starter     100 % (must be at most 10)\n"
        "            Square: loads and fits the contract: 1 of 1; at hw/assignment.toml:11\n"
        "            Square: value and derivative fit each other: 3 of 3; "
        "at hw/assignment.toml:12\n")


def test_a_starter_that_cannot_be_run_is_not_handed_out(homework, capsys):
    folder = homework(starter_py=STARTER.replace("(x):", "(x)"))
    with pytest.raises(click.exceptions.Exit) as ended:
        try_homework(Parts(), folder, levels.choose("auto"))
    said = capsys.readouterr()
    assert ended.value.exit_code == 3
    assert said.out.partition("adequacy")[0] == (
        "solution    100 % (must be 100)\n"
        "starter     0 % (must be at most 10), and is no Python: students begin with it; "
        "at hw/starter.py:5\n"
        "            Square: loads and fits the contract: 0 of 1; the line that begins with `def` "
        "has no colon at its end\n")
    assert said.err == (
        "right answers lose points here, or empty ones get some: do not grade with hw until that "
        "is mended\n")
