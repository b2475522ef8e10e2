"""Does a rule run at all, and on what? Part of `loads`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cgp_harness.checks.context import Outcome, passed, stopped
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Arrays, Trajectory
from cgp_harness.model import Problem, Status
from cgp_harness.subject import SubjectError
from cgp_reference.signature import is_step_number

READ_ONLY = "read_only"


def first_call(context: RuleContext) -> Outcome:
    """Two steps; finds out what the rule works on: numpy arrays, torch tensors (only where the
    submission imports torch), else one Python float at a time.
    """
    torch = context.subject.manifest.torch
    kinds: tuple[Arrays, ...] = ("numpy", "torch", "scalar") if torch else ("numpy", "scalar")
    if context.rule.moves:
        kinds = ("torch",) if context.rule.groups else kinds[:-1]
    problems = []
    for arrays in kinds:
        tried = context.begun(Trajectory(((2,),), np.array([[0.5, -1.0], [1.5, 2.0]]), {}))
        in_place = ""
        try:
            context.rules.trajectory(context.task.id, tried, arrays)
        except SubjectError as error:
            if error.problem.status in (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY):
                return stopped(error.problem)
            problems.append(error.problem)
            if error.kind != READ_ONLY:
                continue
            in_place = str(error.problem)
            try:
                context.rules.trajectory(context.task.id, tried, arrays, writable=True)
            except SubjectError as second:
                problems[-1] = second.problem
                continue
        learned = {"arrays": arrays, "in_place": in_place}
        return passed(" ".join(_remarks(context, arrays)), learned=learned)
    return stopped(_farthest(problems))


def _remarks(context: RuleContext, arrays: Arrays) -> Iterator[str]:
    if context.rule.moves and context.registered.undeclared:
        yield f"It is read in the form {context.rule.form}."
    if arrays == "scalar":
        yield "The rule works on one number at a time, not on arrays; it is graded so."
    for name, value in context.rule.hyperparameters.items():
        if is_step_number(name) and name not in context.names.values():
            yield (f"The step number is called k; {name} is a hyperparameter of "
                   f"{context.task.id}(), which stays {value:g}.")


def _farthest(problems: list[Problem]) -> Problem:
    """Of the failures on arrays, tensors and scalars, the one that came farthest in the code."""
    return max(problems, key=lambda problem: problem.line)
