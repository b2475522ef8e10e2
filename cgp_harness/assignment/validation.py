"""What is wrong with an assignment whose fields are all of the right type."""

from __future__ import annotations

import math
import re
from difflib import get_close_matches

from cgp_harness import installed
from cgp_harness.errors import HarnessError
from cgp_harness.kind import Mistake
from cgp_harness.task import Assignment, Task

AUTO = "auto"
"""As `form`: whichever fits."""
NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)


def mistakes(assignment: Assignment) -> list[Mistake]:
    """Every mistake, in the order of the file."""
    found: list[Mistake] = []
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
    if wrong := no_form(assignment.form):
        found.append(wrong)
    found += [
        {"what": f"stand_ins names {name!r}", "expected": "a package as Python imports it: needle"}
        for name in assignment.stand_ins if not name.isidentifier()]
    for task in assignment.tasks:
        found += _of_task(assignment, task)
    return found


def no_form(name: str) -> Mistake | None:
    """What is wrong with the name of a form."""
    known = (AUTO, *installed.forms())
    if name in known:
        return None
    close = get_close_matches(name, known, n=1)
    return {"what": f"there is no form {name!r}", "expected": f"one of {', '.join(known)}",
            "fix": f"did you mean {close[0]!r}?" if close else ""}


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
    for name, check in task.checks.items():
        if name not in known:
            close = get_close_matches(name, known, n=1)
            found.append({
                "what": f"task {task.id!r} has a check {name!r}",
                "expected": f"one of {', '.join(known)}",
                "fix": f"did you mean {close[0]!r}?" if close else "",
            })
        if not 0 <= check.points < math.inf:  # nan is neither
            found.append({"what": f"{task.id}.{name} has {check.points:g} points",
                          "expected": "0 or more"})
    if "loads" not in task.checks:
        found.append({
            "what": f"task {task.id!r} has no check 'loads'",
            "expected": "it, since all others depend on it",
            "fix": "write `loads = {points = 0}` if it shall not count",
        })
    return found
