"""Every mistake in a rule, diagnosed by a bank that lacks it.

The answer must be that no mistake is known, or one that computes the same on runs that the name was
neither looked for nor confirmed on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from unittest.mock import patch

import msgspec
import numpy as np

from cgp_harness.assignment import Assignment
from cgp_harness.kinds.optimizer.diagnosis import diagnose
from cgp_harness.kinds.optimizer.diagnosis.changes import mutants, naming
from cgp_harness.kinds.optimizer.diagnosis.changes.how_run import WAYS
from cgp_harness.kinds.optimizer.probes import evidence_of
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.probing.distance import distance
from tests.harness.in_process.rules import context_of
from tests.harness.rules.right.correctness import correctness
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
    homework = without(missing)
    context = context_of(source(family, flags), homework, family)

    def ask(run):
        context.subject.restart()
        return context.answer(run)

    runs = diagnosis_probes(0)
    with np.errstate(all="ignore"), _ways_without(missing):
        found = diagnose.diagnose(
            homework, context.task, context.rule, evidence_of.evidence(
                context, runs, [ask(run) for run in runs], before=context.subject.restart))
        called = found.diagnosis.flags
        alike = found.steps is not None and all(
            distance(ask(run), found.steps(run)) < SAME for run in diagnosis_probes(987))
    return LeftOut(family, flags, missing, called, alike)


@cache
def without(missing: str) -> Assignment:
    """The homework, where this mistake has no name, and no other one is a change of its answer."""
    left = [one for one in HOMEWORK.mistakes if one.id != missing]
    texts = [HOMEWORK.solution, *(one.answer for one in left)]
    return msgspec.structs.replace(HOMEWORK, mistakes=tuple(
        one for one in left
        if all(any(old in text for text in texts) for old, _ in one.replaced)))


@contextmanager
def _ways_without(missing: str) -> Iterator[None]:
    """No rule is run in this way; what is made meanwhile is forgotten afterwards."""
    left = tuple(one for one in WAYS if one.id != missing)
    if len(left) == len(WAYS):
        yield
        return
    with patch.object(mutants, "WAYS", left), patch.object(naming, "_KNOWN", {}):
        yield
