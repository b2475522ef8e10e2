"""Trainings followed and named: right styles get full marks, each mistake its own name."""

import re
from dataclasses import replace

import numpy as np
import pytest

from cgp_harness.kinds.primer_training.diagnosis import words
from cgp_harness.kinds.primer_training.diagnosis.fitting import least_squares
from tests.harness.homeworks.primer_scripts import EXAMPLES, TASKS, flags, graded, recorded
from tests.long import some
from tests.mutants.primer_training import OTHER, WRONG, changed
from tests.places import ROOT

STYLES = ("by_samples", "by_averages", "as_printed", "in_arrays")
SEEDS = 20


def example(name):
    return (EXAMPLES / f"{name}.py").read_text("utf-8")


CASES = some([(name, task, flag) for name, (_, _, tasks) in WRONG.items()
              for task, flag in tasks.items()], 9)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, request):
    """All wrong scripts, run in one process."""
    texts = {name: changed(example(base), pairs) for name, (base, pairs, _) in WRONG.items()
             if request.config.getoption("--long")
             or name in {one[0] for one in CASES if isinstance(one, tuple)}}
    texts |= {name: changed(example("by_samples"), pairs) for name, (pairs, _) in OTHER.items()}
    return recorded(tmp_path_factory.mktemp("wrong"), texts)




@pytest.mark.parametrize(("name", "task", "flag"), CASES)
def test_each_mistake_is_named_where_it_is_made_and_nowhere_else(wrong, name, task, flag):
    assert flags(graded(wrong[name], task)) == flag


@pytest.mark.parametrize("name", OTHER)
def test_another_rule_is_called_by_its_name_and_an_unknown_one_by_none(wrong, name):
    outcome = graded(wrong[name], "one_neuron_sgd_plus")["rule_used"]
    assert (outcome.fraction, outcome.diagnosis.text) == (0.0, OTHER[name][1])


@pytest.mark.parametrize("name", STYLES)
def test_right_styles_are_right_on_every_seed(tmp_path, name, long):
    trained = recorded(tmp_path, {name: example(name)}, range(SEEDS if long else 1))[name]
    for seed, one in enumerate(trained):
        for task in TASKS:
            outcomes = graded([one], task)
            assert all(each.fraction == 1.0 for each in outcomes.values()), (seed, task, outcomes)


def test_a_rate_that_no_training_has_is_another_one(tmp_path):
    [trained] = recorded(tmp_path, {"by_averages": example("by_averages")})["by_averages"]
    changed = replace(trained, trainings=tuple(
        replace(one, rate=1e200) for one in trained.trainings))
    assert {flags(graded([changed], task)) for task in TASKS} == {"another_rate"}


def test_what_is_not_finite_is_fitted_by_nothing(capfd):
    terms = [np.array([1.0, np.inf]), np.array([1.0, 2.0])]
    assert np.isnan(least_squares(terms, np.ones(2))).tolist() == [True, True]
    assert np.isnan(least_squares(terms[1:], np.array([np.nan, 1.0]))).tolist() == [True]
    assert least_squares(terms[1:], np.array([3.0, 6.0])).round(12).tolist() == [3.0]
    assert capfd.readouterr() == ("", "")


def test_every_identifier_stands_on_the_page_of_trainings():
    page = (ROOT / "docs" / "trainings.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `(\w+)` \|", page[page.index("## Identifiers"):], flags=re.M))
    said = [*words.TOPOLOGIES.values(), *words.NOTES.values(), *words.FORMS.values(),
            *words.GRADIENTS.values(), words.STILL, words.AS_WEIGHT]
    named = {flag for _, _, tasks in WRONG.values() for flag in tasks.values() if flag}
    assert {one.flag for one in said} | named <= listed
    assert len(listed) == 38
