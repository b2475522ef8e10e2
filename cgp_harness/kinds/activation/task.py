"""The table of an activation in an `assignment.toml`."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.task import CheckSpec, Task


class ActivationCheck(CheckSpec, frozen=True):
    """What a check of an activation can be told.

    Attributes:
        lr: of `learning`: the learning rate; the harness' own if left out.
    """

    lr: float | None = None


class ActivationTask(Task, frozen=True):
    """An activation to write."""

    checks: Mapping[str, ActivationCheck]
    kind: str = "activation"
