"""`@activation`: a function of one array that returns its value and its derivative.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from cgp_harness.errors import PluginError
from cgp_harness.registering.marked import contract, decorated
from cgp_harness.registering.misfits import answerless, something_else

Function = TypeVar("Function", bound=Callable[..., Any])


@overload
def activation(given: str, /) -> Callable[[Function], Function]: ...
@overload
def activation(given: Function, /) -> Function: ...


def activation(given: Any, /) -> Any:
    """Register an activation: a function of one array that returns its value and its derivative.

    It is applied elementwise to read-only float64 numpy arrays of one or more axes.

    Raises:
        PluginError: it is not written above a function.

    >>> @activation
    ... def softsign(x):
    ...     below = 1 + abs(x)
    ...     return x / below, 1 / below**2
    >>> softsign(1.0)
    (0.5, 0.25)
    """
    return decorated("activation", "a function", given)


def _misfit(name: str, target: Any, where: str) -> PluginError | None:
    if not callable(target) or isinstance(target, type):
        return something_else(
            name, "an activation", target, where,
            "a function that takes an array and returns its value and its derivative")
    return answerless(target, name, where)


CONTRACT = contract("activation", "activation", "a function", "cgp_activations", _misfit)
