"""Why a class or a function cannot be the kind of thing that it is registered as.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
import sys
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.registering.decorators import Kind
from cgp_reference.signature import without_answer

_EXPECTED = {
    "autograd_function": "a subclass of torch.autograd.Function",
    "activation": "a function that takes an array and returns its value and its derivative",
    "backprop": "a class with the static methods forward and backward",
}


def misfit(kind: Kind, name: str, target: Any, where: str) -> PluginError | None:
    """Why this cannot be registered so, if it cannot."""
    if kind == "activation":
        fits = callable(target) and not isinstance(target, type)
    elif kind == "autograd_function":
        fits = isinstance(target, type) and _is_function(target)
    else:
        fits = isinstance(target, type)
    if not fits:
        return PluginError(
            f"{name!r} is registered as {a(kind)}, and is {shown(target)}",
            where=where, expected=_EXPECTED[kind])
    if kind == "autograd_function" and _own_apply(target):
        return PluginError(
            f"the class {target.__name__} has an apply() of its own", where=where,
            expected="forward() and backward(), which torch's own apply() calls",
            fix="remove `apply` from the class")
    if kind == "activation" and (refused := without_answer(inspect.unwrap(target), name, where)):
        return PluginError(**refused)
    methods = () if kind == "activation" else ("forward", "backward")
    for method in methods:
        if error := _method_misfit(target, method, where):
            return error
    return None


def _method_misfit(target: type, method: str, where: str) -> PluginError | None:
    written = inspect.getattr_static(target, method, None)
    inherited = _torch_function()
    if written is None or written is inspect.getattr_static(inherited, method, None):
        return PluginError(
            f"the class {target.__name__} has no method {method}()", where=where,
            expected="both forward() and backward()",
            fix=f"write `@staticmethod` and `def {method}(…)` in it")
    if not isinstance(written, (staticmethod, classmethod)):  # torch's apply() calls either
        return PluginError(
            f"{target.__name__}.{method}() is no static method", where=where,
            expected=f"@staticmethod above `def {method}`",
            fix=f"write @staticmethod above `def {method}`, and no `self`")
    refused = without_answer(
        inspect.unwrap(written.__func__), f"{target.__name__}.{method}", where)
    return PluginError(**refused) if refused else None


def _torch_function() -> type:
    # Looked up, not imported: a class that derives from it has imported torch.
    base = getattr(getattr(sys.modules.get("torch"), "autograd", None), "Function", None)
    return base if isinstance(base, type) else type(None)


def _own_apply(target: type) -> bool:
    inherited = inspect.getattr_static(_torch_function(), "apply")
    return inspect.getattr_static(target, "apply", inherited) is not inherited


def _is_function(target: type) -> bool:
    return issubclass(target, _torch_function()) and target is not _torch_function()


def a(kind: Kind) -> str:
    """As people say it."""
    return {"autograd_function": "an autograd function", "activation": "an activation",
            "backprop": "a backpropagation"}[kind]


def shown(target: object) -> str:
    """What kind of thing it is, for a message."""
    if isinstance(target, type):
        return f"the class {target.__name__}"
    name = f"{type(target).__name__:.40}"
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
