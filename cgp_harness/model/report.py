"""What came of it: a check, a submission, a class; the fields are those of `results.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cgp_harness.model.account import Adjustment, Comment, Lateness, PolicyInfo
from cgp_harness.model.plot import Plot
from cgp_harness.model.status import Status, Visibility
from cgp_harness.model.submission import SourceFile, Student, Submission

Numbers = tuple[float | str, ...]
"""Plain numbers; one that is not finite is `nan`, `inf` or `-inf`."""
RESULTS_SCHEMA = "cgp-harness/results/1"
PUBLIC_SEED = 0
"""Of a student's own runs; any other is for the staff: who knows it knows the probes."""


@dataclass(frozen=True)
class Diagnosis:
    """Which known mistakes explain what was seen.

    Args:
        flags: identifiers of the bank; empty if nothing known matches.
        text: one or two sentences for the student.
        max_relative_error: how far the explained rule is from what was seen; None if not measured.
        staff: identifier -> what it means in full, of those that are made from a solution: the
            sentence for students may say less, so as not to give away what is right; `repair` ->
            the change that makes the submission right.
        of_source: whether the name is made from a solution, and written by nobody: one that an
            instructor gives takes its place.
    """

    flags: tuple[str, ...]
    text: str
    max_relative_error: float | None = None
    staff: Mapping[str, str] = field(default_factory=dict)
    of_source: bool = False


@dataclass(frozen=True)
class CheckResult:
    """One check of one task; the fields are those of `results.json`, `plots` and `mark` apart.

    `counterexample` holds plain numbers, enough to replay the case without Hypothesis. `figures`
    are files drawn from `plots`. `answers`: to the check's fixed run where it failed, the same with
    every seed and in every year; for the staff. `evidence`: `trace` of what the submission ran.
    `mark`: from which to which byte of the line that the message names first it is about.
    """

    id: str
    task: str
    kind: str
    title: str
    status: Status
    score: float
    max_score: float
    visibility: Visibility
    message: str
    equation: str
    diagnosis: Diagnosis | None = None
    counterexample: Mapping[str, Any] | None = None
    figures: tuple[str, ...] = ()
    seconds: float = 0.0
    plots: tuple[Plot, ...] = ()
    answers: Numbers = ()
    evidence: str = ""
    mark: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class SubmissionReport:
    """A submission's results; the fields are those of `results.json`, the last three apart.

    `notes`: how it was read and loaded, said once: what was left out, what a file raised, what is
    missing. None of them costs points by itself. `repeated`: names that are registered more than
    once, with how often. `student`, `submitted_at`, `late`, `attempts`: those of the `Submission`.

    Grading leaves `lateness`, `adjustments` and `comments` empty, and `score` is the sum of the
    checks'. A policy fills them in afterwards: then `score` is that sum with what counted of each
    adjustment, less `late_penalty`, in points. The checks' own scores stay as they were graded.

    `sources`: the submission's files, for reports that show them; `grade` fills them in. `marks`:
    a place that a note names -> from which to which byte of that line it is about.
    """

    id: str
    files: tuple[str, ...]
    sha256: str
    status: Status
    score: float
    max_score: float
    percent: float
    late_penalty: float
    seconds: float
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    student: Student | None = None
    submitted_at: str = ""
    late: bool | None = None
    attempts: int = 0
    lateness: Lateness | None = None
    adjustments: tuple[Adjustment, ...] = ()
    comments: tuple[Comment, ...] = ()
    repeated: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[SourceFile, ...] = ()
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def of(self, submission: Submission) -> SubmissionReport:
        """The same verdict for another submission that has the same files."""
        return replace(
            self, id=submission.id, student=submission.student,
            submitted_at=submission.submitted_at, late=submission.late,
            attempts=submission.attempts)


@dataclass(frozen=True)
class Environment:
    """Under what a batch was graded.

    Args:
        device_settings: what numbers may depend on there; none for the CPU.
        isolation_lost: what that level would have where the machine allowed more, as sentences;
            with paths of the machine, for the staff.
        isolation_next: the next stronger level, and what it needs; empty of the strongest.
    """

    harness: str
    python: str
    numpy: str
    torch: str
    hypothesis: str
    device: str
    isolation: str
    seed: int
    started: str
    seconds: float
    device_settings: Mapping[str, str] = field(default_factory=dict)
    isolation_lost: tuple[str, ...] = ()
    isolation_next: str = ""


@dataclass(frozen=True)
class AssignmentInfo:
    """The assignment's part of `results.json`.

    Args:
        folder: where it lies; empty if installed.
        equations: LaTeX, by what cites it: see `task.Assignment`.
    """

    id: str
    title: str
    version: str
    max_score: float
    folder: str = ""
    equations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BatchReport:
    """All of `results.json`.

    `notes`: what lay among the submissions and is none; for the staff. `policy`: None without one.
    """

    assignment: AssignmentInfo
    environment: Environment
    submissions: tuple[SubmissionReport, ...]
    schema: str = RESULTS_SCHEMA
    notes: tuple[str, ...] = ()
    policy: PolicyInfo | None = None
