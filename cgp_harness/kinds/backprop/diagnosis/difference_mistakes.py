"""Differences in place of derivatives, with a step that is too large or too small."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cgp_harness.kinds.backprop.contract.plain_graph import Node
from cgp_harness.kinds.backprop.questions import Partials, Point
from cgp_harness.probing.flag import Flag, flag

Quotient = Callable[[Callable[[float], float], float, float], float]

QUOTIENTS: Mapping[str, Quotient] = {
    "forward": lambda f, x, h: (f(x + h) - f(x)) / h,
    "backward": lambda f, x, h: (f(x) - f(x - h)) / h,
    "central": lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
}
LARGE = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002)
SMALL = (1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18, 1e-20)
"""Below 1e-11 the difference is of the size of rounding; from 1e-17 on it is 0 where x is 0.5."""


def step_flag(kind: str, step: float) -> Flag:
    """The mistake of this step."""
    identifier = "step_too_large" if step >= min(LARGE) else "step_too_small"
    why = (
        "A difference is off by its step times the curvature: half of that, forwards."
        if identifier == "step_too_large" else
        "Rounding, 1e-16 of the value, is divided by the step as well."
    )
    return flag(identifier, f"by {kind} differences with the step {step:g}",
                f"{why} Take a step between 1e-3 and 1e-10, such as 1e-6.", "step")


def differences(point: Point, kind: str, step: float) -> Partials:
    """The table of partials by differences, bit for bit as `Node.value` gives them to a student."""
    values = dict(point.values)
    for node in point.graph.nodes:
        values[node.name] = node.value(values)
    return {
        node.name: {
            name: _difference(node, values, name, kind, step)
            for name in (*node.arguments, *node.parameters)
        }
        for node in point.graph.nodes
    }


def _difference(
    node: Node, values: Mapping[str, float], name: str, kind: str, step: float
) -> float:
    def moved(x: float) -> float:
        return node.value({**values, name: x})

    return QUOTIENTS[kind](moved, values[name], step)
