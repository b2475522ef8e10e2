"""What a submission registered of what the assignment asks for, and what is said of the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from cgp_harness.checks.undecorated import undecorated
from cgp_harness.installed import kinds
from cgp_harness.model import Problem, SourceFile, Status
from cgp_harness.registering.contract import a
from cgp_harness.subject import Manifest, Registered
from cgp_harness.task import Assignment, Task
from cgp_reference.errors import folded

NOTHING = "nothing is registered"
"""How the problem begins that a submission has in which no decorator stands at all."""
ALIKE = 0.6
"""From this likeness on one name is taken for the other; that of `sgd` and `sgd_plus` is 0.6."""
_RAISED = re.compile(r"\w+(?:Error|Exception|Interrupt)\b")


def not_registered(
    task: Task, assignment: Assignment, manifest: Manifest, files: Sequence[SourceFile] = ()
) -> Problem:
    """Why there is nothing to grade for this task.

    What stands in the way of several tasks is said once for the submission, by `missing`.
    """
    if own := _own_problem(task, assignment, manifest):
        return own
    shared = _shared_problem(assignment, manifest)
    absent = _absent(assignment, manifest)
    if len(absent) == 1 and shared is not None and not manifest.registered:
        return _for(task, shared)  # else it may be something else's
    status = _status_of_absence(assignment, manifest)
    what = f"no {_noun(task)} is registered as {task.id!r}"
    if manifest.registered and (
            meant := undecorated(task.id, task.kind, files)):
        return Problem(
            status, what, meant.where, f"@{task.kind} above the {meant.noun} {meant.name}",
            f"write {kinds()[task.kind].above(task.id, meant.name)} above it")
    return Problem(
        status, what, expected="" if len(absent) > 1 else
        f"{_above(task.kind)} of that name under @{task.kind}; found {_found(task.kind, manifest)}")


def _status_of_absence(assignment: Assignment, manifest: Manifest) -> Status:
    """One and the same for all tasks of a submission for which nothing is registered."""
    shared = _shared_problem(assignment, manifest)
    return shared.status if shared else Status.FAILED


def missing(assignment: Assignment, manifest: Manifest) -> Problem | None:
    """Which of several tasks nothing is registered for, with the names that are asked for."""
    absent = _absent(assignment, manifest)
    if len(absent) < 2:
        return None
    wanted = dict.fromkeys(task.kind for task in absent)
    expected = "; ".join(
        _wanted(kind, [task.id for task in absent if task.kind == kind]) for kind in wanted)
    nothing = next((one for one in manifest.problems if one.what.startswith(NOTHING)), None)
    if nothing is not None:
        only = len(wanted) == 1 and _is_about(nothing, *wanted)
        return replace(nothing, expected=expected, fix=nothing.fix if only else "")
    names = [one.name for one in manifest.registered]
    return Problem(
        Status.FAILED, f"{_listed([task.id for task in absent])} are not registered",
        expected=f"{expected}; found {', '.join(names) or 'none'}")


def _wanted(kind: str, names: Sequence[str]) -> str:
    above = f"@{kind} above {_above(kind)}"
    return f"{above} for {names[0]}" if len(names) == 1 else f"{above} for each of {_listed(names)}"


def _for(task: Task, problem: Problem) -> Problem:
    """What is said where only this task is missing."""
    if not problem.what.startswith(NOTHING) or _is_about(problem, task.kind):
        return problem
    return replace(
        problem, expected=f"{_above(task.kind)} with @{task.kind} above it",
        fix=f"write {kinds()[task.kind].above(task.id)} above it")


def _is_about(problem: Problem, kind: str) -> bool:
    """Whether what is said already names the decorator of this kind."""
    return f"@{kind} " in problem.expected


def _absent(assignment: Assignment, manifest: Manifest) -> list[Task]:
    """The tasks for which nothing is registered, and nothing is known that was meant for them."""
    return [
        task for task in assignment.tasks
        if manifest.find(task.kind, task.id) is None and not kinds()[task.kind].of_all
        and _own_problem(task, assignment, manifest) is None]


def _own_problem(task: Task, assignment: Assignment, manifest: Manifest) -> Problem | None:
    """What is wrong with what was meant for this task."""
    meant = _misnamed(assignment, manifest).get(task.id)
    if meant is not None:
        return Problem(
            _status_of_absence(assignment, manifest),
            f"no {_noun(task)} is registered as {task.id!r}", meant.where,
            f"{a(_noun(task))} of that name; found {_found(task.kind, manifest)}",
            f"did you mean {task.id!r} where you wrote {meant.name!r}?")
    return next((one for one in manifest.problems if _is_of(one, task.id)), None)


def _misnamed(assignment: Assignment, manifest: Manifest) -> dict[str, Registered]:
    """Task -> what has another name much like it; nothing is meant for two tasks."""
    taken = {task.id for task in assignment.tasks}
    pairs = sorted((
        (_likeness(task.id, one.name), task.id, one)
        for task in assignment.tasks if manifest.find(task.kind, task.id) is None
        for one in manifest.of(task.kind) if one.name not in taken
    ), key=lambda pair: -pair[0])
    found: dict[str, Registered] = {}
    for likeness, name, one in pairs:
        if likeness >= ALIKE and name not in found and one not in found.values():
            found[name] = one
    return found


def _likeness(name: str, written: str) -> float:
    name, written = folded(name), folded(written)
    return 1.0 if name in written else SequenceMatcher(None, name, written).ratio()


def _shared_problem(assignment: Assignment, manifest: Manifest) -> Problem | None:
    taken = {task.id for task in assignment.tasks}
    return next((
        one for one in manifest.problems if not any(_is_of(one, name) for name in taken)), None)


def _is_of(problem: Problem, name: str) -> bool:
    """Whether it names what is registered so, or a function or a class that is called alike."""
    if problem.raised or problem.what.startswith(NOTHING) or _RAISED.match(problem.what):
        return False
    return folded(name) in map(folded, re.findall(r"\w+", problem.what))


def _noun(task: Task) -> str:
    return kinds()[task.kind].contract.noun


def _above(kind: str) -> str:
    return kinds()[kind].contract.above


def _found(kind: str, manifest: Manifest) -> str:
    return ", ".join(one.name for one in manifest.of(kind)) or "none"


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
