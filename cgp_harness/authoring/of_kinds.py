"""What a homework begins with for each kind of task; a kind that is not here gets what fits all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from cgp_harness.authoring.backward import class_of, with_backward
from cgp_harness.authoring.packages import imported
from cgp_harness.authoring.source import Definition
from cgp_harness.authoring.wanted import Wanted
from cgp_harness.kind import Kind

LOADS = 5
"""What the check `loads` is worth, of 100."""
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "optimizer": {"relations": 15, "update_rule": 50, "hyperparameters": 15, "closed_loop": 15},
    "autograd_function": {"forward": 20, "gradient": 50, "autograd": 15, "training": 10},
    "activation": {"activation": 60, "learning": 35},
    "backprop": {"partials": 40, "backpropagation": 55},
}
_PARTS: Mapping[str, str] = {"function": "_derivative"}
"""Endings of names that belong to the task of the name before them."""
_FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "optimizer": ("torch.optim",),
    "autograd_function": (
        "torch.autograd.grad", "torch.autograd.backward", "torch.autograd.functional",
        "torch.autograd.forward_ad", "torch.func", "torch.nn", "torch.ops", "torch._C"),
    "backprop": ("torch.autograd", "torch.func"),
}
_SUBMITTED: Mapping[str, Callable[[str, str], str]] = {"autograd_function": with_backward}
"""What makes a submission of a file, where an answer of this name may be less than one."""
_COMPARED: Mapping[str, str] = {
    "optimizer": "Each step that it returns is compared with the right one, on gradients that you "
    "have not seen, over several steps, with other hyperparameters than the defaults too.",
    "autograd_function": "What forward returns (values, shape, dtype) and what backward returns "
    "for every gradient `g` of the output are compared with the right ones, on inputs that you "
    "have not seen. Both are to be written out: backward is given `g`, in the shape of the output, "
    "and returns a gradient for each input of forward, in its shape.",
    "activation": "Value and derivative are compared with the right ones, number by number, on "
    "inputs that you have not seen.",
    "backprop": "Values, partial derivatives and gradients are compared with the right ones, on "
    "graphs that you have not seen.",
}


def weights(kind: Kind, one: Wanted) -> dict[str, float]:
    """In which proportion the checks of a task count that are not `loads`."""
    own = _WEIGHTS.get(kind.name, dict.fromkeys(kind.checks, 1))
    unfit = [check for (name, check), fits in _ONLY_IF.items()
             if name == kind.name and not fits(one)]
    return {check: own[check] for check in kind.checks if check in own and check not in unfit}


def part_of(kind: str, name: str, names: Collection[str]) -> str:
    """Of which of the others of its kind something is a part; empty if it is a task of its own."""
    ending = _PARTS.get(kind, "")
    whole = name.removesuffix(ending)
    return whole if ending and name.endswith(ending) and whole in names else ""


def fields(kind: str, text: str) -> dict[str, str]:
    """What else the table of a task says.

    Args:
        kind: of task.
        text: the solution.
    """
    return {"library": "torch"} if kind == "function" and "torch" in imported(text) else {}


def _elementwise(one: Wanted) -> bool:
    """Whether a Function takes one input, of which nothing is said."""
    forward = next((
        node for node in ast.walk(one.node) if isinstance(node, ast.FunctionDef)
        and node.name == "forward"), None)
    if forward is None:
        return False
    inputs = [argument for argument in forward.args.args if argument.arg != "ctx"]
    return len(inputs) - len(forward.args.defaults) == 1 and inputs[0].annotation is None


_ONLY_IF: Mapping[tuple[str, str], Callable[[Wanted], bool]] = {
    # A network has a place for it, in each of its neurons.
    ("autograd_function", "training"): _elementwise,
    ("function", "derivative"): lambda one: bool(one.parts),
}


def handed_in(text: str, wanted: Sequence[Wanted]) -> str:
    """A file of right answers as a student hands it in.

    Args:
        text: the solution, or one with a change in it.
        wanted: the solution's tasks.
    """
    for one in wanted:
        if one.kind in _SUBMITTED:
            text = _SUBMITTED[one.kind](text, one.node.name)
    return text


def written(text: str, wanted: Sequence[Wanted]) -> list[Wanted]:
    """The tasks with the definitions that a student writes.

    Args:
        text: a right submission, as `handed_in` gives it.
        wanted: the solution's tasks.
    """
    own = {node.name: node for node in ast.parse(text).body if isinstance(node, Definition)}
    return [replace(
        one, node=own[class_of(one.node) if one.kind in _SUBMITTED else one.node.name],
        parts=tuple(own[part.name] for part in one.parts)) for one in wanted]


def forbidden(kind: str) -> tuple[str, ...]:
    """Names that would do the homework."""
    return _FORBIDDEN.get(kind, ())


def compared(kind: str) -> str:
    """What is compared, for students."""
    return _COMPARED.get(
        kind, "It is compared with the right answer, on inputs that you have not seen.")
