"""A homework and its tasks as `assignment.toml` says them; each kind of task has its own table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from cgp_harness.model import AssignmentInfo, Numbers, Visibility

WALL_TIMES = 6
"""By the wall clock a worker has so many times what it has in CPU time: a machine may be slow."""


Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on one submission's worker; seconds are of its CPU time, or of standing still."""

    load_s: Seconds = 20.0
    """Seconds for importing one file."""
    request_s: Seconds = 10.0
    """Seconds for one answer."""
    total_s: Seconds = 120.0
    """Seconds for all answers of one submission."""
    memory_mib: Annotated[int, msgspec.Meta(ge=64, le=1024**2)] = 2048
    """Memory of its own that a worker may take."""


class CheckSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a check counts, and who sees it; what else a kind's checks are told, a subclass.

    Attributes:
        points: for a right answer; 0 for what is shown alone.
        visibility: to whom, and when, it shows more than its points.
    """

    points: float
    visibility: Visibility = Visibility.VISIBLE


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to write: what all kinds of task say of it. A kind's own table is a subclass.

    Attributes:
        id: what it must be registered as.
        title: what it is called on pages.
        equation: the lecture's equations, for messages; may be empty.
        checks: kind of check -> points and visibility.
        kind: what it must be.
    """

    id: str
    title: str
    equation: str
    checks: Mapping[str, CheckSpec]
    kind: str = ""


class NamedMistake(msgspec.Struct, frozen=True):
    """A mistake that an instructor has named, in one of five forms.

    Attributes:
        id: what `diagnosis.flags` holds.
        task: in what it is made.
        says: what it is, for students.
        hint: what to look at.
        replaced: code of the solution, and what stands there instead; all of it together.
        answer: the text of a whole wrong answer.
        instead: what a right answer is given or gives back, and code of what it is instead.
        known: the harness finds it itself; these are its words for it.
        check: which failed,
        answers: and what was answered to its fixed run.
    """

    id: str
    task: str
    says: str
    hint: str = ""
    replaced: tuple[tuple[str, str], ...] = ()
    answer: str = ""
    instead: tuple[tuple[str, str], ...] = ()
    known: bool = False
    check: str = ""
    answers: Numbers = ()

    @property
    def where(self) -> str:
        """Its place, for messages."""
        return f"mistakes.toml, mistake {self.id!r}"


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A homework: its tasks, and what counts as right.

    Attributes:
        id: what commands and files call it.
        title: what it is called on pages.
        version: a text of yours, which `results.json` has.
        limits: on a submission's time and memory.
        tasks: each of the type of its kind's own table.
        precision: `any`, or `float64` when right arithmetic in float32 shall lose points.
        forbid: dotted names that a submission must not use, nor what lies below them. Of
            `torch.optim` the package itself may be named, and its base class `Optimizer`.
        equations: LaTeX by what cites it: a number, `39` of "Eqs. 38 to 40" or of a sentence with
            "(Eq. 39)", or the whole `equation` of a task.
        packages: distributions that submissions may import, besides numpy, torch and matplotlib.
        aliases: canonical hyperparameter -> further names that are accepted.
        form: in which form of other courses rules are read that no decorator registers; `auto`:
            whichever fits; `rule`: in none.
        stand_ins: packages of other courses that submissions may import, and that are not here.
        reveal: how much of the solution a sentence for students may give away, see
            `cgp_harness.mutation.words`.
        solution: the text of the `solution.py` beside it; empty if there is none.
        mistakes: those that the `mistakes.toml` beside it names.
        folder: where it lies; empty of an installed one.
        digest: of all that a verdict and its words depend on.
    """

    id: str
    title: str
    version: str
    tasks: tuple[Any, ...]
    precision: Literal["any", "float64"] = "any"
    forbid: tuple[str, ...] = ()
    equations: dict[str, str] = {}
    packages: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = {}
    form: str = "auto"
    stand_ins: tuple[str, ...] = ()
    reveal: Literal["kind", "place", "full"] = "place"
    limits: Limits = Limits()
    solution: str = ""
    mistakes: tuple[NamedMistake, ...] = ()
    folder: str = ""
    digest: str = ""

    @property
    def max_score(self) -> float:
        """Points of all checks of all tasks."""
        return float(sum(check.points for task in self.tasks for check in task.checks.values()))

    @property
    def info(self) -> AssignmentInfo:
        """What reports say of it."""
        return AssignmentInfo(
            self.id, self.title, self.version, self.max_score, self.folder, self.equations)

    def task(self, name: str) -> Any:
        """The task called `name`."""
        return next(task for task in self.tasks if task.id == name)
