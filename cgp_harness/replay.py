"""A stored counterexample, run once more in a fresh worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.assignment import Assignment
from cgp_harness.catalogue import CHECKS
from cgp_harness.checks.context import Context, Outcome
from cgp_harness.checks.loads import loads
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.probes.counterexample import places, plain, run_of
from cgp_harness.model import CheckResult, Replay, ReplayRow, Submission
from cgp_harness.pipeline import Open, open_worker
from cgp_harness.subject import SubjectError


def replay(
    submission: Submission, assignment: Assignment, check: CheckResult, *, seed: int,
    isolation: str, open_subject: Open = open_worker,
) -> Replay:
    """Run a stored counterexample once more, in a fresh worker.

    A case of a rule is one run. A violated relation depends on all that was asked before it, and
    the case of an extension was found by a search; so these checks are run again, which finds the
    same case as long as the submission answers the same.

    Raises:
        HarnessError: the check stored no case.
    """
    case = check.counterexample
    if case is None:
        raise HarnessError(
            f"{check.id} stored no case", expected="a check that failed on an example")
    with open_subject(submission, assignment, isolation) as subject:
        context = Context(assignment, assignment.task(check.task), submission, subject, seed)
        try:
            if "rule" not in case:
                again = _checked_again(context, check.kind).counterexample
                return Replay((), reproduced=_alike(case, again), case=again)
            if check.kind == "relations":
                violated = _checked_again(context, check.kind).counterexample
                now = violated["got"] if violated else []
            else:
                now = plain(subject.trajectory(
                    case["rule"], run_of(case), case["arrays"], writable=True).values)
        except SubjectError as error:
            return Replay((), reproduced=False, problem=error.problem)
    return _compared(case, now)


def _checked_again(context: Context, kind: str) -> Outcome:
    trial = loads(context)
    return CHECKS[kind](replace(context, **trial.learned))


def _compared(case: Mapping[str, Any], now: list[list[float | None]]) -> Replay:
    run = run_of(case)
    rows = [
        ReplayRow(t + 1, parameter, index, float(run.gradients[t, i]), case["expected"][t][i],
                  case["got"][t][i], now[t][i] if now else None)
        for t in range(len(run.gradients))
        for i, (parameter, index) in enumerate(places(run.shapes))
    ]
    same = bool(now) and all(_same(row.stored, row.now) for row in rows)
    return Replay(tuple(rows), reproduced=same)


def _alike(stored: Any, now: Any) -> bool:
    """Whether two cases are the same; numbers to rounding, which another machine does otherwise."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        return stored.keys() == now.keys() and all(_alike(stored[key], now[key]) for key in stored)
    if isinstance(stored, (list, tuple)) and isinstance(now, (list, tuple)):
        return len(stored) == len(now) and all(map(_alike, stored, now))
    if isinstance(stored, float) and isinstance(now, float):
        return _same(stored, now)
    return bool(stored == now)


def _same(stored: float | None, now: float | None) -> bool:
    if stored is None or now is None:
        return stored is now
    return bool(np.isclose(stored, now, rtol=1e-9, atol=0.0))
