"""The kinds of task that the harness brings: a plugin, like those of other distributions."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.hookspecs import hookimpl
from cgp_harness.kind import Kind
from cgp_harness.kinds.activation.kind import ACTIVATION
from cgp_harness.kinds.autograd_function.kind import AUTOGRAD_FUNCTION
from cgp_harness.kinds.backprop.kind import BACKPROP
from cgp_harness.kinds.optimizer.kind import OPTIMIZER
from cgp_harness.kinds.primer_training.kind import PRIMER_TRAINING
from cgp_harness.kinds.pytest_tests.kind import PYTEST

FORMS = (
    "rule", "torch_class", "w_dw_config", "params_states_hyperparams", "step_over_params",
    "update_params_grads", "update_w_grad", "init_update")
"""In the order in which they are tried."""


@hookimpl
def cgp_kinds() -> Mapping[str, Kind]:
    """Rules, Functions, activations, backpropagation, scripts that train, and tests of them."""
    kinds = (OPTIMIZER, AUTOGRAD_FUNCTION, ACTIVATION, BACKPROP, PRIMER_TRAINING, PYTEST)
    return {one.name: one for one in kinds}


@hookimpl
def cgp_forms() -> Mapping[str, str]:
    """Those of a rule."""
    return {name: f"cgp_harness.kinds.optimizer.contract.forms.{name}" for name in FORMS}
