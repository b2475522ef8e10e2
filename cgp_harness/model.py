"""What travels between the stages: frozen data.

collect -> Submission -> sandbox -> Subject (`subject.py`) -> checks -> CheckResult -> scoring
-> SubmissionReport -> reports
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cgp_harness.plot import Plot
from cgp_reference.errors import explain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any  # collecting and reporting start without numpy

Numbers = tuple[float | str, ...]
"""Plain numbers; one that is not finite is `nan`, `inf` or `-inf`."""
RESULTS_SCHEMA = "cgp-harness/results/1"


class Status(StrEnum):
    """How a check, or a whole submission (`graded` or what stopped it), ended."""

    PASSED = "passed"
    FAILED = "failed"
    STUDENT_ERROR = "student_error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    KILLED = "killed"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"
    GRADED = "graded"


class Visibility(StrEnum):
    """Who may see a check's result, and when."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def at(file: str, line: int) -> str:
    """A place as people read it: `adam.py:3`, or the file alone."""
    return f"{file}:{line}" if line else file


@dataclass(frozen=True)
class Problem:
    """Something that a submission did wrong, in the parts of a readable message.

    `line`: the number in `where`; 0 if there is none.
    """

    status: Status
    what: str
    where: str = ""
    expected: str = ""
    fix: str = ""
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return explain(self.what, self.where, self.expected, self.fix)


@dataclass(frozen=True)
class SourceFile:
    """One file of a submission: its path inside it (with `/`), and its bytes.

    Args:
        name: the path under which the student knows it, where that is another (`hw.ipynb`).
        cells: of a notebook: the line of each code cell's heading, which stands above the cell.
        labels: what the cells are called, where that is not their number among all: `In[7]`.
    """

    path: str
    content: bytes
    name: str = ""
    cells: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The path under which the student knows it."""
        return self.name or self.path

    def place(self, line: int) -> str:
        """A line of `content` as the student counts it: `hw.ipynb, cell 3, line 2`."""
        cell = bisect_right(self.cells, line)
        if not cell:
            return at(self.shown, line)
        known = self.labels[cell - 1] if self.labels else f"{self.shown}, cell {cell}"
        return f"{known}, line {max(1, line - self.cells[cell - 1])}"


@dataclass(frozen=True)
class Student:
    """Who handed in, as a platform's download tells; a text is empty where it does not.

    `group`: all members, if they are several; what is said of one is then empty.
    """

    platform: str
    user_id: str = ""
    name: str = ""
    email: str = ""
    group: tuple[Student, ...] = ()


@dataclass(frozen=True)
class Submission:
    """One student's files, read and never executed; or the problem that kept us from reading them.

    Args:
        id: unique in its batch, fit for a file name and a page.
        files: sorted by path.
        origin: where it came from, for messages.
        problem: why it cannot be graded; `files` is then empty.
        notes: what the student should know of how it was read.
        student: whom the platform names; None if none does.
        submitted_at: ISO 8601, in the platform's time unless it says a zone; empty if not told.
        late: whether the platform says so; None if it does not tell.
    """

    id: str
    files: tuple[SourceFile, ...]
    origin: str = ""
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    student: Student | None = None
    submitted_at: str = ""
    late: bool | None = None

    def told(self, text: str) -> str:
        r"""A text with the names and lines of a notebook's code in the student's own words.

        >>> notebook = SourceFile("hw.py", b"# cell 1\nx\n# cell 2\ny", "hw.ipynb", (1, 3))
        >>> Submission("ada", (notebook,)).told("at hw.py:4")
        'at hw.ipynb, cell 2, line 1'
        """
        for file in self.files:
            if file.name and file.path in text:
                text = _named_as_known(file, text)
        return text

    @property
    def sha256(self) -> str:
        """Digest over the length-prefixed paths and contents (and the problem, if any)."""
        digest = hashlib.sha256()
        parts = [part for file in self.files for part in (file.path.encode(), file.content)]
        for part in [*parts, str(self.problem or "").encode()]:
            digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()


def _named_as_known(file: SourceFile, text: str) -> str:
    def known(found: re.Match[str]) -> str:
        return file.place(int(found[1])) if found[1] else file.shown

    path = re.escape(file.path)
    return re.sub(rf"(?<![\w/.-]){path}(?::([0-9]{{1,9}}))?(?![\w/-])", known, text)


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
    """One check of one task; the fields are those of `results.json`, `plots` apart.

    `counterexample` holds plain numbers, enough to replay the case without Hypothesis. `figures`
    are files drawn from `plots`. `answers`: to the check's fixed run where it failed, the same with
    every seed and in every year; for the staff. `evidence`: `trace` of what the submission ran.
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


@dataclass(frozen=True)
class SubmissionReport:
    """A submission's results; the fields are those of `results.json`, `repeated` apart.

    `notes`: how it was read and loaded, said once: what was left out, what a file raised, what is
    missing. None of them costs points by itself. `repeated`: names that are registered more than
    once, with how often. `student`, `submitted_at`, `late`: those of the `Submission`.
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
    repeated: Mapping[str, int] = field(default_factory=dict)

    def of(self, submission: Submission) -> SubmissionReport:
        """The same verdict for another submission that has the same files."""
        return replace(
            self, id=submission.id, student=submission.student,
            submitted_at=submission.submitted_at, late=submission.late)


@dataclass(frozen=True)
class Environment:
    """Under what a batch was graded.

    Args:
        device_settings: what numbers may depend on there; none for the CPU.
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


@dataclass(frozen=True)
class AssignmentInfo:
    """The assignment's part of `results.json`; `folder`: where it lies, empty if installed."""

    id: str
    title: str
    version: str
    max_score: float
    folder: str = ""


@dataclass(frozen=True)
class BatchReport:
    """All of `results.json`. `notes`: what lay among the submissions and is none; for the staff."""

    assignment: AssignmentInfo
    environment: Environment
    submissions: tuple[SubmissionReport, ...]
    schema: str = RESULTS_SCHEMA
    notes: tuple[str, ...] = ()
