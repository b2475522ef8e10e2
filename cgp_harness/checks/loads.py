"""`loads`: does the submission import, register what is asked for, and fit the contract?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.forbidden import apart
from cgp_harness.checks.forbidden.seen import Use
from cgp_harness.checks.registration import not_registered, registered
from cgp_harness.model import Problem, Status, at
from cgp_harness.subject import (
    Arrays,
    ExtensionInfo,
    Manifest,
    RuleInfo,
    SubjectError,
    Trajectory,
)
from cgp_reference.signature import is_step_number

READ_ONLY = "read_only"
INSTEAD = {
    "optimizer": "the update written out, from the gradient on",
    "autograd_function": "forward and backward written out, by operations on tensors",
    "activation": "value and derivative written out",
    "backprop": "forward and backward written out",
}
"""What is expected where a forbidden name is used."""


def loads(context: Context) -> Outcome:
    """Find what the task asks for, see that nothing forbidden is used, and try it.

    The trial of a rule is two steps. It also finds out what the rule works on: numpy arrays, torch
    tensors (only where the submission imports torch), else one Python float at a time.
    """
    manifest = context.subject.manifest
    found = registered(context.task, manifest)
    if found is None:
        return stopped(not_registered(
            context.task, context.assignment, manifest, context.submission.files))
    try:
        used = _forbidden_use(context, found)
    except apart.UnreadableError as error:
        return stopped(Problem(error.status, error.what, expected="a homework of a few kB"))
    if used is not None:
        return stopped(Problem(
            Status.FAILED, f"{used.name} is used", at(used.path, used.line),
            INSTEAD[context.task.kind],
            "write it yourself; a comparison with torch can stand under "
            '`if __name__ == "__main__":`',
        ))
    return _trial(context, manifest) if context.task.kind == "optimizer" else passed()


def _all_registered(manifest: Manifest) -> list[RuleInfo | ExtensionInfo]:
    return [*manifest.rules, *manifest.extensions]


def _forbidden_use(context: Context, own: RuleInfo | ExtensionInfo) -> Use | None:
    """The first forbidden name that this reaches, in what it calls and uses."""
    everything = _all_registered(context.subject.manifest)
    found = apart.uses(
        context.submission.files, context.assignment.forbid,
        [(one.file, one.line) for one in everything])
    return found[everything.index(own)]


def _trial(context: Context, manifest: Manifest) -> Outcome:
    rule = context.rule
    kinds: tuple[Arrays, ...] = ("numpy", "torch", "scalar") if manifest.torch else (
        "numpy", "scalar")
    if rule.kind == "torch":
        kinds = ("torch",)
    problems = []
    for arrays in kinds:
        tried = context.begun(Trajectory(((2,),), np.array([[0.5, -1.0], [1.5, 2.0]]), {}))
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
        return passed(" ".join(_remarks(context, arrays)), learned=learned)
    return stopped(_farthest(problems))


def _remarks(context: Context, arrays: Arrays) -> Iterator[str]:
    if arrays == "scalar":
        yield "The rule works on one number at a time, not on arrays; it is graded so."
    for name, value in context.rule.hyperparameters.items():
        if is_step_number(name) and name not in context.names.values():
            yield (f"The step number is called k; {name} is a hyperparameter of "
                   f"{context.rule.name}(), which stays {value:g}.")


def _farthest(problems: list[Problem]) -> Problem:
    """Of the failures on arrays, tensors and scalars, the one that came farthest in the code."""
    return max(problems, key=lambda problem: problem.line)
