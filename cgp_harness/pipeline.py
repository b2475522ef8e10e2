"""THE ORDER of grading one submission, written once."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from cgp_harness import installed, scoring
from cgp_harness.assignment import CHECK_ORDER, Assignment, Task
from cgp_harness.checks.closed_loop import closed_loop
from cgp_harness.checks.context import Context, Outcome, stopped
from cgp_harness.checks.convergence import convergence
from cgp_harness.checks.counterexample import places, plain, run_of
from cgp_harness.checks.hyperparameters import hyperparameters
from cgp_harness.checks.loads import loads
from cgp_harness.checks.relations import relations
from cgp_harness.checks.step_cost import step_cost
from cgp_harness.checks.update_rule import update_rule
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.model import (
    CheckResult,
    Problem,
    Replay,
    ReplayRow,
    Status,
    Submission,
    SubmissionReport,
)
from cgp_harness.sandbox.subject import WorkerSubject
from cgp_harness.subject import Subject, SubjectError

CHECKS: Mapping[str, Callable[[Context], Outcome]] = {
    "loads": loads, "relations": relations, "update_rule": update_rule,
    "hyperparameters": hyperparameters, "closed_loop": closed_loop, "convergence": convergence,
    "step_cost": step_cost,
}
TITLES = {
    "loads": "loads and fits the contract",
    "relations": "is a well-behaved rule",
    "update_rule": "is the specified rule",
    "hyperparameters": "takes its hyperparameters",
    "closed_loop": "trains as the specified rule does",
    "convergence": "gains what the specified rule gains",
    "step_cost": "time of a step",
}
WITHOUT_EQUATION = {"loads", "convergence", "step_cost"}
"""What these miss is not in an equation."""
Open = Callable[[Submission, Assignment, str], AbstractContextManager[Subject]]


def open_worker(
    submission: Submission, assignment: Assignment, isolation: str
) -> AbstractContextManager[Subject]:
    """The submission in a worker of its own."""
    return WorkerSubject(submission, assignment.limits, isolation, assignment.forbid)


def grade(
    submission: Submission, assignment: Assignment, *, seed: int, isolation: str,
    open_subject: Open = open_worker,
) -> SubmissionReport:
    """Grade one submission: collect's problem, then each task's checks in their order.

    Never raises for what a student did. A bug of ours ends as `grader_error` in the checks that
    it kept from running; `MachineError` (no worker can be started) is raised.
    """
    begun = time.monotonic()
    if submission.problem is not None:
        status, checks = submission.problem.status, _all_stopped(assignment, submission.problem)
    else:
        with open_subject(submission, assignment, isolation) as subject:
            status, checks = _graded(submission, assignment, subject, seed)
    score, percent = scoring.total(checks, assignment.max_score)
    return SubmissionReport(
        id=submission.id, files=tuple(file.path for file in submission.files),
        sha256=submission.sha256, status=status, score=score, max_score=assignment.max_score,
        percent=percent, late_penalty=0.0, seconds=round(time.monotonic() - begun, 3),
        checks=checks,
    )


def _graded(
    submission: Submission, assignment: Assignment, subject: Subject, seed: int
) -> tuple[Status, tuple[CheckResult, ...]]:
    manifest = subject.manifest
    results: list[CheckResult] = []
    for task in assignment.tasks:
        results += _task(Context(assignment, task, submission, subject, seed))
    if any(result.status is Status.GRADER_ERROR for result in results):
        return Status.GRADER_ERROR, tuple(results)
    if not manifest.rules and manifest.problems:
        return manifest.problems[0].status, tuple(results)
    return Status.GRADED, tuple(results)


def _task(context: Context) -> list[CheckResult]:
    results: list[CheckResult] = []
    blocked = ""
    for kind in _in_order(context.task):
        if blocked:
            results.append(_result(context.task, kind, _skipped(blocked), 0.0))
            continue
        begun = time.monotonic()
        outcome = _run(kind, context)
        results.append(_result(context.task, kind, outcome, time.monotonic() - begun))
        context = replace(context, learned={**context.learned, **outcome.learned})
        if kind == "loads":
            context = replace(context, **outcome.learned)
        if outcome.blocks:
            blocked = kind
    return results


def _in_order(task: Task) -> list[str]:
    own = [kind for kind in CHECK_ORDER if kind in task.checks]
    return own + [kind for kind in task.checks if kind not in CHECK_ORDER]


def _skipped(blocked: str) -> Outcome:
    return Outcome(Status.SKIPPED, 0.0, f"not run, since {blocked!r} failed")


def _run(kind: str, context: Context) -> Outcome:
    check = CHECKS.get(kind) or installed.checks()[kind]
    try:
        return check(context)
    except SubjectError as error:
        return stopped(error.problem)
    except (MachineError, HarnessError):
        raise
    except Exception:
        print(f"{context.submission.id}, {context.task.id}.{kind}:", file=sys.stderr)
        traceback.print_exc()
        return Outcome(
            Status.GRADER_ERROR, 0.0,
            "The grader failed here; this is not the submission's fault. The traceback is in the "
            "instructor's terminal.",
            blocks=True,
        )


def _result(task: Task, kind: str, outcome: Outcome, seconds: float) -> CheckResult:
    spec = task.checks[kind]
    title = f"{task.title}: {TITLES.get(kind, kind)}"
    return CheckResult(
        id=f"{task.id}.{kind}", task=task.id, kind=kind, title=title,
        status=outcome.status, score=scoring.points(outcome.fraction, spec.points),
        max_score=spec.points, visibility=spec.visibility, message=outcome.message,
        equation="" if kind in WITHOUT_EQUATION else task.equation, diagnosis=outcome.diagnosis,
        counterexample=outcome.counterexample, seconds=round(seconds, 3),
        plots=outcome.plots,
    )


def _all_stopped(assignment: Assignment, problem: Problem) -> tuple[CheckResult, ...]:
    results = []
    for task in assignment.tasks:
        first, *rest = _in_order(task)
        results.append(_result(task, first, stopped(problem), 0.0))
        results += [_result(task, kind, _skipped(first), 0.0) for kind in rest]
    return tuple(results)


def replay(
    submission: Submission, assignment: Assignment, check: CheckResult, *, seed: int,
    isolation: str, open_subject: Open = open_worker,
) -> Replay:
    """Run a stored counterexample once more, in a fresh worker.

    A violated relation depends on all that was asked before it, so its check is run again up to
    the same place; any other case is one run.

    Raises:
        HarnessError: the check stored no case.
    """
    case = check.counterexample
    if case is None:
        raise HarnessError(
            f"{check.id} stored no case", expected="a check that failed on an example")
    run = run_of(case)
    with open_subject(submission, assignment, isolation) as subject:
        try:
            if check.kind == "relations":
                now = _violated_again(
                    Context(assignment, assignment.task(check.task), submission, subject, seed))
            else:
                now = plain(subject.trajectory(
                    case["rule"], run, case["arrays"], writable=True).values)
        except SubjectError as error:
            return Replay((), reproduced=False, problem=error.problem)
    rows = [
        ReplayRow(t + 1, parameter, index, float(run.gradients[t, i]), case["expected"][t][i],
                  case["got"][t][i], now[t][i] if now else None)
        for t in range(len(run.gradients))
        for i, (parameter, index) in enumerate(places(run.shapes))
    ]
    same = bool(now) and all(_same(row.stored, row.now) for row in rows)
    return Replay(tuple(rows), reproduced=same)


def _violated_again(context: Context) -> list[list[float | None]]:
    """What the relation's second run answers this time; empty if it holds now."""
    trial = loads(context)
    case = relations(replace(context, **trial.learned)).counterexample
    return case["got"] if case else []


def _same(stored: float | None, now: float | None) -> bool:
    if stored is None or now is None:
        return stored is now
    return bool(np.isclose(stored, now, rtol=1e-9, atol=0.0))
