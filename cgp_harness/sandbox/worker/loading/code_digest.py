"""Whether two registrations are the same code: in `hw.ipynb` and in `hw.py`, on other lines.

What a function computes depends on its code, its defaults and what it finds in its module, so all
of these are digested, names of files and numbers of lines are not.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

_NOT_WRITTEN = (
    "__module__", "__doc__", "__firstlineno__", "__dict__", "__weakref__",
    "_backward_cls", "_autograd_function_id",  # torch's own, and counted
)
MOST = 2_000
"""Pieces that are looked at: a module that is larger counts as code of its own."""


def digest_of(target: Any) -> str:
    """A digest of a function, a class or a rule; "" where it cannot be told."""
    try:
        pieces = list(_bounded(_pieces(target, {})))
    except Exception:  # an object of the student's own whose repr raises
        return ""
    return hashlib.sha256(repr(pieces).encode("utf-8", "backslashreplace")).hexdigest()


def _bounded(pieces: Iterator[object]) -> Iterator[object]:
    for count, piece in enumerate(pieces):
        if count >= MOST:
            raise OverflowError
        yield piece


def _pieces(value: Any, seen: dict[int, int]) -> Iterator[object]:
    if isinstance(value, (type, FunctionType)) or hasattr(value, "__wrapped__"):
        if id(value) in seen:
            yield "seen", seen[id(value)]
            return
        seen[id(value)] = len(seen)
    if isinstance(value, type):
        yield "class", value.__name__, [base.__name__ for base in value.__mro__]
        for name, inner in sorted(vars(value).items()):
            if name not in _NOT_WRITTEN:
                yield name
                yield from _pieces(getattr(inner, "__func__", inner), seen)
        return
    function = inspect.unwrap(value) if callable(value) else value
    if not isinstance(function, FunctionType):
        yield type(value).__name__, _shown(value)
        return
    code, names = _code(function.__code__)
    yield "function", code, repr(function.__defaults__), repr(function.__kwdefaults__)
    for cell in function.__closure__ or ():
        yield from _pieces(cell.cell_contents, seen)
    for name in sorted(names):
        if name in function.__globals__:
            yield name
            yield from _pieces(function.__globals__[name], seen)


def _shown(value: Any) -> str:
    """What tells a value of a module from another, as long as that is not where it stands."""
    if isinstance(value, ModuleType):
        return value.__name__
    plain = isinstance(value, (int, float, complex, str, bytes, tuple, list, dict))
    array = type(value).__module__.partition(".")[0] in ("numpy", "torch")
    return repr(value) if plain or array else ""


def _code(code: CodeType) -> tuple[tuple[object, ...], set[str]]:
    """All of a code object that does not say where it stands, and the names that it looks up."""
    names, constants = set(code.co_names), []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            inner, further = _code(constant)
            constants.append(repr(inner))
            names |= further
        else:
            constants.append(repr(constant))
    return (code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars,
            code.co_flags), names
