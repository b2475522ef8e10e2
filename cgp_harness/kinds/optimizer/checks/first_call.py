"""Does a rule run at all, and on what? Part of `loads`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from cgp_harness.checks.context import Outcome, passed, stopped
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Arrays, Rules, Trajectory
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.model import Problem, Status
from cgp_harness.subject import SubjectError
from cgp_reference.signature import is_step_number

READ_ONLY = "read_only"


@dataclass(frozen=True)
class Trial:
    """What a rule works on.

    Args:
        arrays: None if on nothing.
        in_place: where it changes its inputs in place; they are then writable copies.
        problem: of those on arrays, tensors and scalars the one that came farthest in the code.
    """

    arrays: Arrays | None
    in_place: str = ""
    problem: Problem = field(default=Problem(Status.STUDENT_ERROR, "nothing was tried"))


def first_call(context: RuleContext) -> Outcome:
    """Two steps; finds out what the rule works on."""
    run = context.begun(Trajectory(((2,),), np.array([[0.5, -1.0], [1.5, 2.0]]), {}))
    found = trial(
        context.rules, context.task.id, context.rule, run, torch=context.subject.manifest.torch)
    if found.arrays is None:
        return stopped(found.problem)
    return passed(
        " ".join(_remarks(context, found.arrays)),
        learned={"arrays": found.arrays, "in_place": found.in_place})


def trial(rules: Rules, name: str, rule: Details, run: Trajectory, *, torch: bool) -> Trial:
    """On what a rule goes through a run: numpy arrays, torch tensors (only where the submission
    imports torch), else one Python float at a time.
    """
    kinds: tuple[Arrays, ...] = ("numpy", "torch", "scalar") if torch else ("numpy", "scalar")
    if rule.moves:
        kinds = ("torch",) if rule.groups else kinds[:-1]
    problems = []
    for arrays in kinds:
        in_place = ""
        try:
            rules.trajectory(name, run, arrays)
        except SubjectError as error:
            if error.problem.status in (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY):
                return Trial(None, problem=error.problem)
            problems.append(error.problem)
            if error.kind != READ_ONLY:
                continue
            in_place = str(error.problem)
            try:
                rules.trajectory(name, run, arrays, writable=True)
            except SubjectError as second:
                problems[-1] = second.problem
                continue
        return Trial(arrays, in_place)
    return Trial(None, problem=_farthest(problems))


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
