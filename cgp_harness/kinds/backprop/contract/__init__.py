"""`@backprop`: a class with two static methods, `forward` and `backward`.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from cgp_harness.errors import PluginError
from cgp_harness.registering.marked import contract, decorated
from cgp_harness.registering.misfits import something_else, static_methods

Class = TypeVar("Class", bound=type[Any])


@overload
def backprop(given: str, /) -> Callable[[Class], Class]: ...
@overload
def backprop(given: Class, /) -> Class: ...


def backprop(given: Any, /) -> Any:
    """Register backpropagation: a class with two static methods, `forward` and `backward`.

    `forward(graph, values)` returns the value of every node and its partial derivatives;
    `backward(graph, partials, errors)` returns the gradient for every parameter.

    Raises:
        PluginError: it is not written above a class.
    """
    return decorated("backprop", "a class", given)


def _misfit(name: str, target: Any, where: str) -> PluginError | None:
    if not isinstance(target, type):
        return something_else(
            name, "a backpropagation", target, where,
            "a class with the static methods forward and backward")
    return static_methods(target, ("forward", "backward"), where)


CONTRACT = contract("backprop", "backpropagation", "a class", "cgp_backprop", _misfit)
