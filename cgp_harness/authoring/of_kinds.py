"""What a homework begins with for each kind of task; a kind that is not here gets what fits all."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from cgp_harness.authoring.source import Definition
from cgp_harness.kind import Kind

LOADS = 5
"""What the check `loads` is worth, of 100."""
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "optimizer": {"relations": 15, "update_rule": 50, "hyperparameters": 15, "closed_loop": 15},
    "autograd_function": {"forward": 20, "gradient": 50, "autograd": 15, "training": 10},
    "activation": {"activation": 60, "learning": 35},
    "backprop": {"partials": 40, "backpropagation": 55},
}
_ELEMENTWISE = ("training",)
"""Checks for which a network must have a place for the Function, in each of its neurons."""
_FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "optimizer": ("torch.optim",),
    "autograd_function": (
        "torch.autograd.grad", "torch.autograd.backward", "torch.autograd.functional",
        "torch.autograd.forward_ad", "torch.func", "torch.nn", "torch.ops", "torch._C"),
    "backprop": ("torch.autograd", "torch.func"),
}
_COMPARED: Mapping[str, str] = {
    "optimizer": "Each step that it returns is compared with the right one, on gradients that you "
    "have not seen, over several steps, with other hyperparameters than the defaults too.",
    "autograd_function": "What forward returns (values, shape, dtype) and what backward returns "
    "for every gradient `g` of the output are compared with the right ones, on inputs that you "
    "have not seen.",
    "activation": "Value and derivative are compared with the right ones, number by number, on "
    "inputs that you have not seen.",
    "backprop": "Values, partial derivatives and gradients are compared with the right ones, on "
    "graphs that you have not seen.",
}


def weights(kind: Kind, node: Definition) -> dict[str, float]:
    """In which proportion the checks of a task count that are not `loads`.

    Args:
        kind: of the task.
        node: its answer.
    """
    own = _WEIGHTS.get(kind.name, dict.fromkeys(kind.checks, 1))
    left_out = () if _elementwise(node) else _ELEMENTWISE
    return {check: own[check] for check in kind.checks if check in own and check not in left_out}


def _elementwise(node: Definition) -> bool:
    """Whether a Function takes one input, of which nothing is said."""
    forward = next((
        one for one in ast.walk(node) if isinstance(one, ast.FunctionDef)
        and one.name == "forward"), None)
    if forward is None:
        return True
    inputs = [one for one in forward.args.args if one.arg != "ctx"]
    return len(inputs) - len(forward.args.defaults) == 1 and inputs[0].annotation is None


def forbidden(kind: str) -> tuple[str, ...]:
    """Names that would do the homework."""
    return _FORBIDDEN.get(kind, ())


def compared(kind: str) -> str:
    """What is compared, for students."""
    return _COMPARED.get(
        kind, "It is compared with the right answer, on inputs that you have not seen.")
