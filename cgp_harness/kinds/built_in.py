"""The kinds of task that the harness brings: a plugin, like those of other distributions."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.hookspecs import hookimpl
from cgp_harness.kind import Kind
from cgp_harness.kinds.activation.kind import ACTIVATION
from cgp_harness.kinds.autograd_function.kind import AUTOGRAD_FUNCTION
from cgp_harness.kinds.backprop.kind import BACKPROP
from cgp_harness.kinds.optimizer.kind import OPTIMIZER


@hookimpl
def cgp_kinds() -> Mapping[str, Kind]:
    """Rules, Functions, activations and backpropagation."""
    kinds = (OPTIMIZER, AUTOGRAD_FUNCTION, ACTIVATION, BACKPROP)
    return {one.name: one for one in kinds}
