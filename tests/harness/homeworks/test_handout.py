"""The homework's texts agree with the assignment: points, defaults, aliases, code that runs."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import cgp_assignments
from cgp_harness.assignment import folder_of, installed, load
from cgp_harness.cli import main
from cgp_reference.optimizers import RULES
from cgp_reference.rule import RuleError
from tests.harness.all_checks import CHECKS_OF
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS
from tests.harness.rules.right.stepping import rules_in
from tests.places import ROOT

ASSIGNMENT = load("step_size")
FOLDER = Path(cgp_assignments.__file__).parent / "step_size"
HANDOUT = (FOLDER / "handout.md").read_text(encoding="utf-8")
STARTER = (FOLDER / "starter.py").read_text(encoding="utf-8")


def table(heading):
    """The rows, header first, of the first table after a heading or a line; backquotes removed."""
    lines = HANDOUT.partition(heading)[2].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return [rows[0], *rows[2:]]


def test_the_points_are_those_of_the_assignment():
    header, *rows, total = table("## Points")
    ids = [task.id for task in ASSIGNMENT.tasks]
    assert header == ["check", "asks", *ids]
    assert [row[0] for row in rows] == list(CHECKS_OF["optimizer"])
    for kind, _, *points in rows:
        assert [float(p) for p in points] == [t.checks[kind].points for t in ASSIGNMENT.tasks]
    assert total[0] == "total"
    assert float(total[1]) == ASSIGNMENT.max_score
    assert [float(p) for p in total[2:]] == [
        sum(check.points for check in task.checks.values()) for task in ASSIGNMENT.tasks
    ]


def test_the_defaults_are_those_of_the_assignment():
    rows = {row[0]: row[1] for row in table("### Default values")[1:]}
    assert rows == {
        task.id: ", ".join(f"{name}={value}" for name, value in HYPERPARAMETERS[task.id].items())
        for task in ASSIGNMENT.tasks
    }


def test_the_other_names_are_those_of_the_assignment():
    rows = {row[0]: tuple(row[1].split(", ")) for row in table("**Other names")[1:]}
    assert rows == ASSIGNMENT.aliases
    own = {(row[0], row[1]): tuple(row[2].split(", ")) for row in table("In one rule alone")[1:]}
    assert own == {
        (task.id, name): names for task in ASSIGNMENT.tasks for name, names in task.aliases.items()}


def test_every_equation_from_31_to_40_is_mentioned():
    spans = re.findall(r"Eqs?\. (\d+)(?: (?:to|and) (\d+))?", HANDOUT)
    named = {n for a, b in spans for n in range(int(a), int(b or a) + 1)}
    assert named == set(range(31, 41))


def test_the_code_runs_and_none_of_it_is_a_rule_of_the_homework():
    blocks = re.findall(r"```python\n(.*?)```", HANDOUT, flags=re.S)
    rules = rules_in("\n\n".join(blocks))
    assert not set(rules) & {task.id for task in ASSIGNMENT.tasks}
    assert rules["sgd"](2.0, lr=0.5) == 1.0         # as the page says
    run = rules["sgd_that_counts"].run([0.0])
    assert [run.step([g], {"lr": 0.5})[0] for g in (4.0, 0.0, 0.0)] == [2.0, 0.0, 0.0]
    assert run.states == [(2.0,)]


def test_the_starter_has_the_right_signatures_and_no_rule_in_them():
    rules = rules_in(STARTER)
    assert {name: dict(rule.hyperparameters) for name, rule in rules.items()} == {
        task.id: HYPERPARAMETERS[task.id] for task in ASSIGNMENT.tasks
    }
    for name, rule in rules.items():
        assert dict(rule.state) == dict(RULES[name].state)
        assert rule.counts_steps == RULES[name].counts_steps
        with pytest.raises(RuleError, match=rf"^{name}\(\) returned None\n"):
            rule.run([0.0]).step([1.0], {})


def test_the_starter_says_what_to_return():
    for rule in rules_in(STARTER).values():
        task = ASSIGNMENT.task(rule.name)
        wanted = f"{task.equation}. Return {', '.join(['step', *rule.state])}."
        assert rule.function.__doc__.endswith(wanted)


@pytest.mark.parametrize("homework", installed())
def test_every_handout_says_how_to_begin_and_what_is_said_of_an_exception(homework):
    text = (folder_of(homework) / "handout.md").read_text("utf-8")
    [commands] = re.findall(r"```\n(cgp start .*?)```", text, flags=re.S)
    assert commands.startswith(f"cgp start {homework}\ncgp check ")
    flag = re.search(r"^cgp explain (\w+)$", commands, flags=re.M)[1]
    assert CliRunner().invoke(main, ["explain", flag, "-a", homework]).exit_code == 0
    for task in re.findall("--task (\\w+)", commands):
        assert task in [one.id for one in load(homework).tasks]
    [said] = re.findall(r"```text\n((?:(?!```).)*?\n  Python says: [^\n]*\n)```", text, flags=re.S)
    assert f"```text\n{said}```" in (ROOT / "docs/exceptions.md").read_text("utf-8")
