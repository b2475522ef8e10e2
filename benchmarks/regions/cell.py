"""A cell of the declared ground, and how often its fault is caught."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from unittest import mock

import msgspec

from benchmarks.regions.asked_once import asked_once
from benchmarks.regions.known_once import known_once
from cgp_harness import assignment, pipeline
from cgp_harness.assignment import Assignment
from cgp_harness.checks.context import Outcome, failed
from cgp_harness.kinds.autograd_function.checks import forward, gradient
from cgp_harness.kinds.backprop.checks import stage_by_stage
from cgp_harness.kinds.optimizer.checks import update_rule
from cgp_harness.model import CheckResult, SourceFile, Status, Submission
from cgp_harness.sandbox.host.subject import WorkerSubject

DECISIVE = {
    "optimizer": ("loads", "relations", "update_rule", "hyperparameters"),
    "autograd_function": ("loads", "forward", "gradient", "autograd"),
    "activation": ("loads", "activation"),
    "backprop": ("loads", "partials", "backpropagation"),
}
"""Kind of task -> the checks that must tell right from wrong, without any training."""


@dataclass(frozen=True)
class Cell:
    """One place where submissions are compared, with a submission that is wrong there alone.

    Args:
        assignment: "step_size".
        task: "adam".
        region: of the table in the kind's docs page: "step number", "shape", "stride".
        name: "k > 300".
        source: a whole file: right for the task, but for a fault that acts only in this cell.
        checks: those that must catch it; empty: all that decide.
        remembers: whether an answer may depend on what was asked before.
        counts: whether it counts what it is asked, so that each seed needs a worker of its own.
    """

    assignment: str
    task: str
    region: str
    name: str
    source: str
    checks: tuple[str, ...] = ()
    remembers: bool = True
    counts: bool = False


@dataclass(frozen=True)
class Grading:
    """What came of a cell with one seed.

    Args:
        lost: the checks that lost points, with their messages.
        error: what the grader itself did wrong.
    """

    seed: int
    lost: tuple[str, ...]
    error: str = ""


def graded(cell: Cell, seeds: Sequence[int], isolation: str) -> tuple[Grading, ...]:
    """The cell's task alone, by its decisive checks; one worker for all seeds, if none counts."""
    if cell.counts and len(seeds) > 1:
        return tuple(one for seed in seeds for one in graded(cell, [seed], isolation))
    homework = decisive(assignment.load(cell.assignment), cell.task, cell.checks)
    limits = msgspec.structs.replace(
        homework.limits, total_s=homework.limits.total_s * len(seeds))
    submission = Submission("cell", (SourceFile("plugin.py", cell.source.encode()),))
    with (mock.patch.multiple(update_rule, wrong=_wrong, elsewhere=_wrong),
          known_once(),
          mock.patch.object(forward, "refused_values", _wrong),
          mock.patch.object(gradient, "refused_gradient", _wrong),
          mock.patch.multiple(stage_by_stage, _of_numbers=_wrong, _of_error=_wrong),
          WorkerSubject(submission, limits, isolation, homework.forbid) as worker,
          nullcontext() if cell.remembers else asked_once(worker)):
        return tuple(
            _grading(seed, pipeline.grade(
                submission, homework, seed=seed, isolation=isolation,
                open_subject=lambda *_: nullcontext(worker)).checks)
            for seed in seeds
        )


def _wrong(*_: object) -> Outcome:
    """Which mistake it is takes longer to say than that it is one, and is not asked here."""
    return failed("not the specified rule")


def decisive(homework: Assignment, task: str, checks_of: Sequence[str] = ()) -> Assignment:
    """The homework with this task alone, and of its checks those that decide, or these."""
    one = homework.task(task)
    wanted = checks_of or DECISIVE[one.kind]
    checks = {kind: spec for kind, spec in one.checks.items() if kind in wanted}
    return msgspec.structs.replace(
        homework, tasks=(msgspec.structs.replace(one, checks=checks),))


def _grading(seed: int, checks: Sequence[CheckResult]) -> Grading:
    errors = [check.message for check in checks if check.status is Status.GRADER_ERROR]
    lost = tuple(
        f"{check.kind}: {check.message}" for check in checks if check.score < check.max_score)
    return Grading(seed, lost, " ".join(errors))
