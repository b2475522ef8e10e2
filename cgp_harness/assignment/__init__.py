"""`assignment.toml` -> Assignment: typed, and every mistake in it located and explained."""

from __future__ import annotations

import hashlib
import importlib.resources
import itertools
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec

from cgp_harness.assignment.contradictions import contradictions
from cgp_harness.errors import HarnessError
from cgp_harness.model import AssignmentInfo, Visibility

FILE = "assignment.toml"


WALL_TIMES = 6
"""By the wall clock a worker has so many times what it has in CPU time: a machine may be slow."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on one submission's worker; seconds are of its CPU time, or of standing still."""

    load_s: float = 20.0
    """Seconds for importing one file."""
    request_s: float = 10.0
    """Seconds for one answer."""
    total_s: float = 120.0
    """Seconds for all answers of one submission."""
    memory_mib: int = 2048
    """Memory of its own that a worker may take."""


class CheckSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one kind of check counts, who sees it, and what it runs on.

    Attributes:
        problems: of `closed_loop` and `convergence`: names of optimization problems.
        lr: of `convergence`: the learning rate; the task's own if left out.
        sgd_lr: of `convergence`: that of the SGD that it is compared with; `lr` if left out.
    """

    points: float
    visibility: Visibility = Visibility.VISIBLE
    problems: tuple[str, ...] = ()
    lr: float | None = None
    sgd_lr: float | None = None


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to write.

    Attributes:
        id: what it must be registered as.
        equation: the lecture's equations, for messages.
        checks: kind -> points and visibility.
        kind: what it must be.
        family: of an optimizer: which oracle judges it.
        accept: of an optimizer: conventions that count as right.
        hyperparameters: of an optimizer: canonical name -> required default.
        specification: of an autograd function: name of what it must compute.
        aliases: of an optimizer: further names that are accepted in this task alone.
    """

    id: str
    title: str
    equation: str
    checks: dict[str, CheckSpec]
    kind: Literal["optimizer", "autograd_function", "activation", "backprop"] = "optimizer"
    family: Literal["", "sgd_plus", "adagrad", "rmsprop", "adam"] = ""
    accept: tuple[str, ...] = ()
    hyperparameters: dict[str, float] = {}
    specification: str = ""
    aliases: dict[str, tuple[str, ...]] = {}


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A homework: its tasks, and what counts as right.

    Attributes:
        precision: `any`, or `float64` when right arithmetic in float32 shall lose points.
        forbid: dotted names that a submission must not use, nor what lies below them. Of
            `torch.optim` the package itself may be named, and its base class `Optimizer`.
        packages: distributions that submissions may import, besides numpy, torch and matplotlib.
        aliases: canonical hyperparameter -> further names that are accepted.
    """

    id: str
    title: str
    version: str
    tasks: tuple[Task, ...]
    precision: Literal["any", "float64"] = "any"
    forbid: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = {}
    limits: Limits = Limits()
    digest: str = ""

    @property
    def max_score(self) -> float:
        """Points of all checks of all tasks."""
        return sum(check.points for task in self.tasks for check in task.checks.values())

    @property
    def info(self) -> AssignmentInfo:
        """What reports say of it."""
        return AssignmentInfo(self.id, self.title, self.version, self.max_score)

    def task(self, name: str) -> Task:
        """The task called `name`."""
        return next(task for task in self.tasks if task.id == name)

    def canonical(self, own: Collection[str], task: str) -> dict[str, str]:
        """Each of a student's hyperparameters -> its canonical name (itself if there is none).

        Args:
            own: the student's names.
            task: what they are of; it may be none of this assignment's.
        """
        found = {
            alias: name for name, aliases in self.aliases.items() for alias in aliases}
        for one in self.tasks:
            if one.id == task:
                found |= {name: canonical for canonical, name in self.meant(one, own).items()}
        return {name: found.get(name, name) for name in own}

    def names(self, task: Task, canonical: str) -> tuple[str, ...]:
        """The names that are accepted for a task's hyperparameter, its own first."""
        return tuple(dict.fromkeys((
            canonical, *self.aliases.get(canonical, ()), *task.aliases.get(canonical, ()))))

    def meant(self, task: Task, own: Collection[str]) -> dict[str, str]:
        """Canonical name -> which of a student's names it goes by; those without any are left out.

        Of a name that may stand for two, like `alpha`, which is RMSProp's decay in torch and the
        rate in many books: as many as possible get one, and then by what they rather stand for.
        """
        choices = []
        for canonical in task.hyperparameters:
            accepted = self.names(task, canonical)
            choices.append([
                (canonical, name, accepted.index(name)) for name in accepted if name in own
            ] + [(canonical, "", 0)])

        def cost(chosen: Sequence[tuple[str, str, int]]) -> tuple[bool, int, int]:
            names = [name for _, name, _ in chosen if name]
            twice = len(names) != len(set(names))
            return twice, -len(names), sum(rank for _, _, rank in chosen)

        best = min(itertools.product(*choices), key=cost)
        return {canonical: name for canonical, name, _ in best if name}


