"""What is seen of a submission's trainings: run once for each set of samples, explained once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cgp_harness.checks.context import Context
from cgp_harness.kinds.primer_training.asking import AskingTrainings, Trained
from cgp_harness.kinds.primer_training.contract import RULES
from cgp_harness.kinds.primer_training.diagnosis import explain, judged, words
from cgp_harness.kinds.primer_training.diagnosis.gradients import Batches, NotFollowedError
from cgp_harness.kinds.primer_training.diagnosis.judged import Judged
from cgp_harness.kinds.primer_training.record import Training
from cgp_harness.kinds.primer_training.task import PrimerTask
from cgp_harness.subject import SubjectError

SETS = 2
"""Of samples, each with orders of names of its own."""


@dataclass(frozen=True)
class PrimerContext(Context):
    """A training under one check."""

    task: PrimerTask

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The trainings on each set of samples.

        Raises:
            SubjectError: the scripts never end, or end the worker.
        """
        asking: AskingTrainings = self.subject.of("primer_training")
        return tuple(_seen(asking, self, SETS * self.seed + number) for number in range(SETS))


@dataclass(frozen=True)
class Looked:
    """One training: what explains it, or why it cannot be followed."""

    training: Training
    trained: Trained
    earlier: Looked | None = None

    @cached_property
    def _explained(self) -> Judged | str:
        if not self.training.followable:
            return ("its batches or parameters are no finite numbers, or more than a record holds"
                    if self.training.steps >= 4 else "it has fewer than 5 batches")
        try:
            batches = Batches.of(self.training, self.trained.samples)
            both = explain.training(batches, self._before)
            return Judged(batches, both.weights, both.biases)
        except NotFollowedError as error:
            return str(error)

    def _before(self) -> explain.Both | None:
        found = self.earlier and self.earlier.judged
        return explain.Both(found.weights, found.biases) if found else None

    @property
    def judged(self) -> Judged | None:
        """What explains it."""
        return self._explained if isinstance(self._explained, Judged) else None

    @property
    def lost(self) -> str:
        """Why it cannot be followed; empty if it can."""
        return self._explained if isinstance(self._explained, str) else ""

    @property
    def family(self) -> str:
        """Of what moves its weights."""
        return self.judged.weights.family if self.judged else ""


@dataclass(frozen=True)
class Seen:
    """All trainings on one set of samples."""

    trained: Trained
    looked: tuple[Looked, ...]

    def of(self, task: PrimerTask) -> Looked | None:
        """The training that is the task's.

        What happened in it decides; where that is another rule, or none that is known, the words by
        which the script calls it; of several the rightest.
        """
        rule = RULES.index(task.rule)
        own = [one for one in self.looked if one.training.layers == task.layers]
        ranked = [(rank, one) for one in own if (rank := _rank(one, task, rule)) is not None]
        return min(ranked, key=lambda pair: pair[0], default=(None, None))[1]

    def others(self, task: PrimerTask) -> str:
        """What else was seen."""
        titles = [f"{words.TITLES[one.family]} on {shape(one.training.layers)}"
                  for one in self.looked]
        return ", ".join(dict.fromkeys(titles)) or "no training"


def shape(layers: Sequence[int]) -> str:
    """As people write it: 4-2-1."""
    return "-".join(map(str, layers))


def _rank(one: Looked, task: PrimerTask, rule: int) -> tuple[int, int] | None:
    """How much speaks for it, the less the better; None if nothing does."""
    named = one.training.word
    if one.judged is None:
        return (3, 0) if named in (rule, -1) else None
    if one.family == task.rule:
        # What an earlier training has left shows only in a later one, however right the first is.
        if _carried_over(one.judged):
            return 0, -1
        wrong = [*judged.gradient(one.judged, task), *judged.rule(one.judged, task),
                 *judged.hyperparameters(one.judged, task)]
        return 0, len(wrong)
    if named == rule:
        return 1, 0
    meant = judged.kin(one.family)
    if named == -1 and meant in (task.rule, "", "still"):
        return 2, 0
    return None


def _looked(trained: Trained) -> tuple[Looked, ...]:
    """Each with the one before it on the same network."""
    last: dict[tuple[int, ...], Looked] = {}
    found = []
    for one in trained.trainings:
        last[one.layers] = Looked(one, trained, last.get(one.layers))
        found.append(last[one.layers])
    return tuple(found)


def _carried_over(one: Judged) -> bool:
    notes = {getattr(each.rule, "note", "") or getattr(each.rule, "form", "")
             for _, each in one.groups}
    return "carried over" in notes


def _seen(asking: AskingTrainings, context: PrimerContext, seed: int) -> Seen:
    """Asked once for all tasks and checks."""
    if seed not in asking.memory:
        tasks = {one.rule: one.words for one in context.assignment.tasks
                 if isinstance(one, PrimerTask)}
        sayings = tuple(tasks.get(rule, ()) for rule in RULES)
        try:
            trained = asking.trained(context.task.id, sayings, seed)
            asking.memory[seed] = Seen(trained, _looked(trained))
        except SubjectError as error:
            asking.memory[seed] = error
    found = asking.memory[seed]
    if isinstance(found, SubjectError):
        raise found
    assert isinstance(found, Seen)
    return found
