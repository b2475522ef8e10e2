"""`loads`: does the submission import, register the rule, and fit the contract?"""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np

from cgp_harness.checks import forbidden
from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.model import Problem, Status
from cgp_harness.subject import Arrays, Manifest, SubjectError, Trajectory

READ_ONLY = "read_only"


def loads(context: Context) -> Outcome:
    """Find the rule, see that nothing forbidden is used, and try two steps of it.

    The trial also finds out what the rule works on: numpy arrays, torch tensors (only where the
    submission imports torch), else one Python float at a time.
    """
    manifest = context.subject.manifest
    if manifest.rule(context.task.id) is None:
        return _not_registered(context, manifest)
    if used := _forbidden_use(context, manifest):
        return stopped(Problem(
            Status.FAILED, f"{used.name} is used", f"{used.path}:{used.line}",
            "the update written out, from the gradient on",
            "write it yourself; a comparison with torch can stand under "
            '`if __name__ == "__main__":`',
        ))
    return _trial(context, manifest)


def _forbidden_use(context: Context, manifest: Manifest) -> forbidden.Use | None:
    """The first forbidden name that this rule can reach: not inside another rule's function."""
    others = [rule.where for rule in manifest.rules if rule.name != context.task.id]
    for use in forbidden.uses(context.submission.files, context.assignment.forbid):
        if use.inside_the_statement_at(context.rule.where):
            return use
        if not any(use.inside_the_statement_at(where) for where in others):
            return use
    return None


def _not_registered(context: Context, manifest: Manifest) -> Outcome:
    wanted = context.task.id
    names = [rule.name for rule in manifest.rules]
    taken = {task.id for task in context.assignment.tasks}
    mentioned = [one for one in manifest.problems if wanted in one.what] or [
        one for one in manifest.problems if not any(name in one.what for name in taken)]
    spare = [name for name in names if name not in taken]
    folded = {name.lower().replace("_", ""): name for name in spare}
    close = get_close_matches(wanted.replace("_", ""), folded, n=1, cutoff=0.6)
    if close:
        meant = manifest.rule(folded[close[0]])
        assert meant is not None
        return stopped(Problem(
            Status.FAILED, f"no rule is registered as {wanted!r}", meant.where,
            f"a rule of that name; found {_listed(names)}",
            f"did you mean {wanted!r} where you wrote {meant.name!r}?",
        ))
    if mentioned:
        return stopped(mentioned[0])
    return stopped(Problem(
        Status.FAILED, f"no rule is registered as {wanted!r}", "",
        f"a function of that name under @optimizer; found {_listed(names)}",
    ))


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _trial(context: Context, manifest: Manifest) -> Outcome:
    rule = context.rule
    kinds: tuple[Arrays, ...] = ("numpy", "torch", "scalar") if manifest.torch else (
        "numpy", "scalar")
    if rule.kind == "torch":
        kinds = ("torch",)
    problems = []
    for arrays in kinds:
        tried = Trajectory(((2,),), np.array([[0.5, -1.0], [1.5, 2.0]]), {})
        in_place = ""
        try:
            context.subject.trajectory(rule.name, tried, arrays)
        except SubjectError as error:
            if error.problem.status in (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY):
                return stopped(error.problem)
            problems.append(error.problem)
            if error.kind != READ_ONLY:
                continue
            in_place = str(error.problem)
            try:
                context.subject.trajectory(rule.name, tried, arrays, writable=True)
            except SubjectError as second:
                problems[-1] = second.problem
                continue
        learned = {"arrays": arrays, "in_place": in_place}
        return passed(_note(arrays), learned=learned)
    return stopped(_farthest(problems))


def _note(arrays: Arrays) -> str:
    if arrays == "scalar":
        return "The rule works on one number at a time, not on arrays; it is graded so."
    return ""


def _farthest(problems: list[Problem]) -> Problem:
    """Of the failures on arrays, tensors and scalars, the one that came farthest in the code."""
    def line(problem: Problem) -> int:
        tail = problem.where.rpartition(":")[2]
        return int(tail) if tail.isdigit() else 0

    return max(problems, key=line)
