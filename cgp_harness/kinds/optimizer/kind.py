"""The kind `optimizer`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cgp_harness.installed import forms
from cgp_harness.kind import Authored, CheckInfo, Kind
from cgp_harness.kinds.optimizer.case import shown_case
from cgp_harness.kinds.optimizer.contract import CONTRACT
from cgp_harness.kinds.optimizer.starter import STARTER
from cgp_harness.kinds.optimizer.task import OptimizerTask, mistakes
from cgp_harness.task import Assignment
from cgp_reference.errors import folded

AUTO, RULE = "auto", "rule"
_BY_RULE = {"update_rule": "the rule"}


def _decorator(task: str, own: str) -> str:
    return "@optimizer" if own == task else f'@optimizer(name="{task}")'


def _told(assignment: Assignment) -> Mapping[str, Any]:
    """What workers are told of a homework: names and hyperparameters of its rules, and the modules
    of the forms that are tried where no decorator stands.

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


OPTIMIZER = Kind(
    CONTRACT, "cgp_harness.kinds.optimizer",
    fixture="rule",
    checks={
        "relations": CheckInfo("is a well-behaved rule", cites_equation=True),
        "update_rule": CheckInfo("is the specified rule", cites_equation=True),
        "hyperparameters": CheckInfo("takes its hyperparameters"),
        "closed_loop": CheckInfo(
            "trains as the specified rule does", cites_equation=True, repeats=_BY_RULE),
        "convergence": CheckInfo("gains what the specified rule gains", repeats=_BY_RULE),
        "step_cost": CheckInfo("time of a step"),
    },
    task=OptimizerTask,
    mistakes=mistakes,
    written_out="the update written out, from the gradient on",
    case=shown_case,
    decorator=_decorator,
    starter=STARTER,
    told=_told,
    authored=Authored(
        {"relations": 15, "update_rule": 50, "hyperparameters": 15, "closed_loop": 15},
        ("torch.optim",),
        "Each step that it returns is compared with the right one, on gradients that you have not "
        "seen, over several steps, with other hyperparameters than the defaults too."),
)
