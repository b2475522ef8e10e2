"""The grader's side of a kind: what `grading.py` of each kind gives."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cgp_harness import installed
from cgp_harness.checks.adequacy import Adequacy
from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.known import Known
from cgp_harness.installed.plugins import place_of
from cgp_harness.kind import Kind
from cgp_harness.model import CheckResult, Diagnosis, Floats, Problem, Status
from cgp_harness.probing.case import Replay
from cgp_harness.subject import Registered, Subject
from cgp_harness.task import Assignment, CheckSpec, Task

Check = Callable[[Any], Outcome]
Library = Literal["numpy", "torch"]


@dataclass(frozen=True)
class Together:
    """Work that is cheapest done for all tasks of a kind at once.

    Args:
        before: the check that needs it.
        run: contexts of the tasks that come to that check -> by task, what they have learned.
        shared: whether a task, by its context before that check, has a part in it. One that has
            none need not wait for the others.
    """

    before: str
    run: Callable[[Sequence[Any]], Mapping[str, Mapping[str, Any]]]
    shared: Callable[[Any], bool] = lambda _: True


@dataclass(frozen=True)
class Right:
    """A right submission, which must get full marks wherever anything is graded.

    Args:
        library: what it computes with.
        source: decorated, without imports.
        imports: of the decorator.
        task: what it solves, with the checks that show whether a worker computes what it should.
        on_device: further checks, which compute on another device than the CPU.
        is_solution: whether it is its task's solution, too: the kind has no other right answers.
    """

    library: Library
    imports: str
    source: str
    task: Task
    on_device: Mapping[str, CheckSpec] = field(default_factory=dict)
    is_solution: bool = False


@dataclass(frozen=True)
class Through:
    """How a kind's things go through a demo, `cgp demo NAME --plugin FILE`.

    Args:
        has_place: whether a demo has a place for them.
        of: the worker, one of them, which one it is from 0, the `step_size` homework, the demo,
            seed, iterations -> its descent, or what ended it.
    """

    has_place: Callable[[Any], bool]
    of: Callable[[Subject, Registered, int, Assignment, Any, int, int], Any]


@dataclass(frozen=True)
class Grading:
    """How tasks of a kind are graded.

    Args:
        checks: by the names in `Kind.checks`.
        right: for the canary.
        further: makes the check of a name that a task has made itself (`Kind.further`).
        context: what the checks are given.
        first_call: after loading: does it run at all, and how? Part of `loads`.
        require: given the assignment and a task, raises `HarnessError` for what the task names and
            this machine has not, or the solution.
        together: work for all tasks at once.
        replay: runs a stored case once more; if left out, its check is run again.
        fixed_runs: check -> what is answered to a small run that is the same with every seed and in
            every year, as an array; None where that is right. Asked where the check has failed:
            equal answers are one mistake.
        descent: through a demo, if such things can.
        remarks: what an instructor should know of a solution's answer to a task, in sentences.
        found: what trying a solution's answer to a task finds out: fields of the task's table.
        adequacy: which small changes of a solution's answer to a task are told from it; None if
            that is not known.
        known: the known mistakes of a task, for `cgp explain`; those of `mistakes.toml` that are
            not among them are added.
        afterwards: once all checks of all tasks are done: context, results by check -> by check, a
            diagnosis that says more. Nothing else of a result can be another for it.
    """

    checks: Mapping[str, Check]
    right: Sequence[Right]
    further: Callable[[str], Check] | None = None
    context: type[Context] = Context
    first_call: Callable[[Any], Outcome] = lambda _: passed()
    require: Callable[[Assignment, Any], object] = lambda *_: None
    together: Together | None = None
    replay: Callable[[Any, CheckResult], Replay | None] = lambda *_: None
    fixed_runs: Mapping[str, Callable[[Any], Floats | None]] = field(default_factory=dict)
    descent: Through | None = None
    remarks: Callable[[Assignment, Any], Sequence[str]] = lambda *_: ()
    found: Callable[[Assignment, Any], Mapping[str, object]] = lambda *_: {}
    adequacy: Callable[[Assignment, Any], Adequacy | None] = lambda *_: None
    known: Callable[[Assignment, Any], Iterable[Known]] = lambda *_: ()
    afterwards: Callable[[Any, Mapping[str, CheckResult]], Mapping[str, Diagnosis]] = (
        lambda *_: {})


def check_of(kind: Kind, name: str) -> Check:
    """A check of a task: its kind's own, one that an installed plugin adds, or the task's."""
    grading = grading_of(kind)
    known = grading.checks.get(name) or installed.checks().get(name)
    if known is not None or grading.further is None:
        return known or installed.checks()[name]
    return grading.further(name)


def broken(check: str, error: BaseException) -> Outcome:
    """The grader failed in a check, or what an instructor has added to it: there is no score."""
    his = place_of(error)
    return stopped(Problem(
        Status.GRADER_ERROR, f"the check {check!r} raised {type(error).__name__}; this is not the "
        "submission's fault", his, fix="mend it; the traceback is in the instructor's terminal",
    ) if his else Problem(
        Status.GRADER_ERROR, "The grader failed here; this is not the submission's fault. The "
        "traceback is in the instructor's terminal."))


def grading_of(kind: Kind) -> Grading:
    """A kind's; imported at the first use."""
    found: Grading = importlib.import_module(f"{kind.package}.grading").GRADING
    return found
