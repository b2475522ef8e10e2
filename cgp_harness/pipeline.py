"""THE ORDER of grading one submission, written once."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from cgp_harness import installed, scoring
from cgp_harness.assignment import Assignment, Task
from cgp_harness.assignment.task_kinds import CHECKS_OF
from cgp_harness.catalogue import CHECKS, WITHOUT_EQUATION
from cgp_harness.checks.context import Context, Outcome, stopped
from cgp_harness.checks.notes import notes
from cgp_harness.checks.titles import TITLES, quoted
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.kinds.optimizer.trainings.lockstep import lockstep
from cgp_harness.model import (
    CheckResult,
    Floats,
    Problem,
    Status,
    Submission,
    SubmissionReport,
)
from cgp_harness.probing import devices
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import Subject, SubjectError

Open = Callable[..., AbstractContextManager[Subject]]
"""With the arguments of `open_worker`."""


def open_worker(
    submission: Submission, assignment: Assignment, isolation: str, device: Device = CPU
) -> AbstractContextManager[Subject]:
    """The submission in a worker of its own, which may use the device."""
    return WorkerSubject(
        submission, assignment.limits, isolation, assignment.forbid, device.torch,
        assignment.packages)


def grade(
    submission: Submission, assignment: Assignment, *, seed: int, isolation: str,
    device: str = CPU.name, open_subject: Open = open_worker,
) -> SubmissionReport:
    """Grade one submission: collect's problem, then each task's checks in their order.

    Never raises for what a student did. A bug of ours ends as `grader_error` in the checks that
    it kept from running; `MachineError` (no worker can be started) is raised.

    Raises:
        HarnessError: this machine has no such device; it is one of `devices.NAMES`.
    """
    begun, chosen = time.monotonic(), devices.choose(device)
    if submission.problem is not None:
        status, checks = submission.problem.status, _all_stopped(assignment, submission.problem)
        told: tuple[str, ...] = (str(submission.problem),)
        repeated: Mapping[str, int] = {}
    else:
        with open_subject(submission, assignment, isolation, chosen) as subject:
            status, checks = _graded(submission, assignment, subject, seed, chosen)
            told = notes(submission, assignment, subject.manifest, checks)
            repeated = subject.manifest.repeated
            checks = tuple(
                replace(check, message=submission.told(check.message)) for check in checks)
    score, percent = scoring.total(checks, assignment.max_score)
    return SubmissionReport(
        id=submission.id, files=tuple(file.shown for file in submission.files),
        sha256=submission.sha256, status=status, score=score, max_score=assignment.max_score,
        percent=percent, late_penalty=0.0, seconds=round(time.monotonic() - begun, 3),
        checks=checks, notes=told, repeated=repeated,
    )


def _graded(
    submission: Submission, assignment: Assignment, subject: Subject, seed: int, device: Device
) -> tuple[Status, tuple[CheckResult, ...]]:
    manifest = subject.manifest
    tasks = [
        _checked(_Progress(context), "convergence") for context in (
            Context(assignment, task, submission, subject, seed, device=device)
            for task in assignment.tasks)
    ]
    results = [result for task in _trained(tasks) for result in _checked(task).results]
    if any(result.status is Status.GRADER_ERROR for result in results):
        return Status.GRADER_ERROR, tuple(results)
    if manifest.problems and not manifest.rules and not manifest.extensions:
        return manifest.problems[0].status, tuple(results)
    return Status.GRADED, tuple(results)


@dataclass(frozen=True)
class _Progress:
    """A task under way.

    Args:
        context: what its next check is given.
        results: of the checks that are done.
        blocked: the check that keeps the others from running.
        spent_s: what its next check has taken already.
    """

    context: Context
    results: tuple[CheckResult, ...] = ()
    blocked: str = ""
    spent_s: float = 0.0


def _checked(task: _Progress, until: str = "") -> _Progress:
    """The task after all its checks that are left, or after those before one."""
    context, results, blocked, spent_s = task.context, [*task.results], task.blocked, task.spent_s
    for kind in _in_order(context.task)[len(results):]:
        if kind == until:
            break
        if blocked:
            results.append(_result(context.task, kind, _skipped(blocked), 0.0))
            continue
        begun = time.monotonic() - spent_s
        outcome = _run(kind, context)
        results.append(_result(context.task, kind, outcome, time.monotonic() - begun))
        context, spent_s = context.knowing(outcome.learned), 0.0
        if kind == "loads":
            context = replace(context, **outcome.learned)
        if outcome.blocks:
            blocked = kind
    return _Progress(context, tuple(results), blocked)


def _trained(tasks: Sequence[_Progress]) -> list[_Progress]:
    """The tasks, after what is cheapest done for all of them together."""
    begun = time.monotonic()
    losses = _lockstep([
        task.context for task in tasks
        if "convergence" in task.context.task.checks and not task.blocked])
    each_s = (time.monotonic() - begun) / max(1, len(losses))
    return [
        replace(task, context=task.context.knowing({"losses": losses[own]}), spent_s=each_s)
        if (own := task.context.task.id) in losses else task
        for task in tasks
    ]


def _lockstep(contexts: Sequence[Context]) -> Mapping[str, tuple[Floats, ...]]:
    try:
        return lockstep(contexts)
    except (MachineError, HarnessError):
        raise
    except Exception:  # a bug of ours: it costs time, or shows again where it belongs
        print("lockstep:", file=sys.stderr)
        traceback.print_exc()
        return {}


def _in_order(task: Task) -> list[str]:
    own = [check for check in CHECKS_OF[task.kind] if check in task.checks]
    return own + [check for check in task.checks if check not in own]


def _skipped(blocked: str) -> Outcome:
    return Outcome(Status.SKIPPED, 0.0, f"not run, since {quoted(blocked)} failed")


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
    """What the problem is, a note says once."""
    unread, results = Problem(problem.status, "the submission could not be read"), []
    for task in assignment.tasks:
        first, *rest = _in_order(task)
        results.append(_result(task, first, stopped(unread), 0.0))
        results += [_result(task, kind, _skipped(first), 0.0) for kind in rest]
    return tuple(results)
