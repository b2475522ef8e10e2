"""Whether a registration is as the handout gives it: a docstring, and no code below it.

    def adam(g, m, v, k): ...        def adam(g): raise NotImplementedError("to do")

Runs in the worker.
"""

from __future__ import annotations

import dis
import inspect
from types import CodeType, FunctionType
from typing import Any

_NOTHING = frozenset(("RESUME", "NOP", "COPY_FREE_VARS"))


def is_empty(target: Any) -> bool:
    """Whether a function has no code, or none of a class's methods has."""
    try:
        bodies = _bodies(target)
        return bool(bodies) and all(map(_has_none, bodies))
    except Exception:  # an object of the student's own, whose attributes raise
        return False


def _bodies(target: Any) -> list[CodeType]:
    if isinstance(target, type):
        values = [getattr(one, "__func__", one) for name, one in vars(target).items()
                  if not name.startswith("__")]
        return [code for one in values if isinstance(one, FunctionType) for code in _bodies(one)]
    target = inspect.unwrap(getattr(target, "pyfunc", target))  # numpy.vectorize has one
    return [target.__code__] if isinstance(target, FunctionType) else []


def _has_none(code: CodeType) -> bool:
    if code.co_flags & (inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR):
        return False
    steps = [one for one in dis.get_instructions(code) if one.opname not in _NOTHING]
    raised = [one.argval for one in steps if one.opname == "LOAD_GLOBAL"]
    if raised:
        return raised == ["NotImplementedError"] and steps[-1].opname == "RAISE_VARARGS" and not (
            any(one.opname.startswith(("STORE", "LOAD_FAST", "LOAD_DEREF")) for one in steps))
    return [one.argval for one in steps if one.opname != "RETURN_VALUE"] in ([None], []) and (
        steps[-1].opname.startswith("RETURN"))
