"""`@autograd_function`: a subclass of `torch.autograd.Function`.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any, TypeVar, overload

from cgp_harness.errors import PluginError
from cgp_harness.registering.marked import contract, decorated
from cgp_harness.registering.misfits import answerless, something_else, static_methods
from cgp_harness.registering.places import where_is_class

Class = TypeVar("Class", bound=type[Any])


@overload
def autograd_function(given: str, /) -> Callable[[Class], Class]: ...
@overload
def autograd_function(given: Class, /) -> Class: ...


def autograd_function(given: Any, /) -> Any:
    """Register a subclass of `torch.autograd.Function`, under a name or under its own.

        @autograd_function("quantize")
        class Quantize(torch.autograd.Function):
            ...

    Raises:
        PluginError: it is not written above a class.
    """
    return decorated("autograd_function", "a class", given)


def _misfit(name: str, target: Any, where: str) -> PluginError | None:
    if not isinstance(target, type) or not _is_function(target):
        return something_else(
            name, "an autograd function", target, where, "a subclass of torch.autograd.Function")
    inherited = inspect.getattr_static(_base(), "apply")
    if inspect.getattr_static(target, "apply", inherited) is not inherited:
        return PluginError(
            f"the class {target.__name__} has an apply() of its own", where=where,
            expected="forward() and backward(), which torch's own apply() calls",
            fix="remove `apply` from the class")
    return static_methods(target, ("forward", "backward"), where, inherited=_base())


def _misfit_of_answer(name: str, target: Any, where: str) -> PluginError | None:
    """A plain function is an answer too, and so is a class without backward: torch finds that."""
    if isinstance(target, type) and _is_function(target):
        return static_methods(target, ("forward",), where, inherited=_base())
    if callable(target) and not isinstance(target, type):
        return answerless(target, name, where)
    return _misfit(name, target, where)


def _undecorated(value: type) -> PluginError | None:
    if not _is_function(value):
        return None
    return PluginError(
        f"the class {value.__name__} is not registered", where=where_is_class(value),
        expected="@autograd_function above it",
        fix=f'write @autograd_function("{value.__name__.lower()}") above it')


def _is_function(target: type) -> bool:
    return issubclass(target, _base()) and target is not _base()


def _base() -> type:
    # Looked up, not imported: a class that derives from it has imported torch.
    base = getattr(getattr(sys.modules.get("torch"), "autograd", None), "Function", None)
    return base if isinstance(base, type) else type(None)


CONTRACT = contract(
    "autograd_function", "autograd function", "a class", "cgp_autograd_functions", _misfit,
    _undecorated, _misfit_of_answer)
