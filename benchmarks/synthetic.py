"""Gradings that cost what one says, for benchmarks of what is around them: imported in graders.

A report has as much in it as one of `step_size`: 28 checks, 14 figures.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Literal

from cgp_harness.model import (
    CheckResult,
    Diagnosis,
    SourceFile,
    Status,
    Submission,
    SubmissionReport,
    Visibility,
)
from cgp_harness.model.plot import Plot, Series
from cgp_harness.task import Assignment

ROLES: tuple[tuple[str, Literal["student", "reference", "sgd"]], ...] = (
    ("yours", "student"), ("the reference", "reference"), ("SGD", "sgd"))
TRACE, SLEEPS_S = "CGP_BENCHMARK_TRACE", "CGP_BENCHMARK_SLEEPS_S"
"""Environment: a file that each grading adds its submission to; how long one takes."""


def submissions(count: int) -> list[Submission]:
    """So many, each with a file of 3 kB of its own."""
    filler = b"# what students write\n" * 140
    return [
        Submission(f"student-{i:05}", (SourceFile("plugin.py", b"# %d\n" % i + filler),))
        for i in range(count)]


def grade(
    submission: Submission, assignment: Assignment, *, seed: int, isolation: str, device: str
) -> SubmissionReport:
    """Three of four get everything; the others fail one of seven checks, most of them alike."""
    if trace := os.environ.get(TRACE):
        with Path(trace).open("a", encoding="ascii") as file:
            file.write(f"{submission.id}\n")
    time.sleep(float(os.environ.get(SLEEPS_S, "0")))
    return report(submission, assignment)


def report(
    submission: Submission, assignment: Assignment, plotted: int = 14
) -> SubmissionReport:
    """What `grade` gives, at once, with so many figures."""
    number = int(submission.sha256[:8], 16)
    wrong = number % 7 if number % 4 == 0 else -1
    checks = tuple(
        _check(f"{task.id}.{kind}", spec.points, spec.visibility, i == wrong, number, i < plotted)
        for i, (task, kind, spec) in enumerate(
            (task, kind, spec) for task in assignment.tasks for kind, spec in task.checks.items()))
    score = sum(check.score for check in checks)
    return SubmissionReport(
        id=submission.id, files=("plugin.py",), sha256=submission.sha256, status=Status.GRADED,
        score=score, max_score=assignment.max_score, percent=100 * score / assignment.max_score,
        late_penalty=0.0, seconds=0.5, checks=checks)


def _check(
    name: str, points: float, visibility: Visibility, wrong: bool, number: int, plotted: bool
) -> CheckResult:
    # Every third wrong answer is like no other.
    own = number if number % 3 == 0 else number % 5
    answers = tuple(own + 0.25 * k for k in range(12)) if wrong else ()
    task, _, kind = name.partition(".")
    found = Diagnosis(("no_bias_correction",), "the step looks as if bias correction were missing",
                      1e-12) if wrong else None
    return CheckResult(
        id=name, task=task, kind=kind, title=f"{task}: {kind}",
        status=Status.FAILED if wrong else Status.PASSED, score=0.0 if wrong else points,
        max_score=points, visibility=visibility, equation="Eqs. 38 to 40",
        answers=answers, diagnosis=found,
        message="step 3 moves by 0.125 instead of 0.25\n" * 6 if wrong else "",
        counterexample={"gradients": [0.5, -0.25, 1.0], "lr": 0.125} if wrong else None,
        seconds=0.02, plots=(_plot(),) if plotted else ())


@cache
def _plot() -> Plot:
    steps = tuple(float(k) for k in range(60))
    losses = tuple(1.0 / (1.1 + k) for k in range(60))
    return Plot(
        "losses", "one_neuron", "training", "iteration", "loss", tuple(
            Series(name, role, steps, losses, losses, losses)
            for name, role in ROLES))
