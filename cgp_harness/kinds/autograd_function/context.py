"""What the checks of a Function are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cgp_harness.checks.context import Context
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.kinds.autograd_function.specifications.specified import specified
from cgp_harness.kinds.autograd_function.task import FunctionTask

FOLLOWS = "follows"
"""What a check learns: the name of the convention."""


@dataclass(frozen=True)
class FunctionContext(Context):
    """A Function under one check."""

    task: FunctionTask

    @property
    def conventions(self) -> Mapping[str, Specification]:
        """What it may compute, by name."""
        return specified(self.assignment, self.task)

    @property
    def specification(self) -> Specification:
        """What it must compute: by the convention that it was found to follow, if there are more.
        """
        conventions = self.conventions
        return conventions[self.learned.get(FOLLOWS, next(iter(conventions)))]
