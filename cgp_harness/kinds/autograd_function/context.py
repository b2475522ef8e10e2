"""What the checks of a Function are given."""

from __future__ import annotations

from dataclasses import dataclass

from cgp_harness.checks.context import Context
from cgp_harness.kinds.autograd_function.specifications.installed import specification_of
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask


@dataclass(frozen=True)
class FunctionContext(Context):
    """A Function under one check."""

    task: FunctionTask

    @property
    def specification(self) -> Specification:
        """What it must compute."""
        return specification_of(self.task)
