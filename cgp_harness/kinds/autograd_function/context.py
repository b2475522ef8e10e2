"""What the checks of a Function are given."""

from __future__ import annotations

from dataclasses import dataclass

from cgp_harness.checks.context import Context
from cgp_harness.kinds.autograd_function.task import FunctionTask


@dataclass(frozen=True)
class FunctionContext(Context):
    """A Function under one check."""

    task: FunctionTask
