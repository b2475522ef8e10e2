"""A stored counterexample, run once more in a fresh worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.checks.grading import check_of, grading_of
from cgp_harness.checks.loads import loads
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.model import CheckResult, Submission
from cgp_harness.pipeline import Open, open_worker
from cgp_harness.probing.case import Replay
from cgp_harness.subject import SubjectError
from cgp_harness.task import Assignment


def replay(
    submission: Submission, assignment: Assignment, check: CheckResult, *, seed: int,
    isolation: str, open_subject: Open = open_worker,
) -> Replay:
    """Run a stored counterexample once more, in a fresh worker.

    As its kind says; else its check is run again, which finds the same case as long as the
    submission answers the same.

    Raises:
        HarnessError: the check stored no case.
    """
    if check.counterexample is None:
        raise HarnessError(
            f"{check.id} stored no case", expected="a check that failed on an example")
    task = assignment.task(check.task)
    grading = grading_of(kinds()[task.kind])
    with open_subject(submission, assignment, isolation) as subject:
        context = grading.context(assignment, task, submission, subject, seed)
        try:
            again = grading.replay(context, check)
            if again is not None:
                return again
            known = replace(context, **loads(context).learned)
            found = check_of(kinds()[task.kind], check.kind)(known).counterexample
            return Replay((), reproduced=_alike(check.counterexample, found), case=found)
        except SubjectError as error:
            return Replay((), reproduced=False, problem=error.problem)


def _alike(stored: Any, now: Any) -> bool:
    """Whether two cases are the same; numbers to rounding, which another machine does otherwise."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        return stored.keys() == now.keys() and all(_alike(stored[key], now[key]) for key in stored)
    if isinstance(stored, (list, tuple)) and isinstance(now, (list, tuple)):
        return len(stored) == len(now) and all(map(_alike, stored, now))
    if isinstance(stored, float) and isinstance(now, float):
        return bool(np.isclose(stored, now, rtol=1e-9, atol=0.0))
    return bool(stored == now)
