"""The table of a step-size rule in an `assignment.toml`, and what can be wrong in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from msgspec import field

from cgp_harness.kind import Mistake
from cgp_harness.task import Assignment, CheckSpec, Task
from cgp_reference.errors import meant

HYPERPARAMETERS = {
    "sgd_plus": ("lr", "mu"),
    "adagrad": ("lr", "eps"),
    "rmsprop": ("lr", "rho", "eps"),
    "adam": ("lr", "beta1", "beta2", "eps"),
}
CONVENTIONS = {
    "sgd_plus": (
        "lr_in_buffer", "lr_outside_buffer", "damped_lr_in_buffer", "damped_lr_outside_buffer"),
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
        family: which of the lecture's rules it is; empty for one that the solution has.
        accept: conventions that count as right; of a solution, all that it has if left out.
        hyperparameters: canonical name -> required default; a solution's signature has them.
        aliases: further names that are accepted in this task alone.
        called: under which further names code of other courses may have it.
    """

    checks: Mapping[str, OptimizerCheck]
    kind: str = "optimizer"
    family: Literal["", "sgd_plus", "adagrad", "rmsprop", "adam"] = ""
    accept: tuple[str, ...] = ()
    hyperparameters: dict[str, float] = field(default_factory=dict)
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    called: tuple[str, ...] = ()


def mistakes(assignment: Assignment, task: OptimizerTask) -> list[Mistake]:
    """What is wrong with a task whose fields are all of the right type."""
    if not task.family and assignment.solution:
        return [
            {"what": f"task {task.id!r} has 'hyperparameters', and no family",
             "expected": "none: the signature in solution.py has them, with their defaults",
             "fix": "remove it", "field": "hyperparameters"}] if task.hyperparameters else []
    if not task.family:
        return [{"what": f"task {task.id!r} names no family",
                 "expected": f"one of {', '.join(CONVENTIONS)}, or a solution.py beside the "
                 "file that has the rule",
                 "fix": "or say what it is: kind = \"autograd_function\""}]
    allowed = CONVENTIONS[task.family]
    found: list[Mistake] = [
        {"what": f"task {task.id!r} accepts {convention!r}",
         "expected": f"one or more of {', '.join(allowed)}",
         "fix": meant(convention, allowed, "remove it"), "field": "accept"}
        for convention in task.accept if convention not in allowed
    ]
    if not task.accept:
        found.append({
            "what": f"task {task.id!r} accepts no convention",
            "expected": f"one or more of {', '.join(allowed)}", "field": "accept",
            "fix": f'write accept = ["{next(iter(allowed))}"], or what the handout asks for',
        })
    return found + _of_hyperparameters(task) + [
        {"what": f"task {task.id!r} has aliases of {name!r}",
         "expected": f"those of {', '.join(HYPERPARAMETERS[task.family])}",
         "fix": meant(name, HYPERPARAMETERS[task.family], "remove it"), "field": f"aliases.{name}"}
        for name in task.aliases if name not in HYPERPARAMETERS[task.family]
    ]


def _of_hyperparameters(task: OptimizerTask) -> list[Mistake]:
    known = HYPERPARAMETERS[task.family]
    found: list[Mistake] = [
        {"what": f"task {task.id!r} names a hyperparameter {name!r}",
         "expected": f"a default for each of {', '.join(known)}",
         "fix": meant(name, known, "remove it"), "field": f"hyperparameters.{name}"}
        for name in task.hyperparameters if name not in known
    ]
    found += [
        {"what": f"task {task.id!r} does not name the hyperparameter {name!r}",
         "expected": f"a default for each of {', '.join(known)}", "field": "hyperparameters",
         "fix": f"add {name}, with the default that the handout gives"}
        for name in known if name not in task.hyperparameters
    ]
    found += [
        {"what": f"task {task.id!r} gives {name} the default {value}",
         "expected": "a finite number", "field": f"hyperparameters.{name}",
         "fix": "write the default that the handout gives"}
        for name, value in task.hyperparameters.items() if not math.isfinite(value)
    ]
    return found
