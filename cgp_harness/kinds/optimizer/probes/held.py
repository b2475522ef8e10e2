"""Hyperparameters that the code holds at a number of its own: 1e-7 where eps is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.probes.roles import Role, role
from cgp_harness.kinds.optimizer.questions import Trajectory

FARTHEST = math.log(1e5)
"""How far from the default, on a scale on which 1e-8 and 1e-3 are as far apart as that."""
SCALES: Mapping[Role, Callable[[float], float]] = {
    "guard": math.log, "decay": lambda value: math.log(1 - value)}
RANGES: Mapping[Role, tuple[float, float]] = {"guard": (0.0, 1e-2), "decay": (0.5, 1.0)}


def in_code(context: RuleContext) -> dict[str, float]:
    """Hyperparameters that the rule cannot be given, at the number that its code has for them.

    Only where that is another than the default, which is looked for in any rule. Of several
    numbers the nearest to the default, if one can be meant at all.
    """
    numbers, found = context.rule.numbers, dict[str, float]()
    for name, default in context.specified.hyperparameters.items():
        does = role(name, default)
        if context.named(name) is not None or does not in SCALES or default in numbers:
            continue
        low, high = RANGES[does]
        scale = SCALES[does]
        near = {
            abs(scale(one) - scale(default)): one for one in numbers if low < one < high
        } if low < default < high else {}
        if near and min(near) <= FARTHEST:
            found[name] = near[min(near)]
    return found


def with_fixed(run: Trajectory, fixed: Mapping[str, float]) -> Trajectory:
    """The run as a rule sees it that fixes some hyperparameters in its code."""
    if not fixed:
        return run
    rates = {name: (value,) * len(run.gradients) for name, value in fixed.items()
             if name == "lr" or name in run.schedule}
    rest = {name: value for name, value in fixed.items() if name not in rates}
    return replace(
        run, hyperparameters={**run.hyperparameters, **rest}, schedule={**run.schedule, **rates})
