"""A check run once more in a fresh worker: its stored case, or all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np

from cgp_harness import pipeline
from cgp_harness.checks.grading import grading_of
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.model import CheckResult, Status, Submission
from cgp_harness.pipeline import open_worker
from cgp_harness.probing import devices
from cgp_harness.probing.case import Replay
from cgp_harness.probing.devices import CPU
from cgp_harness.subject import SubjectError
from cgp_harness.task import Assignment

NEVER_RUN = (Status.SKIPPED, Status.GRADER_ERROR)


def replay(
    submission: Submission, assignment: Assignment, check: CheckResult, *, seed: int,
    isolation: str, device: str = CPU.name,
) -> Replay:
    """Run a check once more, in a fresh worker.

    A stored case of a kind that can run it alone is run; else the task's checks up to this one,
    which ask the same as long as the submission answers the same.

    Raises:
        HarnessError: the check was never run, or the device is not here.
    """
    if check.status in NEVER_RUN:
        raise HarnessError(f"{check.id} was not run", expected="a check that was")
    if check.counterexample is not None:
        task, chosen = assignment.task(check.task), devices.choose(device)
        grading = grading_of(kinds()[task.kind])
        with open_worker(submission, assignment, isolation, chosen) as subject:
            context = grading.context(assignment, task, submission, subject, seed, chosen)
            try:
                again = grading.replay(context, check)
            except SubjectError as error:
                return Replay((), reproduced=False, problem=error.problem)
        if again is not None:
            return again
    now = _again(submission, assignment, check, seed, isolation, device)
    same = (now.status, now.score) == (check.status, check.score) and _alike(
        check.counterexample, now.counterexample)
    return Replay((), same, case=now.counterexample, stored=check.message, now=now.message)


def _again(
    submission: Submission, assignment: Assignment, check: CheckResult, seed: int, isolation: str,
    device: str,
) -> CheckResult:
    """The result of the check, after those of its task on which it may build."""
    own = pipeline.in_order(assignment.task(check.task))
    wanted = own[:own.index(check.kind) + 1]
    # The other tasks stay: what is registered for one may be looked at by another.
    alone = msgspec.structs.replace(assignment, tasks=tuple(msgspec.structs.replace(
        task, checks={kind: task.checks[kind] for kind in wanted} if task.id == check.task else {})
        for task in assignment.tasks))
    report = pipeline.grade(submission, alone, seed=seed, isolation=isolation, device=device)
    return report.checks[-1]


def _alike(stored: Any, now: Any) -> bool:
    """Whether two cases are the same; numbers to rounding, which another machine does otherwise."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        return stored.keys() == now.keys() and all(_alike(stored[key], now[key]) for key in stored)
    if isinstance(stored, (list, tuple)) and isinstance(now, (list, tuple)):
        return len(stored) == len(now) and all(map(_alike, stored, now))
    if isinstance(stored, float) and isinstance(now, float):
        return bool(np.isclose(stored, now, rtol=1e-9, atol=0.0))
    return bool(stored == now)
