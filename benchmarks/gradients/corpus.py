"""The corpus of `benchmarks.gradients`, graded in workers by the real pipeline.

The wrong ones of a task are the files of one submission, each registered under its own name, so
that one worker serves them all: it is torch's start that costs, two seconds of each.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

import msgspec

from cgp_harness import assignment, pipeline
from cgp_harness.assignment import Assignment, Limits, Task
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import CheckResult, SourceFile, Status, Submission, SubmissionReport
from cgp_harness.sandbox.host.subject import WorkerSubject
from tests.harness.functions.right.function_sources import FORMS, registered
from tests.mutants.functions.write import LISTED, MISTAKES, source

ONE_BY_ONE = frozenset({"forward", "gradient", "autograd"})
"""The checks of the Function itself; `training` runs a network with it."""
AT_WORK = frozenset({"training", "learning"})
UNHURRIED = Limits(total_s=3600.0)


@dataclass(frozen=True)
class Verdict:
    """What came of one wrong Function or activation.

    Args:
        failed: the check that failed and how it ended; empty if none did.
        wanted: what it should be called; empty where no name is asked for.
        named: what it was called.
        error: the grader's own failure.
    """

    task: str
    name: str
    failed: str
    wanted: str
    named: tuple[str, ...]
    error: bool

    @property
    def listed(self) -> bool:
        """Whether it is one of the mistakes that the diagnosis is meant to know."""
        return (self.task, self.name) in LISTED

    @property
    def misnamed(self) -> bool:
        """Whether it is called something that it is not, as far as the corpus says what it is.

        A listed one may have further names: who rounds up in forward saves another error as well.
        """
        if not self.listed:
            return not set(self.named) <= {self.wanted}
        return bool(self.wanted and self.named) and self.wanted not in self.named


@dataclass(frozen=True)
class FormAnswer:
    """What came of one right submission.

    Args:
        functions: how many Functions it registers.
        gradings: Functions times seeds.
        lost: checks that did not give full marks, with the seed and the message.
        grader_s: CPU seconds of the grader per Function.
        worker_s: CPU seconds of the worker per Function, its start not counted.
    """

    form: str
    functions: int
    gradings: int
    lost: tuple[str, ...]
    grader_s: float
    worker_s: float


def wrong_ones(task: str, names: Sequence[str], seed: int, isolation: str) -> list[Verdict]:
    """Grade these mistakes of a task."""
    files = tuple(
        SourceFile(f"{name}.py", source(task, name).replace(f'("{task}")', f'("{name}")').encode())
        for name in sorted(names)
    )
    given = assignment.load("autograd_extension").task(task)
    wanted = ONE_BY_ONE | {"loads", "activation", "learning"}
    tasks = [_with_checks(given, wanted, name) for name in names]
    report = pipeline.grade(
        Submission("wrong", files), _homework(tasks), seed=seed, isolation=isolation)
    return [_verdict(task, name, report) for name in names]


def _verdict(task: str, name: str, report: SubmissionReport) -> Verdict:
    checks = [check for check in report.checks if check.task == name]
    failed = [one for one in checks if one.status not in (Status.PASSED, Status.SKIPPED)]
    named = dict.fromkeys(
        flag for check in failed if check.diagnosis for flag in check.diagnosis.flags)
    return Verdict(
        task, name, f"{failed[0].kind}: {failed[0].status}" if failed else "",
        MISTAKES[task, name].flag, tuple(named),
        any(check.status is Status.GRADER_ERROR for check in checks),
    )


def right_one(
    form: str, seeds: Sequence[int], isolation: str, kinds: frozenset[str]
) -> FormAnswer:
    """Grade what a form registers on every seed, in one worker, by these kinds of check."""
    text = FORMS[form]
    submission = Submission(form, (SourceFile("plugin.py", text.encode()),))
    homework = assignment.load("autograd_extension")
    tasks = [
        _with_checks(task, kinds | {"loads"}, task.id) for task in homework.tasks
        if task.id in registered(text, form) and kinds & set(task.checks)
    ]
    start_s = _start_s(submission, isolation)
    lost: list[str] = []
    with WorkerSubject(submission, UNHURRIED, isolation) as subject:
        _ = subject.manifest
        begun = time.process_time()
        for seed in seeds:
            report = pipeline.grade(
                submission, _homework(tasks), seed=seed, isolation=isolation,
                open_subject=lambda *_: nullcontext(subject))
            lost += [_lost(check, seed) for check in report.checks if check.score < check.max_score]
        grader_s = time.process_time() - begun
    gradings = len(tasks) * len(seeds)
    return FormAnswer(
        form, len(tasks), gradings, tuple(lost), grader_s / max(1, gradings),
        (subject.cpu_seconds - start_s) / max(1, gradings))


def _start_s(submission: Submission, isolation: str) -> float:
    """CPU seconds of a worker that loads the submission and does nothing else."""
    with WorkerSubject(submission, UNHURRIED, isolation) as subject:
        _ = subject.manifest
    return subject.cpu_seconds


def _with_checks(task: Task, kinds: frozenset[str], name: str) -> Task:
    checks = {kind: check for kind, check in task.checks.items() if kind in kinds}
    named = {"specification": task.id} if isinstance(task, FunctionTask) else {}
    return msgspec.structs.replace(task, id=name, checks=checks, **named)


def _homework(tasks: Sequence[Task]) -> Assignment:
    given = assignment.load("autograd_extension")
    return msgspec.structs.replace(given, tasks=tuple(tasks), limits=UNHURRIED)


def _lost(check: CheckResult, seed: int) -> str:
    return f"{check.id}, seed {seed}: {check.status}: {check.message}"


def summed(answers: Sequence[FormAnswer]) -> FormAnswer:
    """All forms as one: counts added, costs averaged over Functions."""
    gradings = sum(one.gradings for one in answers)
    return replace(
        answers[0], form="all", functions=sum(one.functions for one in answers), gradings=gradings,
        lost=tuple(text for one in answers for text in one.lost),
        grader_s=sum(one.grader_s * one.gradings for one in answers) / max(1, gradings),
        worker_s=sum(one.worker_s * one.gradings for one in answers) / max(1, gradings),
    )