def installed() -> dict[str, Path]:
    """Every assignment in `cgp_assignments`, by id."""
    root = Path(str(importlib.resources.files("cgp_assignments")))
    return {path.parent.name: path.parent for path in sorted(root.glob(f"*/{FILE}"))}


def load(name: str | Path, further: Collection[str] = ()) -> Assignment:
    """An assignment by its id, its folder, or the path of its `assignment.toml`.

    Args:
        name: which.
        further: kinds of check that installed plugins add.

    Raises:
        HarnessError: there is none, or a mistake in it.
    """
    path = Path(name)
    known = installed()
    if str(name) in known:
        path = known[str(name)] / FILE
    elif path.is_dir():
        path = path / FILE
    if not path.is_file():
        close = get_close_matches(str(name), known, n=1)
        raise HarnessError(
            f"there is no assignment {str(name)!r}",
            expected=f"one of {', '.join(known)}, or a folder that holds {FILE}",
            fix=f"did you mean {close[0]!r}?" if close else "",
        )
    return parse(path.read_bytes(), where=str(path), further=further)


def parse(source: bytes, where: str = FILE, further: Collection[str] = ()) -> Assignment:
    """Read the text of an `assignment.toml`.

    Raises:
        HarnessError: with the place of the mistake and what belongs there.
    """
    try:
        raw = tomllib.loads(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise HarnessError("the file is not UTF-8", where=f"{where}, byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (")
        raise HarnessError(
            f"not TOML: {(what or str(error)).lower()}",
            where=f"{where}, {place.rstrip(')')}" if what else where,
        ) from error
    if "digest" in raw:
        raise HarnessError("the field 'digest' is computed", where=where, fix="remove it")
    raw["digest"] = hashlib.sha256(source).hexdigest()
    try:
        assignment = msgspec.convert(raw, Assignment)
    except msgspec.ValidationError as error:
        raise _located(str(error), raw, where) from error
    for message in contradictions(assignment, tuple(further)):
        raise HarnessError(**{"where": where, **message})
    return assignment


def _located(message: str, raw: Mapping[str, Any], where: str) -> HarnessError:
    """msgspec's message with the path as people write it, and the name that was meant."""
    what, _, path = message.partition(" - at `")
    path = path.rstrip("`").removeprefix("$").lstrip(".")
    place = re.sub(r"tasks\[(\d+)\]", lambda match: _task_label(raw, int(match[1])), path)
    fix = ""
    unknown = re.search(r"unknown field `(\w+)`", what)
    if unknown:
        kind = CheckSpec if ".checks" in path or "[...]" in path else (
            Task if path.startswith("tasks") else Limits if path == "limits" else Assignment
        )
        close = get_close_matches(unknown[1], kind.__struct_fields__, n=1)
        fix = f"did you mean {close[0]!r}?" if close else "remove it"
    what = what[0].lower() + what[1:]
    return HarnessError(what, where=f"{where}, {place}" if place else where, fix=fix)


def _task_label(raw: Mapping[str, Any], index: int) -> str:
    tasks = raw.get("tasks")
    name = tasks[index].get("id") if isinstance(tasks, list) and index < len(tasks) else None
    return f"task {name!r}" if name else f"task number {index + 1}"
