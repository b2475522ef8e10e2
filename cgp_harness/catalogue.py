"""Every kind of check of the harness's own: what runs it, what it is called in reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.checks.loads import loads
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.learning import learning
from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.checks.training import training
from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.optimizer.checks.closed_loop import closed_loop
from cgp_harness.kinds.optimizer.checks.convergence import convergence
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.relations import relations
from cgp_harness.kinds.optimizer.checks.step_cost import step_cost
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule

CHECKS: Mapping[str, Callable[[Context], Outcome]] = {
    "loads": loads, "relations": relations, "update_rule": update_rule,
    "hyperparameters": hyperparameters, "closed_loop": closed_loop, "convergence": convergence,
    "step_cost": step_cost,
    "forward": forward, "gradient": gradient, "autograd": autograd, "training": training,
    "activation": activation, "learning": learning,
    "partials": partials, "backpropagation": backpropagation,
}
WITHOUT_EQUATION = {
    "loads", "hyperparameters", "convergence", "step_cost", "autograd", "training", "activation",
    "learning",
}
"""What these miss is not in an equation: a default, a name, a time."""
