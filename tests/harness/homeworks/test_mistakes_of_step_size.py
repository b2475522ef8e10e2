"""`mistakes.toml` of `step_size` says what the hand-written simulators compute."""

import random

import numpy as np
import pytest

from cgp_harness.assignment import load
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of
from cgp_harness.kinds.optimizer.diagnosis.evidence import confirming_runs
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.probing.distance import distance
from tests.harness.rules.right.lecture_rules import ACCEPTED
from tests.simulators.families import FAMILIES, simulate
from tests.simulators.variants import variants

HOMEWORK = load("step_size")
RUNS = (*diagnosis_probes(4), *confirming_runs())
DEFAULTS = {"lr": 1e-3, "mu": 0.9, "rho": 0.9, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
BY_HARNESS = {
    "first_gradient_state": "a state", "random_initial_state": "a state", "eps_twice": "a state",
    "mutable_default": "a signature", "float32_arithmetic": "a precision",
    "no_eps_above_zero": "a guard", "no_lr": "a value", "weight_decay": "a decay",
    "weight_decay_without_lr": "a decay", "weight_decay_in_gradient": "a decay"}
"""Told by other routes than a change of the solution."""
PAIRS = 60
"""Of each family: all of them is `python -m benchmarks.diagnosis`."""


def same(mutant, family, switches):
    """Whether both step alike, and are finite at the same places."""
    return all(
        distance(mutant.steps(run), simulate(family, switches, run, DEFAULTS)) < 1e-9
        for run in RUNS)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_mistake_is_the_simulated_one_and_no_mistake_is_missing(family):
    mutants = mutants_of(HOMEWORK, HOMEWORK.task(family))
    ids = {one.id for one in FAMILIES[family].FLAGS}
    for variant in variants(family, depth=1):
        if variant.convention in ACCEPTED[family] and variant.flags:
            assert any(
                same(one, family, variant.switches) for each in mutants.values()
                for one in each.known if {part.id for part in one.named} == {*variant.flags}
            ), variant
    named = {part.id for each in mutants.values() if not each.wrong or each.whole_answer
             for one in each.known for part in one.named}
    assert named - BY_HARNESS.keys() == ids


@pytest.mark.parametrize("family", FAMILIES)
def test_two_mistakes_that_touch_different_parts_are_both_made(family):
    mutants = mutants_of(HOMEWORK, HOMEWORK.task(family))
    every = {}
    for each in mutants.values():
        for one in each.known_pairs if each.paired or each.wrong else ():
            every.setdefault(frozenset(part.id for part in one.named), []).append(one)
    first = ACCEPTED[family][0]
    chosen = [one for one in variants(family)
              if len(one.flags) == 2 and one.convention == first
              and not any("~" in switch for switch in one.switches)]
    missing = []
    for variant in random.Random(3).sample(chosen, min(PAIRS, len(chosen))):
        right, alone = (
            [simulate(family, switches, RUNS[0], DEFAULTS) for switches in sets] for sets in (
                [{first}, variant.switches], [variant.switches - {one} for one in variant.flags]))
        shows = all(distance(right[1], one) > 1e-6 for one in alone) and np.isfinite(right[1]).any()
        if shows and not any(same(one, family, variant.switches)
                             for one in every.get(frozenset(variant.flags), ())):
            missing.append(variant.flags)
    assert len(missing) <= 0.05 * PAIRS, missing


@pytest.mark.parametrize("family", FAMILIES)
def test_every_mistake_has_the_words_that_were_released(family):
    words = {(one.id, one.task): (one.says, one.hint) for one in HOMEWORK.mistakes}
    for one in FAMILIES[family].FLAGS:
        equation = f" ({one.equation})" if one.equation else ""
        assert words[one.id, family] == (f"{one.phrase}{equation}", one.hint)
