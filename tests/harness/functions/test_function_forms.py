"""The right forms and the plugin are right, by formulas that share nothing with the harness."""

import ast

import pytest

from tests.harness.activations.activation_behaviour import activation_defects
from tests.harness.functions.right.function_behaviour import defects
from tests.harness.functions.right.function_contracts import CONTRACTS
from tests.harness.functions.right.function_sources import FORMS, registered
from tests.harness.functions.right.function_verdicts import Verdict, verdict
from tests.long import some
from tests.mutants.functions.write import FUNCTIONS, source
from tests.places import ROOT

PLUGINS = ROOT / "plugins" / "autograd_extension"
PLUGIN = (PLUGINS / "extensions.py").read_text(encoding="utf-8")
WRITTEN = {f"{task}_of_the_mutants": source(task) for task in FUNCTIONS}
RIGHT = {**FORMS, "extensions": PLUGIN, **WRITTEN}
CASES = [(form, task) for form in RIGHT for task in registered(RIGHT[form], form)]
OF_FUNCTIONS = [case for case in CASES if case[1] in CONTRACTS]
OF_ACTIVATIONS = [case for case in CASES if case[1] == "mine"]


def test_there_are_enough_forms_of_every_task():
    counts = [sum(own == task for form, own in CASES if form in FORMS)
              for task in (*CONTRACTS, "mine")]
    assert len(FORMS) >= 12
    assert min(counts) >= 8
    assert len([form for form, _ in OF_FUNCTIONS if form in FORMS]) >= 40


@pytest.mark.parametrize("form", FORMS)
def test_a_form_says_what_it_is_and_registers_nothing_else(form):
    assert ast.get_docstring(ast.parse(FORMS[form]))
    assert set(registered(FORMS[form], form)) <= {*CONTRACTS, "mine"}


def test_no_two_forms_of_a_task_are_the_same():
    for task in CONTRACTS:
        bodies = [dumped(form, task) for form, own in OF_FUNCTIONS
                  if own == task and form in FORMS]
        assert len(set(bodies)) == len(bodies), task


def dumped(form, task):
    """The syntax tree of the class that is registered as `task`, or of the whole text."""
    tree = ast.parse(RIGHT[form])
    found = registered(RIGHT[form], form)[task]
    classes = [node for node in ast.walk(tree)
               if isinstance(node, ast.ClassDef) and node.name == found.__name__]
    return ast.dump(classes[0] if classes else tree)


@pytest.mark.parametrize(("form", "task"), OF_FUNCTIONS)
@pytest.mark.parametrize("seed", [0])
def test_a_form_does_what_the_formulas_say(form, task, seed):
    assert defects(registered(RIGHT[form], form)[task], task, seed) == ()


@pytest.mark.parametrize(("form", "task"), some(OF_FUNCTIONS, 2))
@pytest.mark.parametrize("seed", [1])  # on 50 seeds: `python -m benchmarks.gradients`
def test_a_form_passes_every_check(form, task, seed):
    assert verdict(RIGHT[form], task, seed) == Verdict((), ())


@pytest.mark.parametrize(("form", "task"), OF_ACTIVATIONS)
def test_an_activation_gives_its_own_derivative(form, task):
    assert activation_defects(registered(RIGHT[form], form)[task]) == ()
