"""Every mistake in a rule, diagnosed by a bank that lacks it.

The answer must be that no mistake is known, or one that computes the same on runs that the name was
neither looked for nor confirmed on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from unittest.mock import patch

import numpy as np

from cgp_harness.kinds.optimizer.diagnosis import bank, diagnose
from cgp_harness.kinds.optimizer.diagnosis.families import DEFAULTS, FAMILIES, simulate
from cgp_harness.kinds.optimizer.probes import evidence_of
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.probing.distance import distance
from tests.harness.correctness import correctness
from tests.harness.in_process import context_of
from tests.mutants.write import SINGLES, pairs, source

HOMEWORK = correctness()
NOT_IN_A_BANK = {"float32_arithmetic", "random_initial_state", "mutable_default"}
"""A tier, a fit, and a reading of the signature: other routes to a name."""
SAME = 1e-7
"""Far from the least that tells two mistakes apart, which is 1e-3."""


@dataclass(frozen=True)
class LeftOut:
    """What came of a mutant, diagnosed without one of its mistakes."""

    family: str
    flags: tuple[str, ...]
    missing: str
    called: tuple[str, ...]
    alike: bool

    @property
    def falsely(self) -> bool:
        """Whether it got a name that it does not deserve."""
        return bool(self.called) and not self.alike


def of_singles(every: int = 1) -> Iterator[LeftOut]:
    """Each single mistake, or every so-many-th of a family."""
    for family, flags in SINGLES.items():
        for flag in flags[::every]:
            if flag not in NOT_IN_A_BANK:
                yield _left_out(family, (flag,), flag)


def of_pairs(count: int, seed: int = 1) -> Iterator[LeftOut]:
    """`count` pairs, each without the one and without the other of its mistakes."""
    every = [(family, pair) for family in SINGLES for pair in pairs(family)
             if not NOT_IN_A_BANK & set(pair)]
    order = np.random.default_rng(seed).permutation(len(every))
    for i in islice(order, count):
        family, pair = every[i]
        for missing in pair:
            yield _left_out(family, pair, missing)


def _left_out(family: str, flags: tuple[str, ...], missing: str) -> LeftOut:
    context = context_of(source(family, flags), HOMEWORK, family)
    runs = diagnosis_probes(0)

    def fresh():
        context.subject.restart()

    def ask(run):
        fresh()
        return context.answer(run)

    with np.errstate(all="ignore"), _without(missing):
        found = diagnose.diagnose(
            HOMEWORK, context.task, context.rule,
            evidence_of.evidence(context, runs, [ask(run) for run in runs], before=fresh))
        called = found.diagnosis.flags
    alike = bool(called) and _alike(family, called, ask)
    return LeftOut(family, flags, missing, called, alike)


@contextmanager
def _without(missing: str) -> Iterator[None]:
    """No bank has this mistake."""
    every, variants = bank.matches, bank.variants

    def matches(*arguments, **named):
        return [one for one in every(*arguments, **named) if missing not in one.variant.flags]

    def fewer(*arguments, **named):
        return tuple(one for one in variants(*arguments, **named) if missing not in one.flags)

    for family in FAMILIES:
        bank._variants(family)  # is kept, and shall be whole
    with patch.object(bank, "matches", matches), patch.object(bank, "variants", fewer):
        yield


def _alike(family: str, called: tuple[str, ...], ask) -> bool:
    """Whether the mutant steps as the named rule does, on runs that it was not named on.

    A fitted state is never alike: no mutant that is diagnosed here begins from one.
    """
    task, theirs, flags = HOMEWORK.task(family), family, called
    if called[0].startswith("is_"):
        theirs, flags = called[0].removeprefix("is_"), called[1:]
    if theirs == "sgd":
        theirs, flags = "sgd_plus", ("no_momentum",)

    def steps(one: bank.Variant, run: Trajectory):
        given = run if theirs == family else diagnose._seen_from(task, task.hyperparameters, run)
        return simulate(theirs, one.switches, given, DEFAULTS)

    with np.errstate(all="ignore"):
        return any(
            all(distance(ask(run), steps(one, run)) < SAME for run in diagnosis_probes(987))
            for one in bank.variants(theirs)
            if set(one.flags) == set(flags) - {*FAMILIES[theirs].CONVENTIONS})
