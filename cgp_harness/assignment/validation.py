"""What is wrong with an assignment whose fields are all of the right type."""

from __future__ import annotations

import math
import re

from cgp_harness import installed
from cgp_harness.errors import HarnessError
from cgp_harness.kind import Mistake
from cgp_harness.task import Assignment, Task
from cgp_reference.errors import meant

AUTO = "auto"
"""As `form`: whichever fits."""
NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)
ID = re.compile(r"\w(?:[\w.-]*\w)?")
"""Of an assignment, or a task: part of the names of files, checks and tests."""


def mistakes(assignment: Assignment) -> list[Mistake]:
    """Every mistake, in the order of the file."""
    found: list[Mistake] = [*_of_id(assignment.id, "the assignment", "id")]
    ids = [task.id for task in assignment.tasks]
    if not ids:
        found.append({"what": "there are no tasks", "expected": "at least one [[tasks]]",
                      "fix": "write [[tasks]], and id, title and checks below it"})
    found += [
        {"what": f"two tasks are called {name!r}", "field": f"tasks.{place}.id",
         "expected": "another name for each", "fix": "rename this one, or remove it"}
        for place, name in enumerate(ids) if name in ids[:place]
    ]
    taken: dict[str, str] = {}
    for canonical, aliases in assignment.aliases.items():
        for alias in (canonical, *aliases):
            if alias in taken:
                found.append({
                    "what": f"the name {alias!r} stands for {taken[alias]!r} and {canonical!r}",
                    "expected": "one meaning for each name under [aliases]",
                    "field": f"aliases.{canonical}", "fix": f"remove {alias!r} from one of them",
                })
            taken[alias] = canonical
    found += [
        {"what": f"packages names {name!r}", "field": "packages",
         "expected": "a distribution as pip knows it: scipy",
         "fix": f"write {match[0]!r}; the installed version counts"
         if (match := NAME.match(name)) else "remove it"}
        for name in assignment.packages if not NAME.fullmatch(name)]
    found += [
        {"what": f"the package {name!r} is allowed by packages and refused by forbid",
         "expected": "one of the two", "field": "packages",
         "fix": "remove it from one of them"}
        for name in assignment.packages if name in assignment.forbid]
    if wrong := no_form(assignment.form):
        found.append({**wrong, "field": "form"})
    found += [
        {"what": f"stand_ins names {name!r}", "field": "stand_ins",
         "expected": "a package as Python imports it: needle",
         "fix": "write the name that stands behind `import`"}
        for name in assignment.stand_ins if not name.isidentifier()]
    for place, task in enumerate(assignment.tasks):
        found += [
            {**one, "field": f"tasks.{place}.{one.get('field', '')}".rstrip(".")}
            for one in _of_task(assignment, task)]
    return found


def _of_points(points: float) -> str:
    """What to write for points that are no number of them: nobody loses what was not given."""
    meant = abs(points) if math.isfinite(points) else 1
    return f"write points = {meant:g}, or 0 if it shall not count"


def _of_id(name: str, of: str, field: str) -> list[Mistake]:
    """What is wrong with the id of an assignment or a task."""
    if ID.fullmatch(name):
        return []
    other = re.sub(r"\W+", "_", name).strip("_")
    return [{"what": f"{of} is called {name!r}", "field": field,
             "expected": "letters, digits, _, - and . between them: commands and files use it",
             "fix": f'write id = "{other}"' if other else ""}]


def no_form(name: str) -> Mistake | None:
    """What is wrong with the name of a form."""
    known = (AUTO, *installed.forms())
    if name in known:
        return None
    return {"what": f"there is no form {name!r}", "expected": f"one of {', '.join(known)}",
            "fix": meant(name, known)}


def _of_task(assignment: Assignment, task: Task) -> list[Mistake]:
    kind = installed.kinds()[task.kind]
    known = ("loads", *kind.checks, *kind.further(task), *installed.checks())
    try:
        found = [*kind.mistakes(assignment, task)]
    except Exception as error:
        raise HarnessError(
            f"the kind {kind.name!r} cannot read the task {task.id!r}: "
            f"{type(error).__name__}: {error}", where=f"{kind.package}.kind, mistakes()",
            expected="a list of what is wrong with the task",
            fix="mend it, or `pip uninstall` the package that it is from") from error
    found += _of_id(task.id, "a task", "id")
    for name, check in task.checks.items():
        if name not in known:
            found.append({
                "what": f"task {task.id!r} has a check {name!r}",
                "expected": f"one of {', '.join(known)}", "field": f"checks.{name}",
                "fix": meant(
                    name, known, "remove it, or install the package that adds this check"),
            })
        if not 0 <= check.points < math.inf:  # nan is neither
            found.append({"what": f"{task.id}.{name} has {check.points:g} points",
                          "expected": "0 or more", "field": f"checks.{name}.points",
                          "fix": _of_points(check.points)})
    if "loads" not in task.checks:
        found.append({
            "what": f"task {task.id!r} has no check 'loads'",
            "expected": "it, since all others depend on it",
            "fix": "write `loads = {points = 0}` if it shall not count", "field": "checks",
        })
    return found
