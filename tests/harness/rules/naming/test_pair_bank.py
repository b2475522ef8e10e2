"""Two mistakes at once, written as a student writes them: the bank knows them without its own help.

The plugins come from `tests/mutants`, which were written without a look at the bank: here no answer
that the bank gave itself is compared with the bank.
"""

import random
from itertools import combinations_with_replacement

import pytest

from cgp_harness.assignment import load
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.probing.distance import distance
from tests.harness.in_process.rules import InProcess
from tests.harness.rules.naming.foreign_rules import name_of
from tests.mutants.write import SINGLES, pairs, source

FRESH = 2026
# They are told by other routes than the numbers of one probe: tier, signature, fitted state.
OTHER_ROUTES = {"float32_arithmetic", "mutable_default", "random_initial_state", "shared_state"}
ASKED = 40
"""Pairs of each family: all of it is `python -m benchmarks.diagnosis`."""


def chosen(family):
    """The same ones always, each mistake in two of them at least."""
    draw = random.Random(7)
    candidates = [pair for pair in pairs(family) if not OTHER_ROUTES & set(pair)]
    draw.shuffle(candidates)
    counts = dict.fromkeys(SINGLES[family], 0)
    taken = []
    for pair in candidates:
        if min(counts[one] for one in pair) < 2 or len(taken) < ASKED:
            taken.append(pair)
            for one in pair:
                counts[one] += 1
    return taken


def answers(family, flags, runs):
    plugin = InProcess(source(family, flags))
    given = []
    for run in runs:
        plugin.restart()
        taken = plugin.manifest.find("optimizer", family).details.hyperparameters
        names = {name: v for name, v in run.hyperparameters.items() if name in taken}
        given.append(plugin.trajectory(
            family, type(run)(run.shapes, run.gradients, names, run.schedule)).values)
    return given


def alike(family, flags, others):
    """Whether two plugins of students step alike, on probes of another seed."""
    runs = diagnosis_probes(FRESH)
    try:
        theirs = answers(family, others, runs)
    except ValueError:
        return False  # no such plugin can be written
    return all(
        distance(one, other) < 1e-6
        for one, other in zip(answers(family, flags, runs), theirs, strict=True))


@pytest.mark.parametrize("family", SINGLES)
def test_two_mistakes_at_once_are_named_or_the_rule_that_they_are(family):
    wrong, named = [], 0
    tried = chosen(family)
    for pair in tried:
        flags = name_of(family, source(family, pair), 5)
        if set(flags) == set(pair):
            named += 1
        elif not flags or not alike(family, pair, flags):
            wrong.append((pair, flags))
    assert not wrong
    assert named >= 0.8 * len(tried)


def test_all_pairs_are_looked_for_but_of_mistakes_that_are_made_at_the_same_place():
    homework = load("step_size")
    [mutants, *_] = mutants_of(homework, homework.task("sgd_plus")).values()
    pairs_of = {tuple(part.id for part in one.parts) for one in mutants.known_pairs}
    every = dict.fromkeys(one.id for one in mutants.known)
    assert len(every) == 13
    assert {two for two in combinations_with_replacement(every, 2) if two not in pairs_of} == {
        ("damped", "no_momentum"), ("damped", "torch_dampening"), ("nesterov", "previous_buffer"),
        ("torch_dampening", "no_momentum"), *((one, one) for one in every)}
