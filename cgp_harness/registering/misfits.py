"""Why a class or a function cannot be the kind of thing that it is registered as: common parts.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from cgp_harness.errors import PluginError
from cgp_reference.signature import without_answer


def something_else(name: str, a_thing: str, target: Any, where: str, expected: str) -> PluginError:
    """It is registered as a kind of thing, and is another."""
    return PluginError(
        f"{name!r} is registered as {a_thing}, and is {shown(target)}", where=where,
        expected=expected)


def answerless(function: Any, name: str, where: str) -> PluginError | None:
    """Why nothing can come of calling it: it is a coroutine or a generator."""
    refused = without_answer(inspect.unwrap(function), name, where)
    return PluginError(**refused) if refused else None


def static_methods(
    target: type, methods: Sequence[str], where: str, inherited: type = object
) -> PluginError | None:
    """Which of these methods a class has not, or not as a static one.

    Args:
        inherited: a base class, whose own methods do not count.
    """
    for method in methods:
        if error := _method(target, method, where, inherited):
            return error
    return None


def _method(target: type, method: str, where: str, inherited: type) -> PluginError | None:
    written = inspect.getattr_static(target, method, None)
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
    return answerless(written.__func__, f"{target.__name__}.{method}", where)


def shown(target: object) -> str:
    """What kind of thing it is, for a message."""
    if isinstance(target, type):
        return f"the class {target.__name__}"
    name = f"{type(target).__name__:.40}"
    return f"{'an' if name[:1].lower() in tuple('aeiou') else 'a'} {name}"
