"""The wrong Functions are wrong where they say, by formulas that share nothing with the harness."""

import ast
import doctest

import pytest

import tests.mutants.functions
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.model import Status
from tests.harness.activations.activation_behaviour import activation_defects
from tests.harness.functions.right.function_behaviour import defects
from tests.harness.functions.right.function_contracts import CONTRACTS
from tests.harness.functions.right.function_sources import registered
from tests.harness.functions.right.function_verdicts import verdict
from tests.harness.in_process.activations import context_of as activation_context
from tests.long import some
from tests.mutants.functions.write import FAMILIES, FUNCTIONS, LISTED, MISTAKES, source

OF_FUNCTIONS = [case for case in MISTAKES if case[0] in FUNCTIONS]
OF_ACTIVATIONS = [case for case in MISTAKES if case[0] == "mine"]
# A tenth of a second each: every third one here, all of them in `benchmarks.gradients`.
LISTED_SAMPLE = [case for case in LISTED if case[0] in FUNCTIONS][::3]
UNLISTED = [case for case in MISTAKES if case not in LISTED and case[0] in FUNCTIONS]
# Both are right by themselves; it is the network that does not learn with them.
USELESS = {"too_weak", "dead"}


def test_there_are_enough_and_nine_in_ten_have_a_name():
    listed = [case for case in LISTED if case[0] in FUNCTIONS]
    assert len(listed) >= 150
    assert all(sum(task == own for own, _ in listed) >= 30 for task in CONTRACTS)
    named = [case for case in listed if LISTED[case].flag]
    assert len(named) >= 0.9 * len(listed)


@pytest.mark.parametrize("task", FAMILIES)
def test_no_two_texts_of_a_task_are_the_same(task):
    texts = [ast.dump(ast.parse(source(task, name)))
             for name in ("", *(name for own, name in MISTAKES if own == task))]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("task", "name"), OF_FUNCTIONS)
def test_a_mistake_shows_where_it_is_made_and_nowhere_before(task, name):
    target = registered(source(task, name))[task]
    found = defects(target, task)
    assert {one.partition(":")[0] for one in found} == {MISTAKES[task, name].check}


@pytest.mark.parametrize(("task", "name"), LISTED_SAMPLE)
def test_the_same_check_fails_it_and_calls_it_by_its_name(task, name):
    mistake = MISTAKES[task, name]
    found = verdict(source(task, name), task)
    assert found.failed[0] == mistake.check
    assert mistake.flag in (*found.named, "")


@pytest.mark.parametrize(("task", "name"), some(UNLISTED, 4))
def test_what_is_on_no_list_fails_and_is_given_no_wrong_name(task, name):
    mistake = MISTAKES[task, name]
    found = verdict(source(task, name), task)
    assert found.failed[0] == mistake.check
    assert set(found.named) <= {mistake.flag}


@pytest.mark.parametrize(("task", "name"), OF_ACTIVATIONS)
def test_a_wrong_activation_is_wrong(task, name):
    target = registered(source(task, name))[task]
    assert bool(activation_defects(target)) == (name not in USELESS)


@pytest.mark.parametrize(
    ("task", "name"), [case for case in OF_ACTIVATIONS if case not in LISTED])
def test_an_activation_on_no_list_fails_and_is_given_no_wrong_name(task, name):
    outcome = activation(activation_context(registered(source(task, name))[task]))
    assert outcome.status is Status.FAILED
    assert set(outcome.diagnosis.flags) <= {MISTAKES[task, name].flag}


def test_the_right_activation_is_right():
    assert activation_defects(registered(source("mine"))["mine"]) == ()


def test_the_package_shows_a_text():
    assert doctest.testmod(tests.mutants.functions).attempted == 2
    assert doctest.testmod(tests.mutants.functions).failed == 0
