"""What the checks of an activation are given."""

from __future__ import annotations

from dataclasses import dataclass

from cgp_harness.checks.context import Context
from cgp_harness.kinds.activation.task import ActivationTask


@dataclass(frozen=True)
class ActivationContext(Context):
    """An activation under one check."""

    task: ActivationTask
