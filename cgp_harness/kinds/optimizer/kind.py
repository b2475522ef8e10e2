"""The kind `optimizer`."""

from cgp_harness.kind import Authored, CheckInfo, Kind
from cgp_harness.kinds.optimizer.case import shown_case
from cgp_harness.kinds.optimizer.contract import CONTRACT
from cgp_harness.kinds.optimizer.sought import told
from cgp_harness.kinds.optimizer.starter import STARTER
from cgp_harness.kinds.optimizer.task import OptimizerTask, mistakes


def _decorator(task: str, own: str) -> str:
    return "@optimizer" if own == task else f'@optimizer(name="{task}")'


OPTIMIZER = Kind(
    CONTRACT, "cgp_harness.kinds.optimizer",
    checks={
        "relations": CheckInfo("is a well-behaved rule", cites_equation=True),
        "update_rule": CheckInfo("is the specified rule", cites_equation=True),
        "hyperparameters": CheckInfo("takes its hyperparameters"),
        "closed_loop": CheckInfo("trains as the specified rule does", cites_equation=True),
        "convergence": CheckInfo("gains what the specified rule gains"),
        "step_cost": CheckInfo("time of a step"),
    },
    task=OptimizerTask,
    mistakes=mistakes,
    written_out="the update written out, from the gradient on",
    case=shown_case,
    decorator=_decorator,
    starter=STARTER,
    told=told,
    authored=Authored(
        {"relations": 15, "update_rule": 50, "hyperparameters": 15, "closed_loop": 15},
        ("torch.optim",),
        "Each step that it returns is compared with the right one, on gradients that you have not "
        "seen, over several steps, with other hyperparameters than the defaults too."),
)
