"""What a task names must be there, before anything is graded."""

from __future__ import annotations

from cgp_harness.assignment.written_mistakes import refuse_changes
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.optimizer.diagnosis.changes.naming import mutants_of
from cgp_harness.kinds.optimizer.probes.roles import rate
from cgp_harness.kinds.optimizer.problems import problems_of
from cgp_harness.kinds.optimizer.specified import built_in, specified
from cgp_harness.kinds.optimizer.task import OptimizerTask
from cgp_harness.task import Assignment
from cgp_reference.errors import meant


def require(assignment: Assignment, task: OptimizerTask) -> None:
    """See that the problems are there that the checks name, and the rule to be compared with.

    Raises:
        HarnessError: something is not, or a named mistake is none.
    """
    for kind in task.checks:
        problems_of(task, kind)
    names = specified(assignment, task).hyperparameters
    for name in task.aliases:
        if name not in names:
            raise HarnessError(
                f"task {task.id!r} has aliases of {name!r}",
                expected=f"those of {', '.join(names) or 'none: the rule has no hyperparameters'}",
                fix=meant(name, names, "remove it"),
                field=f"aliases.{name}")
    _require_mistakes(assignment, task)
    convergence = task.checks.get("convergence")
    if convergence is None or rate(names):
        return
    if convergence.lr is not None:
        raise HarnessError(
            "there is an lr to train with, and the rule has none", where=f"{task.id}.convergence",
            expected="sgd_lr alone: that of the SGD it is compared with", fix="remove lr",
            field="checks.convergence.lr")
    if convergence.sgd_lr is None:
        raise HarnessError(
            "there is no rate for SGD, with which the rule is compared",
            where=f"{task.id}.convergence",
            expected="sgd_lr = 0.03, or another, since the rule has no lr",
            fix="write sgd_lr = 0.03 into this check", field="checks.convergence")


def _require_mistakes(assignment: Assignment, task: OptimizerTask) -> None:
    if task.family:
        refuse_changes(assignment, task, "a family", "family")
    elif (assignment.solution, assignment.mistakes) != (
            built_in().solution, built_in().mistakes):  # which the harness's own tests hold
        mutants_of(assignment, task)
