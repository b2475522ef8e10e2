"""What workers are told of a homework's rules: what to look for where no decorator stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cgp_harness.checks.undecorated import folded
from cgp_harness.installed import forms
from cgp_harness.task import Assignment

AUTO, RULE = "auto", "rule"


def told(assignment: Assignment) -> Mapping[str, Any]:
    """Names and hyperparameters of its rules, and the modules of the forms that are tried.

    All of it is in the handout, too. Nothing is looked for in the harness's own form.
    """
    # The solution has the hyperparameters; it is not read by commands that grade nothing.
    from cgp_harness.kinds.optimizer.naming import names
    from cgp_harness.kinds.optimizer.specified import specified

    if assignment.form == RULE:
        return {}
    known = forms()
    modules = list(known.values()) if assignment.form == AUTO else [known[assignment.form]]
    tasks = [
        {"id": task.id, "names": [folded(one) for one in (task.id, *task.called)],
         "hyperparameters": {
             name: [default, list(names(assignment, task, name))]
             for name, default in specified(assignment, task).hyperparameters.items()}}
        for task in assignment.tasks if task.kind == "optimizer"]
    return {"modules": modules, "stand_ins": list(assignment.stand_ins), "tasks": tasks}
