"""How a step-size rule is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cgp_harness.checks.grading import Grading, Right, Through, Together
from cgp_harness.kinds.optimizer.checks.closed_loop import closed_loop
from cgp_harness.kinds.optimizer.checks.convergence import convergence
from cgp_harness.kinds.optimizer.checks.first_call import first_call
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.step_cost import step_cost
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.descent import descent
from cgp_harness.kinds.optimizer.doctor.adequacy import adequacy
from cgp_harness.kinds.optimizer.doctor.known import known
from cgp_harness.kinds.optimizer.doctor.remarks import of_task
from cgp_harness.kinds.optimizer.probes.verdict import fixed_run
from cgp_harness.kinds.optimizer.repairs.told import with_repairs
from cgp_harness.kinds.optimizer.replay import replay
from cgp_harness.kinds.optimizer.requirements import require
from cgp_harness.kinds.optimizer.task import OptimizerCheck, OptimizerTask
from cgp_harness.kinds.optimizer.trainings.lockstep import lockstep, side_by_side

_IMPORTS = "from cgp_harness import optimizer\n"
_RULE = '''
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = np.add(mu * v, lr * g)
    return v, v
'''
_TORCH_RULE = '''
@optimizer(name="sgd_plus")
class SGDPlus(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, mu=0.9):
        super().__init__(params, {"lr": lr, "mu": mu})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                v = self.state[p].setdefault("v", torch.zeros_like(p))
                v.mul_(group["mu"]).add_(p.grad)
                p.add_(v, alpha=-group["lr"])
'''
_TASK = OptimizerTask(
    "sgd_plus", "rule", "", {"loads": OptimizerCheck(1.0), "update_rule": OptimizerCheck(1.0)},
    family="sgd_plus", accept=("lr_in_buffer", "lr_outside_buffer"),
    hyperparameters={"lr": 1e-3, "mu": 0.9})
_ON_DEVICE = {"convergence": OptimizerCheck(1.0, problems=("one_neuron",), lr=0.03)}


def _losses(contexts: Sequence[RuleContext]) -> Mapping[str, Mapping[str, Any]]:
    """All rules of a submission train side by side."""
    return {name: {"losses": losses} for name, losses in lockstep(contexts).items()}


GRADING = Grading(
    checks={
        "relations": relations, "update_rule": update_rule, "hyperparameters": hyperparameters,
        "closed_loop": closed_loop, "convergence": convergence, "step_cost": step_cost,
    },
    right=(
        Right("numpy", _IMPORTS, _RULE, _TASK, _ON_DEVICE),
        Right("torch", _IMPORTS, _TORCH_RULE, _TASK, _ON_DEVICE)),
    context=RuleContext,
    first_call=first_call,
    require=require,
    together=Together("convergence", _losses, side_by_side),
    replay=replay,
    fixed_runs={"update_rule": fixed_run},
    descent=Through(lambda demo: demo.follow is not None, descent),
    remarks=of_task,
    adequacy=adequacy,
    afterwards=with_repairs,
    known=known,
)
