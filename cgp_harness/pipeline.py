"""THE ORDER of grading one submission, written once."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cgp_harness import scoring
from cgp_harness.checks.context import Context, Outcome, stopped
from cgp_harness.checks.grading import Together, broken, check_of, grading_of
from cgp_harness.checks.loads import loads
from cgp_harness.checks.mended import may_be_replaced
from cgp_harness.checks.naming import with_answers
from cgp_harness.checks.notes import marks, notes, placed
from cgp_harness.errors import HarnessError, MachineError
from cgp_harness.installed import imports, kinds, told
from cgp_harness.kind import LOADS, CheckInfo
from cgp_harness.model import CheckResult, Diagnosis, Problem, Status, Submission, SubmissionReport
from cgp_harness.probing import devices
from cgp_harness.probing.devices import CPU, Device
from cgp_harness.registering.misfits import shown
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import Manifest, Subject, SubjectError
from cgp_harness.task import Assignment, Task

Open = Callable[..., AbstractContextManager[Subject]]
"""With the arguments of `open_worker`."""


@dataclass(frozen=True)
class Watch:
    """Who is told what, while it is graded.

    Args:
        loaded: once the files are, what came of it.
        checked: of each check as it ends, or when its cause is known; of some more is said at last.
    """

    loaded: Callable[[Manifest], object] = lambda _: None
    checked: Callable[[CheckResult], object] = lambda _: None

    def after(self, tried: Callable[[], object]) -> Watch:
        """The same, told of each check once, and of what did not pass after something is tried."""
        told: set[str] = set()

        def checked(result: CheckResult) -> None:
            if result.status is not Status.PASSED:
                tried()
            if result.id not in told:
                told.add(result.id)
                self.checked(result)

        return replace(self, checked=checked)


NOBODY = Watch()


def open_worker(
    submission: Submission, assignment: Assignment, isolation: str, device: Device = CPU
) -> WorkerSubject:
    """The submission in a worker of its own, which may use the device."""
    return WorkerSubject(
        submission, assignment.limits, isolation, assignment.forbid, device.torch,
        assignment.packages, imports(assignment), told(assignment))


def grade(
    submission: Submission, assignment: Assignment, *, seed: int, isolation: str,
    device: str = CPU.name, open_subject: Open = open_worker, watch: Watch = NOBODY,
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
        marked: Mapping[str, tuple[int, int]] = {}
    else:
        with (open_subject(submission, assignment, isolation, chosen) as subject,
              np.errstate(all="ignore")):  # what overflows is an answer, and no page of warnings
            watch.loaded(subject.manifest)
            status, checks = _graded(submission, assignment, subject, seed, chosen, watch)
            told = notes(submission, assignment, subject.manifest, checks)
            repeated, marked = subject.manifest.repeated, marks(submission, subject.manifest)
    score, percent = scoring.total(checks, assignment.max_score)
    return SubmissionReport(
        id=submission.id, files=tuple(file.shown for file in submission.files),
        sha256=submission.sha256, status=status, score=score, max_score=assignment.max_score,
        percent=percent, late_penalty=0.0, seconds=round(time.monotonic() - begun, 3),
        checks=checks, notes=told, repeated=repeated, marks=marked,
    ).of(submission)


def _graded(
    submission: Submission, assignment: Assignment, subject: Subject, seed: int, device: Device,
    watch: Watch,
) -> tuple[Status, tuple[CheckResult, ...]]:
    manifest = subject.manifest
    contexts = [
        grading_of(kinds()[task.kind]).context(assignment, task, submission, subject, seed, device)
        for task in assignment.tasks]
    tasks = [_checked(task, watch) for task in _all_together(
        [_alone(_Progress(context), watch) for context in contexts])]
    results = list(_afterwards(tasks, watch))
    if any(result.status is Status.GRADER_ERROR for result in results):
        return Status.GRADER_ERROR, tuple(results)
    if manifest.problems and not manifest.registered:
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


def _alone(task: _Progress, watch: Watch) -> _Progress:
    """The task after all that it need not wait for others with."""
    work = _together(task.context.task)
    before = _checked(task, watch, work)
    return before if _takes_part(before, work) else _checked(before, watch)


def _takes_part(task: _Progress, work: Together | None) -> bool:
    return work is not None and not task.blocked and (
        work.before in task.context.task.checks and work.shared(task.context))


def _checked(task: _Progress, watch: Watch, until: Together | None = None) -> _Progress:
    """The task after all its checks that are left, or after those before work in common."""
    context, results, blocked, spent_s = task.context, [*task.results], task.blocked, task.spent_s

    def ended(kind: str, outcome: Outcome, seconds: float) -> None:
        result = _result(context.task, kind, outcome, seconds)
        results.append(placed(result, context.submission, context.subject))
        if not any(may_be_replaced(context, one) for one in results):  # else `_afterwards` tells
            watch.checked(results[-1])

    for kind in in_order(context.task)[len(results):]:
        if until is not None and kind == until.before:
            break
        if blocked:
            ended(kind, _skipped(context.task, blocked), 0.0)
            continue
        begun = time.monotonic() - spent_s
        outcome = _run(kind, context)
        ended(kind, outcome, time.monotonic() - begun)
        context, spent_s = context.knowing(outcome.learned), 0.0
        if kind == "loads":
            context = replace(context, **outcome.learned)
        if outcome.blocks:
            blocked = kind
    return _Progress(context, tuple(results), blocked)


def _together(task: Task) -> Together | None:
    return grading_of(kinds()[task.kind]).together


def _all_together(tasks: Sequence[_Progress]) -> list[_Progress]:
    """The tasks, after what is cheapest done for all of a kind at once."""
    done = list(tasks)
    for work in dict.fromkeys(_together(task.context.task) for task in tasks):
        if work is None:
            continue
        begun = time.monotonic()
        learned = _learned(work, [
            task.context for task in tasks
            if _together(task.context.task) is work and _takes_part(task, work)])
        each_s = (time.monotonic() - begun) / max(1, len(learned))
        done = [
            replace(task, context=task.context.knowing(learned[own]), spent_s=each_s)
            if (own := task.context.task.id) in learned else task
            for task in done]
    return done


def _learned(work: Together, contexts: Sequence[Context]) -> Mapping[str, Mapping[str, Any]]:
    try:
        return work.run(contexts)
    except (MachineError, HarnessError):
        raise
    except Exception:  # a bug of ours: it costs time, or shows again where it belongs
        print(f"before {work.before}:", file=sys.stderr)
        traceback.print_exc()
        return {}


def _afterwards(tasks: Sequence[_Progress], watch: Watch) -> Iterator[CheckResult]:
    """All results, with what is said besides once nothing can be won or lost any more.

    A worker that is gone takes nothing with it but what would have been said.
    """
    gone = False
    for task in tasks:
        found: Mapping[str, Diagnosis] = {}
        if not gone:
            try:
                found = grading_of(kinds()[task.context.task.kind]).afterwards(
                    task.context, {one.kind: one for one in task.results})
            except (SubjectError, MachineError):
                gone = True
            except Exception:  # a bug of ours, which costs a sentence
                print(f"after {task.context.task.id}:", file=sys.stderr)
                traceback.print_exc()
        late = False
        for one in task.results:
            result = replace(one, diagnosis=found.get(one.kind, one.diagnosis))
            if late := late or may_be_replaced(task.context, one):
                watch.checked(result)
            yield result


def in_order(task: Task) -> list[str]:
    """The checks of a task, in the order in which they are run."""
    known = ("loads", *kinds()[task.kind].checks)
    own = [check for check in known if check in task.checks]
    return own + [check for check in task.checks if check not in own]


def info_of(task: Task, name: str) -> CheckInfo:
    """What is said of a check; an installed plugin's is called by its name."""
    if name == "loads":
        return LOADS
    return kinds()[task.kind].info(task, name)


