"""What AdaGrad, RMSProp and Adam share: division by a root, and where eps stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Set

import numpy as np

from cgp_harness.model import Floats
from tests.simulators.flag import Flag, flag

CONVENTIONS = {
    "eps_inside_root": "with eps inside the root",
    "eps_outside_root": "with eps outside the root",
}
FURTHER: Mapping[str, Set[str]] = {}
"""Conventions that are rare, and the parts of the rule that they touch."""
AS_MISTAKES: Set[str] = frozenset()
"""Conventions that are called by a mistake's name where an assignment does not accept them."""


def root_flags(equation: str) -> tuple[Flag, ...]:
    """The mistakes around the root, with the family's own equation."""
    return (
        flag("no_square_root", "without the square root",
             "The sum of squares stands under a root, which gives it the gradient's own unit.",
             "root", equation),
        flag("half_for_root", "with `** 1/2`, which halves, in the place of the root",
             "A power comes before a division: write ** 0.5 or ** (1/2).", "root", equation,
             readings=2),
        flag("no_eps", "without eps",
             "eps keeps the division finite while all gradients have been zero.",
             "eps", equation),
    )


def divided(numerator: Floats, v: Floats, eps: float, flags: Set[str]) -> Floats:
    """`numerator` over the root of `v`, as the convention among `flags` has it."""
    if "no_eps" in flags:
        eps = 0.0
    if "no_square_root" in flags:
        return numerator / (v + eps)
    if "half_for_root~2" in flags and "eps_outside_root" not in flags:
        return numerator / (v + eps) / 2  # as `a / b ** 1/2` is read
    halved = bool({"half_for_root", "half_for_root~2"} & flags)
    if "eps_outside_root" in flags:
        return numerator / ((v / 2 if halved else np.sqrt(v)) + eps)
    if halved:
        return numerator / ((v + eps) / 2)
    return numerator / np.sqrt(v + eps)


def with_gradient_added(direction: Floats, g: Floats, lr: Floats, flags: Set[str]) -> Floats:
    """`lr * direction`, unless the raw gradient is added to it."""
    if "step_added_to_gradient" in flags:
        return np.asarray(lr * (g + direction))
    if "step_added_to_gradient~2" in flags:
        return np.asarray(g + lr * direction)
    return np.asarray(lr * direction)
