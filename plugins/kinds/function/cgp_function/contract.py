"""`@function`: a function of one or more arrays that returns an array."""

from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.registering.marked import contract, decorated
from cgp_harness.registering.misfits import answerless, something_else


def function(given: Any, /) -> Any:
    """Register a function of arrays, under a name or under its own.

    >>> @function("double")
    ... def twice(x):
    ...     return 2 * x
    """
    return decorated("function", "a function", given)


def _misfit(name: str, target: Any, where: str) -> PluginError | None:
    if not callable(target) or isinstance(target, type):
        return something_else(
            name, "a function", target, where, "a function that takes arrays and returns one")
    return answerless(target, name, where)


CONTRACT = contract("function", "function", "a function", "", _misfit)
