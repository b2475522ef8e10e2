"""Two answers of a rule that should have been equal."""

from __future__ import annotations

from dataclasses import dataclass

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats

REGROUPED = 1e-12
"""SIMD remainders of `**` may differ in the last bit when shapes change."""


@dataclass(frozen=True)
class Violation:
    """Two answers that should have been equal."""

    relation: str
    message: str
    run: Trajectory
    got: Floats
    expected: Floats
    leak: bool = True
