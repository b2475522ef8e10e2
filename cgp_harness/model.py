"""What travels between the stages: frozen data, and the protocol of a subject under test.

collect -> Submission -> sandbox -> Subject -> checks -> CheckResult -> scoring
-> SubmissionReport -> reports
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol

from cgp_harness.plot import Plot
from cgp_reference.errors import explain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
else:
    Floats = Any  # collecting and reporting start without numpy

Arrays = Literal["numpy", "torch", "scalar"]
"""What a rule is given: numpy arrays, torch tensors, or one Python float at a time."""

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


@dataclass(frozen=True)
class Problem:
    """Something that a submission did wrong, in the parts of a readable message."""

    status: Status
    what: str
    where: str = ""
    expected: str = ""
    fix: str = ""

    def __str__(self) -> str:
        return explain(self.what, self.where, self.expected, self.fix)


# --- collect -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SourceFile:
    """One file of a submission: its path inside it (with `/`), and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Submission:
    """One student's files, read and never executed; or the problem that kept us from reading them.

    Args:
        id: unique in its batch, fit for a file name and a page.
        files: sorted by path.
        origin: where it came from, for messages.
        problem: why it cannot be graded; `files` is then empty.
    """

    id: str
    files: tuple[SourceFile, ...]
    origin: str = ""
    problem: Problem | None = None

    @property
    def sha256(self) -> str:
        """Digest over the length-prefixed paths and contents (and the problem, if any)."""
        digest = hashlib.sha256()
        parts = [part for file in self.files for part in (file.path.encode(), file.content)]
        for part in [*parts, str(self.problem or "").encode()]:
            digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()


# --- sandbox -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RuleInfo:
    """What a worker says that a submission registered. Numbers and short texts only.

    Args:
        kind: `function` (the decorator) or `torch` (a `torch.optim.Optimizer` subclass).
        where: file and line inside the submission.
        state: initial value of each state argument.
        hyperparameters: default of each hyperparameter, by the student's own names.
        fixed: arguments that are never passed, with the type of their default (`memory`: `dict`).
    """

    name: str
    kind: Literal["function", "torch"]
    where: str
    state: Mapping[str, float]
    hyperparameters: Mapping[str, float]
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """What came of loading a submission's files.

    Args:
        rules: every rule that was registered and fits the contract, in order of file and line.
        problems: what went wrong in single files or rules; other files still count.
        torch: whether the submission imported torch.
    """

    rules: tuple[RuleInfo, ...] = ()
    problems: tuple[Problem, ...] = ()
    torch: bool = False

    def rule(self, name: str) -> RuleInfo | None:
        """The rule registered under `name`."""
        return next((rule for rule in self.rules if rule.name == name), None)


@dataclass(frozen=True)
class Trajectory:
    """A whole gradient sequence for one list of parameters, which start at zero.

    Args:
        shapes: shape of each parameter; D is their total size.
        gradients: (T, D), loss units per parameter unit; row k-1 holds step k, parameters one
            after the other, each in C order.
        hyperparameters: values by the student's names, the same at all steps.
        schedule: values per step, (T,), by the student's names; these win.
    """

    shapes: tuple[tuple[int, ...], ...]
    gradients: Floats
    hyperparameters: Mapping[str, float]
    schedule: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Steps:
    """What a rule answered: `values` (T, D) are the steps to subtract, `dtype` what they came in.

    Steps rather than parameter values: one that is not finite does not hide those that follow.
    """

    values: Floats
    dtype: str


class SubjectError(Exception):
    """The submission's code raised, hung, died or answered nonsense.

    `kind` tells failures apart that have the same status: `raised` (an exception of its own),
    `read_only` (an in-place change of an input), `contract` (wrong return value), `memory`,
    `stopped` (the process is gone: timeout, signal, exit), `protocol`.
    """

    def __init__(self, problem: Problem, kind: str = "raised") -> None:
        super().__init__(str(problem))
        self.problem, self.kind = problem, kind


class Subject(Protocol):
    """A submission in its worker, as the checks see it.

    Every method raises `SubjectError` when the student's code is at fault. After a timeout or a
    death the next call starts a fresh worker.
    """

    @property
    def manifest(self) -> Manifest:
        """What came of loading the files; the first use starts the worker."""
        ...

    def trajectory(
        self, rule: str, run: Trajectory, arrays: Arrays = "numpy", *,
        writable: bool = False, reuse_buffer: bool = False, dtype: str = "float64",
        idle: bool = False,
    ) -> Steps:
        """Step `rule` through a whole gradient sequence, from fresh state.

        Args:
            writable: give writable copies, so that in-place edits go unpunished.
            reuse_buffer: give every step's gradient in one and the same array.
            dtype: `float64` or `float32`, of the gradients given.
            idle: leave the rule out, and answer with the gradients: what all else costs.
        """
        ...

    def step(
        self, handle: int, rule: str, shapes: tuple[tuple[int, ...], ...], gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
    ) -> Steps:
        """One step (gradient (D,), answer (1, D)) of the run behind `handle`.

        The state stays in the worker: the first call with a handle begins a run.
        """
        ...

    def restart(self) -> None:
        """Begin again in a fresh process, as if nothing had been called."""
        ...


# --- checks ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Diagnosis:
    """Which known mistakes explain what was seen.

    Args:
        flags: identifiers of the bank; empty if nothing known matches.
        text: one or two sentences for the student.
        max_relative_error: how far the explained rule is from what was seen; None if not measured.
    """

    flags: tuple[str, ...]
    text: str
    max_relative_error: float | None = None


@dataclass(frozen=True)
class CheckResult:
    """One check of one task; the fields are those of `results.json`, `plots` apart.

    `counterexample` holds plain numbers, enough to replay the case without Hypothesis. `figures`
    are the files that a report has drawn from `plots`.
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


# --- scoring and reports -----------------------------------------------------------------------


@dataclass(frozen=True)
class SubmissionReport:
    """A submission's results; the fields are those of `results.json`."""

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


@dataclass(frozen=True)
class Environment:
    """Under what a batch was graded."""

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


@dataclass(frozen=True)
class AssignmentInfo:
    """The assignment's part of `results.json`."""

    id: str
    title: str
    version: str
    max_score: float


@dataclass(frozen=True)
class BatchReport:
    """All of `results.json`."""

    assignment: AssignmentInfo
    environment: Environment
    submissions: tuple[SubmissionReport, ...]
    schema: str = RESULTS_SCHEMA


# --- replay ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReplayRow:
    """One number of a stored counterexample; None stands for a number that is not finite."""

    step: int
    parameter: int
    index: tuple[int, ...]
    gradient: float
    expected: float | None
    stored: float | None
    now: float | None


@dataclass(frozen=True)
class Replay:
    """A stored counterexample, run again; `reproduced`: the answers are still those stored."""

    rows: tuple[ReplayRow, ...]
    reproduced: bool
    problem: Problem | None = None
