"""The right forms and the plugins are right: they give the steps of one accepted convention."""

import ast
from functools import cache

import numpy as np
import pytest

from tests.harness.rules.right.correct_forms import FORMS
from tests.harness.rules.right.correctness import correctness
from tests.harness.rules.right.lecture_rules import ACCEPTED, HYPERPARAMETERS
from tests.harness.rules.right.stepping import CANONICAL, rules_in, steps, steps_somehow
from tests.mutants.write import source
from tests.places import ROOT

ASSIGNMENT = correctness()
PLUGINS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (ROOT / "plugins/step_size").glob("*.py")
}
RIGHT = {**FORMS, **PLUGINS}
CASES = [(name, task.id) for name in sorted(RIGHT) for task in ASSIGNMENT.tasks]
# Written for one library, or for one number: the others are on numpy arrays and more.
ONLY_TORCH = {"torch_functions"}
ONLY_SCALARS = {"scalar_math", "one_number_at_a_time"}


@cache
def rules(name):
    return rules_in(RIGHT[name], name)


@cache
def accepted(task_id):
    task = ASSIGNMENT.task(task_id)
    return {
        convention: steps(rules_in(source(task.id, [], convention))[task.id],
                          tuple(HYPERPARAMETERS[task.id]))
        for convention in ACCEPTED[task.id]
    }


def test_there_are_enough_forms_in_both_conventions():
    assert len(FORMS) >= 12
    assert len(PLUGINS) >= 3
    assert not set(FORMS) & set(PLUGINS)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_form_says_what_it_is_and_no_two_are_the_same(name):
    tree = ast.parse(RIGHT[name])
    assert ast.get_docstring(tree)
    assert set(rules(name)) == {task.id for task in ASSIGNMENT.tasks}
    same = [other for other in RIGHT if ast.dump(ast.parse(RIGHT[other])) == ast.dump(tree)]
    assert same == [name]


@pytest.mark.parametrize(("name", "task"), CASES)
def test_a_form_gives_the_steps_of_an_accepted_convention(name, task):
    answer, arrays = steps_somehow(rules(name)[task], HYPERPARAMETERS[task])
    # Re-association costs up to 1e-13 here: averages as differences cancel digits.
    matches = [
        convention for convention, expected in accepted(task).items()
        if np.allclose(answer, expected, rtol=1e-12, atol=1e-15)
    ]
    assert len(matches) == 1
    if name in ONLY_TORCH:
        assert arrays == "torch"
    elif name not in ONLY_SCALARS:
        assert arrays == "numpy"


@pytest.mark.parametrize("task", ASSIGNMENT.tasks, ids=lambda task: task.id)
def test_every_accepted_convention_is_written_in_some_form(task):
    written = set()
    for name in FORMS:
        answer, _ = steps_somehow(rules(name)[task.id], HYPERPARAMETERS[task.id])
        written |= {
            convention for convention, expected in accepted(task.id).items()
            if np.allclose(answer, expected, rtol=1e-12, atol=1e-15)
        }
    assert written == set(ACCEPTED[task.id])


@pytest.mark.parametrize(("name", "task"), CASES)
def test_a_form_has_the_required_defaults(name, task):
    found = {
        CANONICAL.get(key, key): value
        for key, value in rules(name)[task].hyperparameters.items()
    }
    required = HYPERPARAMETERS[task]
    assert {key: found[key] for key in required} == required


def test_the_aliases_are_those_of_the_assignment():
    written = {alias: name for name, also in ASSIGNMENT.aliases.items() for alias in also}
    assert written == CANONICAL
    used = {
        key for name in RIGHT for rule in rules(name).values() for key in rule.hyperparameters
    }
    assert set(CANONICAL) <= used       # each of them is in some form
