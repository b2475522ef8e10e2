"""The table of a step-size rule in an `assignment.toml`, and what can be wrong in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from msgspec import field

from cgp_harness.kind import Mistake
from cgp_harness.task import Assignment, CheckSpec, Task

HYPERPARAMETERS = {
    "sgd_plus": ("lr", "mu"),
    "adagrad": ("lr", "eps"),
    "rmsprop": ("lr", "rho", "eps"),
    "adam": ("lr", "beta1", "beta2", "eps"),
}
CONVENTIONS = {
    "sgd_plus": (
        "lr_outside_buffer", "lr_in_buffer", "damped_lr_outside_buffer", "damped_lr_in_buffer"),
    "adagrad": ("eps_inside_root", "eps_outside_root"),
    "rmsprop": ("eps_inside_root", "eps_outside_root"),
    "adam": (
        "eps_inside_root", "eps_outside_root", "eps_outside_uncorrected_root",
        "eps_inside_uncorrected_root"),
}


class OptimizerCheck(CheckSpec, frozen=True):
    """What a check of a rule can be told.

    Attributes:
        problems: of `closed_loop` and `convergence`: names of optimization problems.
        lr: of `convergence`: the learning rate; the task's own if left out.
        sgd_lr: of `convergence`: that of the SGD that it is compared with; `lr` if left out.
    """

    problems: tuple[str, ...] = ()
    lr: float | None = None
    sgd_lr: float | None = None


class OptimizerTask(Task, frozen=True):
    """A rule to write.

    Attributes:
        family: which oracle judges it.
        accept: conventions that count as right.
        hyperparameters: canonical name -> required default.
        aliases: further names that are accepted in this task alone.
    """

    checks: Mapping[str, OptimizerCheck]
    kind: str = "optimizer"
    family: Literal["", "sgd_plus", "adagrad", "rmsprop", "adam"] = ""
    accept: tuple[str, ...] = ()
    hyperparameters: dict[str, float] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)


def canonical(assignment: Assignment, own: Collection[str], task: str) -> dict[str, str]:
    """Each of a student's hyperparameters -> its canonical name (itself if there is none).

    Args:
        own: the student's names.
        task: what they are of; it may be none of this assignment's.
    """
    found = {
        alias: name for name, aliases in assignment.aliases.items() for alias in aliases}
    for one in assignment.tasks:
        if one.id == task:
            found |= {name: canonical for canonical, name in meant(assignment, one, own).items()}
    return {name: found.get(name, name) for name in own}


def names(assignment: Assignment, task: OptimizerTask, canonical: str) -> tuple[str, ...]:
    """The names that are accepted for a task's hyperparameter, its own first."""
    return tuple(dict.fromkeys((
        canonical, *assignment.aliases.get(canonical, ()), *task.aliases.get(canonical, ()))))


def meant(assignment: Assignment, task: OptimizerTask, own: Collection[str]) -> dict[str, str]:
    """Canonical name -> which of a student's names it goes by; those without any are left out.

    Of a name that may stand for two, like `alpha`, which is RMSProp's decay in torch and the
    rate in many books: as many as possible get one, and then by what they rather stand for.
    """
    choices = []
    for canonical in task.hyperparameters:
        accepted = names(assignment, task, canonical)
        choices.append([
            (canonical, name, accepted.index(name)) for name in accepted if name in own
        ] + [(canonical, "", 0)])

    def cost(chosen: Sequence[tuple[str, str, int]]) -> tuple[bool, int, int]:
        found = [name for _, name, _ in chosen if name]
        twice = len(found) != len(set(found))
        return twice, -len(found), sum(rank for _, _, rank in chosen)

    best = min(itertools.product(*choices), key=cost)
    return {canonical: name for canonical, name, _ in best if name}


def mistakes(task: OptimizerTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    if not task.family:
        return [{"what": f"task {task.id!r} names no family",
                 "expected": f"one of {', '.join(CONVENTIONS)}",
                 "fix": "or say what it is: kind = \"autograd_function\""}]
    allowed = CONVENTIONS[task.family]
    found: list[Mistake] = [
        {"what": f"task {task.id!r} accepts {convention!r}",
         "expected": f"one or more of {', '.join(allowed)}"}
        for convention in task.accept if convention not in allowed
    ]
    if not task.accept:
        found.append({
            "what": f"task {task.id!r} accepts no convention",
            "expected": f"one or more of {', '.join(allowed)}",
        })
    return found + _of_hyperparameters(task) + [
        {"what": f"task {task.id!r} has aliases of {name!r}",
         "expected": f"those of {', '.join(HYPERPARAMETERS[task.family])}"}
        for name in task.aliases if name not in HYPERPARAMETERS[task.family]
    ]


def _of_hyperparameters(task: OptimizerTask) -> list[Mistake]:
    known = HYPERPARAMETERS[task.family]
    found: list[Mistake] = [
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
