"""`assignment.toml` -> Assignment: typed, and every mistake in it located and explained."""

from __future__ import annotations

import hashlib
import importlib.resources
import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.model import AssignmentInfo, Visibility

FILE = "assignment.toml"
CHECK_ORDER = (
    "loads", "relations", "update_rule", "hyperparameters", "closed_loop", "convergence",
    "step_cost",
)
"""The harness's own kinds, as they run; those of installed plugins follow in the task's order."""
HYPERPARAMETERS = {
    "sgd_plus": ("lr", "mu"),
    "adagrad": ("lr", "eps"),
    "rmsprop": ("lr", "rho", "eps"),
    "adam": ("lr", "beta1", "beta2", "eps"),
}
CONVENTIONS = {
    "sgd_plus": ("lr_outside_buffer", "lr_in_buffer"),
    "adagrad": ("eps_inside_root", "eps_outside_root"),
    "rmsprop": ("eps_inside_root", "eps_outside_root"),
    "adam": ("eps_inside_root", "eps_outside_root"),
}


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bounds on one submission's worker."""

    load_s: float = 20.0
    """Seconds for importing one file (torch alone takes two to four)."""
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
    """One rule to write.

    Attributes:
        id: what the rule must be registered as.
        family: which oracle judges it.
        equation: the lecture's equations, for messages.
        accept: conventions that count as right.
        hyperparameters: canonical name -> required default.
        checks: kind -> points and visibility.
    """

    id: str
    family: Literal["sgd_plus", "adagrad", "rmsprop", "adam"]
    title: str
    equation: str
    accept: tuple[str, ...]
    hyperparameters: dict[str, float]
    checks: dict[str, CheckSpec]


class Assignment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A homework: its tasks, and what counts as right.

    Attributes:
        precision: `any`, or `float64` when right arithmetic in float32 shall lose points.
        forbid: dotted names that a submission must not use (`torch.optim`, whose base class
            `torch.optim.Optimizer` is always allowed).
        aliases: canonical hyperparameter -> further names that are accepted.
    """

    id: str
    title: str
    version: str
    tasks: tuple[Task, ...]
    precision: Literal["any", "float64"] = "any"
    forbid: tuple[str, ...] = ()
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

    def canonical(self, name: str) -> str:
        """The canonical form of a student's hyperparameter name (itself if there is none)."""
        for canonical, aliases in self.aliases.items():
            if name == canonical or name in aliases:
                return canonical
        return name


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
    for message in _contradictions(assignment, (*CHECK_ORDER, *further)):
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


def _contradictions(assignment: Assignment, kinds: Sequence[str]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    ids = [task.id for task in assignment.tasks]
    if not ids:
        found.append({"what": "there are no tasks", "expected": "at least one [[tasks]]"})
    found += [
        {"what": f"two tasks are called {name!r}"} for name in set(ids) if ids.count(name) > 1
    ]
    taken: dict[str, str] = {}
    for canonical, aliases in assignment.aliases.items():
        for alias in (canonical, *aliases):
            if alias in taken:
                found.append({
                    "what": f"the name {alias!r} stands for {taken[alias]!r} and {canonical!r}",
                    "expected": "one meaning for each name under [aliases]",
                })
            taken[alias] = canonical
    for task in assignment.tasks:
        found += _task_contradictions(task, kinds)
    return found


def _task_contradictions(task: Task, kinds: Sequence[str]) -> list[dict[str, str]]:
    allowed = CONVENTIONS[task.family]
    found = [
        {"what": f"task {task.id!r} accepts {convention!r}",
         "expected": f"one or more of {', '.join(allowed)}"}
        for convention in task.accept if convention not in allowed
    ]
    found += _hyperparameter_contradictions(task)
    if not task.accept:
        found.append({
            "what": f"task {task.id!r} accepts no convention",
            "expected": f"one or more of {', '.join(allowed)}",
        })
    for kind, check in task.checks.items():
        if kind not in kinds:
            close = get_close_matches(kind, kinds, n=1)
            found.append({
                "what": f"task {task.id!r} has a check {kind!r}",
                "expected": f"one of {', '.join(kinds)}",
                "fix": f"did you mean {close[0]!r}?" if close else "",
            })
        if check.points < 0:
            found.append({"what": f"{task.id}.{kind} has {check.points:g} points",
                          "expected": "0 or more"})
    if "loads" not in task.checks:
        found.append({
            "what": f"task {task.id!r} has no check 'loads'",
            "expected": "it, since all others depend on it",
            "fix": "write `loads = {points = 0}` if it shall not count",
        })
    return found


def _hyperparameter_contradictions(task: Task) -> list[dict[str, str]]:
    known = HYPERPARAMETERS[task.family]
    found = [
        {"what": f"task {task.id!r} names a hyperparameter {name!r}",
         "expected": f"a default for each of {', '.join(known)}"}
        for name in task.hyperparameters if name not in known
    ]
    found += [
        {"what": f"task {task.id!r} does not name the hyperparameter {name!r}",
         "expected": f"a default for each of {', '.join(known)}"}
        for name in known if name not in task.hyperparameters
    ]
    found += [
        {"what": f"task {task.id!r} gives {name} the default {value}",
         "expected": "a finite number"}
        for name, value in task.hyperparameters.items() if not math.isfinite(value)
    ]
    return found
