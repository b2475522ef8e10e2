"""What is wrong with an assignment whose fields are all of the right type."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from cgp_harness.assignment.task_kinds import CHECKS_OF, CONVENTIONS, HYPERPARAMETERS

if TYPE_CHECKING:
    from cgp_harness.assignment import Assignment, Task

NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)
Contradiction = dict[str, str]
"""The parts of a message, by name."""


def contradictions(assignment: Assignment, further: Sequence[str]) -> list[Contradiction]:
    """Every mistake, in the order of the file.

    Args:
        assignment: read, but not yet believed.
        further: kinds of check that installed plugins add.
    """
    found: list[Contradiction] = []
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
    found += [
        {"what": f"packages names {name!r}", "expected": "a distribution as pip knows it: scipy",
         "fix": f"write {match[0]!r}; the installed version counts"
         if (match := NAME.match(name)) else ""}
        for name in assignment.packages if not NAME.fullmatch(name)]
    found += [
        {"what": f"the package {name!r} is allowed by packages and refused by forbid",
         "expected": "one of the two"}
        for name in assignment.packages if name in assignment.forbid]
    for task in assignment.tasks:
        found += _task_contradictions(task, further)
    return found


def _task_contradictions(task: Task, further: Sequence[str]) -> list[Contradiction]:
    kinds = (*CHECKS_OF[task.kind], *further)
    found = _optimizer_contradictions(task) if task.kind == "optimizer" else _stray(task)
    if task.kind == "autograd_function" and not task.specification:
        found.append({
            "what": f"task {task.id!r} names no specification",
            "expected": 'what the function must compute: specification = "quantize"'})
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


def _stray(task: Task) -> list[Contradiction]:
    """What only an optimizer has, where the task is none."""
    given = {
        "family": task.family, "accept": task.accept, "hyperparameters": task.hyperparameters,
        "aliases": task.aliases}
    return [
        {"what": f"task {task.id!r} has {field!r}",
         "expected": f'that of an optimizer; the task has kind = "{task.kind}"', "fix": "remove it"}
        for field, value in given.items() if value
    ]


def _optimizer_contradictions(task: Task) -> list[Contradiction]:
    if not task.family:
        return [{"what": f"task {task.id!r} names no family",
                 "expected": f"one of {', '.join(CONVENTIONS)}",
                 "fix": "or say what it is: kind = \"autograd_function\""}]
    allowed = CONVENTIONS[task.family]
    found = [
        {"what": f"task {task.id!r} accepts {convention!r}",
         "expected": f"one or more of {', '.join(allowed)}"}
        for convention in task.accept if convention not in allowed
    ]
    if not task.accept:
        found.append({
            "what": f"task {task.id!r} accepts no convention",
            "expected": f"one or more of {', '.join(allowed)}",
        })
    if task.specification:
        found.append({
            "what": f"task {task.id!r} has a specification", "fix": "remove it",
            "expected": "that of an autograd function; an optimizer has a family"})
    return found + _hyperparameter_contradictions(task) + [
        {"what": f"task {task.id!r} has aliases of {name!r}",
         "expected": f"those of {', '.join(HYPERPARAMETERS[task.family])}"}
        for name in task.aliases if name not in HYPERPARAMETERS[task.family]
    ]


def _hyperparameter_contradictions(task: Task) -> list[Contradiction]:
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
