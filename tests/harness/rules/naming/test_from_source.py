"""A wrong rule is named by the change to a right one's source that explains all that it answers."""

import inspect
import sys
from functools import cache

import numpy as np
import pytest

from cgp_harness.assignment import parse
from cgp_harness.assignment.solution import of_text
from cgp_harness.kinds.optimizer.diagnosis.changes import match as stages
from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import interleaved
from cgp_harness.kinds.optimizer.diagnosis.changes.mutants import Mutants
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.kinds.optimizer.task import CONVENTIONS
from tests.harness.rules.naming.foreign_rules import FOREIGN, foreign_source
from tests.harness.rules.right.reference_rules import reference
from tests.mutants.test_write import registered
from tests.mutants.write import SINGLES, pairs, source

RUNS = diagnosis_probes(3)


@cache
def mutants(family):
    """Of its two usual conventions."""
    rules = {name: reference(family, name) for name in list(CONVENTIONS[family])[:2]}
    return {name: Mutants(
        rule, inspect.getsource(sys.modules[rule.function.__module__]), flat=True)
        for name, rule in rules.items()}


def answer(text, run):
    """Of a fresh rule, as a worker gives it."""
    with np.errstate(all="ignore"):
        return interleaved(registered(text), run)


def found(family, text):
    evidence = Evidence(
        RUNS, [answer(text, run) for run in RUNS], lambda run: answer(text, run))
    return stages.match(mutants(family), evidence, (stages.right, stages.singles, stages.pairs))


def said(family, flags):
    one = found(family, source(family, flags))
    return one and one.mutant.said.full + " in float32" * one.single


ADAM = {
    "beta1_hard_coded": "beta1 is fixed in the code, at its default",
    "beta1_in_v_hat": "beta1 stands where beta2 belongs, where v_hat is computed",
    "betas_swapped": "beta1 and beta2 are exchanged",
    "corrected_moments_stored": "m_hat is stored as m, and v_hat is stored as v",
    "float32_arithmetic": " in float32",
    "gradient_missing": "the factor g is left out, where m is computed",
    "k_from_zero": "the steps are counted from 0",
    "k_is_index": "k is the number of the parameter, not of the step",
    "k_per_parameter": "k goes on at every call, not at every step",
    "lr_in_gradient": "lr is multiplied into g instead of m_hat",
    "no_bias_correction": "the division by 1 - beta1 ** k is left out, and the division by "
                          "1 - beta2 ** k is left out",
    "no_eps": "the term eps is left out",
    "no_square_root": "the root of v_hat + eps is left out",
    "shared_state": "all parameters share one state",
    "sign_flipped": "the sign of the step is turned",
    "step_added_to_gradient": "the step is added to lr * g",
    "v_beta_swapped": "1 - beta2 stands where beta2 belongs, where v is computed",
    "v_without_memory": "the term beta2 * v is left out",
}


def test_the_words_for_adam():
    assert {flag: said("adam", [flag]) for flag in ADAM} == ADAM


@pytest.mark.parametrize(("family", "other"), [
    pytest.param("sgd_plus", {"random_initial_state", "first_step_skipped", "torch_dampening"},
                 marks=pytest.mark.long),
    ("adagrad", {"random_initial_state", "decaying_average", "mean_for_sum"}),
    ("rmsprop", {"random_initial_state", "centred"}),
    ("adam", {"random_initial_state"}),
])
def test_all_but_these_are_explained(family, other):
    """They need a name of the assignment's own: something else is computed."""
    assert {flag for flag in SINGLES[family] if said(family, [flag]) is None} == other


def fresh_run(draw):
    """At none of the values that a name is confirmed at."""
    gradients = draw.normal(size=(30, 3))
    values = {"mu": 0.83, "rho": 0.77, "beta1": 0.33, "beta2": 0.91, "eps": 0.05}
    return Trajectory(((1,),) * 3, gradients, values, {"lr": tuple(draw.uniform(0.1, 1, 30))})


@pytest.mark.parametrize(("family", "text"), [
    pytest.param(family, text, id=f"{family}-{name}")
    for family in SINGLES for name, text in [
        *(("+".join(two), source(family, two)) for two in pairs(family)[::41]),
        *((name, foreign_source(family, name)) for name in FOREIGN[family])]
])
def test_what_is_named_answers_the_same_to_a_run_that_nobody_asked(family, text):
    one, run = found(family, text), fresh_run(np.random.default_rng(11))
    if one is not None and not one.single:
        named, asked = one.mutant.steps(run), answer(text, run)
        assert np.allclose(named, asked, rtol=1e-8, atol=0, equal_nan=True)
        for right in mutants(family).values():
            assert not np.allclose(right.right.steps(run), asked, rtol=1e-8, atol=0)


AVERAGED = """from cgp_harness import optimizer


@optimizer(m=0)
def averaged(g, k, m, lr=1e-3, beta1=0.9):
    m = beta1 * m + (1 - beta1) * g
    return lr * m / (1 - beta1**k), m
"""
HOMEWORK = """
id = "small"
title = "Small"
version = "1"
[[tasks]]
id = "averaged"
kind = "optimizer"
title = "An average"
[tasks.checks]
loads = {points = 1}
"""


def test_no_name_hangs_on_what_else_was_loaded():
    """A rule on arrays divides by 0 and goes on, where one on single numbers ends."""
    homework = parse(HOMEWORK.encode(), answers=AVERAGED)
    task = homework.task("averaged")
    specified(homework, task)
    of_text.cache_clear()  # as where more solutions are loaded than are kept
    [known] = mutants_of(homework, task).values()
    counted = next(one for one in known.singles if one.said.full == "the steps are counted from 0")
    steps = counted.steps(RUNS[0])
    assert not np.isfinite(steps[0]).any()
    assert np.isfinite(steps[1:]).all()
