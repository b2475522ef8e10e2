"""What the decorators of a module were written above, held by a name of the module or not.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable
from types import FunctionType, ModuleType
from typing import Any

from cgp_reference.decorator import REGISTERED


def values_of(module: ModuleType, key: Callable[[object], Hashable]) -> list[Any]:
    """The module's values, then what a decorator made that none of its names holds any more.

    That is what was decorated in a function, in a class, or below another decorator. Written
    again, as in a later cell of a notebook, it counts as Python counts it: the last.

    Args:
        key: what a value of this module is registered as; None if it is not registered.
    """
    held = list(vars(module).values())
    keys = {key(one) for one in held}
    others: dict[Hashable, Any] = {}
    for one in REGISTERED:
        if _written_in(one, module):
            others[key(one)] = one
    return held + [one for name, one in others.items() if name is not None and name not in keys]


def _written_in(one: Any, module: ModuleType) -> bool:
    """By the functions in it: another module may have had the same name."""
    functions = [getattr(one, "function", one)] if not isinstance(one, type) else [
        getattr(value, "__func__", value) for value in vars(one).values()
        if type(value) in (FunctionType, staticmethod, classmethod)]
    return any(
        getattr(inspect.unwrap(function), "__globals__", None) is vars(module)
        for function in functions)