def _skipped(task: Task, blocked: str) -> Outcome:
    return Outcome(Status.SKIPPED, 0.0, f'not run, since "{info_of(task, blocked).title}" failed')


def _run(kind: str, context: Context) -> Outcome:
    check = loads if kind == "loads" else check_of(kinds()[context.task.kind], kind)
    try:
        outcome = check(context)
        if not isinstance(outcome, Outcome):
            raise TypeError(f"the check {kind!r} returned {shown(outcome)}, and no Outcome")
        return with_answers(kind, context, outcome)
    except SubjectError as error:
        return stopped(error.problem)
    except (MachineError, HarnessError):
        raise
    except (Exception, SystemExit) as error:
        print(f"{context.submission.id}, {context.task.id}.{kind}:", file=sys.stderr)
        traceback.print_exc()
        return broken(kind, error)


def _result(task: Task, kind: str, outcome: Outcome, seconds: float) -> CheckResult:
    spec = task.checks[kind]
    info = info_of(task, kind)
    return CheckResult(
        id=f"{task.id}.{kind}", task=task.id, kind=kind, title=f"{task.title}: {info.title}",
        status=outcome.status, score=scoring.points(outcome.fraction, spec.points),
        max_score=spec.points, visibility=spec.visibility, message=outcome.message,
        equation=task.equation if info.cites_equation else "", diagnosis=outcome.diagnosis,
        counterexample=outcome.counterexample, seconds=round(seconds, 3),
        plots=outcome.plots, answers=outcome.answers, evidence=info.evidence,
    )


def _all_stopped(assignment: Assignment, problem: Problem) -> tuple[CheckResult, ...]:
    """What the problem is, a note says once."""
    unread, results = Problem(problem.status, "the submission could not be read"), []
    for task in assignment.tasks:
        first, *rest = in_order(task)
        results.append(_result(task, first, stopped(unread), 0.0))
        results += [_result(task, kind, _skipped(task, first), 0.0) for kind in rest]
    return tuple(results)
