"""Where a function or a class comes from, with a clear word where its text is not kept."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from cgp_harness.collect.objects.texts import Text, last_cell, texts_of
from cgp_harness.errors import HarnessError
from cgp_harness.registering.misfits import shown

PASS_A_FILE = 'write it to a file and pass its path: cgp_harness.check("mine.py", …)'


@dataclass(frozen=True)
class Origin:
    """Of one object.

    Args:
        name: what the object is called.
        names: those under which its module knows it.
        namespace: of its module.
        texts: of the file that it is of, or of all cells.
        code: what of it begins first in one of these texts; None if it is known by its names alone.
    """

    name: str
    names: tuple[str, ...]
    namespace: dict[str, Any]
    texts: tuple[Text, ...]
    code: CodeType | None


def origin_of(thing: Any) -> Origin:
    """Where an object comes from.

    Raises:
        HarnessError: it is no function and no class, is local to another function, or its text is
            not kept.
    """
    functions = list(_functions(thing))
    if not functions and not isinstance(thing, type):
        raise _no_object(thing)
    first = min(functions, key=lambda one: one.__code__.co_firstlineno, default=None)
    if first is not None:
        namespace, file = first.__globals__, first.__code__.co_filename
    else:  # a class of no methods
        namespace = vars(sys.modules.get(thing.__module__, ModuleType("")))
        file = namespace.get("__file__") or last_cell()
    named = thing if isinstance(thing, type) or first is None else first
    name, inside = getattr(named, "__name__", ""), named.__qualname__.partition(".<locals>")
    texts = texts_of(file, namespace)
    if not texts:
        raise HarnessError(
            f"the text of {name} is not kept", where=file,
            expected="a function or a class of a file, of a notebook or of IPython's prompt",
            fix=PASS_A_FILE)
    names = tuple(key for key, value in namespace.items() if value is thing)
    code = first.__code__ if first is not None and not inside[1] else None
    if inside[1] and not names:
        raise HarnessError(
            f"{name} is defined inside {inside[0]}()", where=file,
            expected="a function or a class at the top of a file or a cell",
            fix=f"move it there; or {PASS_A_FILE}")
    return Origin(name, names, namespace, texts, code)


def _functions(thing: Any) -> Iterator[FunctionType]:
    """The function behind a rule, below decorators or in `numpy.vectorize`; a class's methods."""
    if not isinstance(thing, type):
        inner = getattr(thing, "function", getattr(thing, "pyfunc", thing))
        found = inspect.unwrap(inner) if callable(inner) else None
        if isinstance(found, FunctionType) and not inspect.ismethod(thing):
            yield found
        return
    for value in vars(thing).values():
        found = inspect.unwrap(getattr(value, "__func__", value))
        # Not what a dataclass, a named tuple or a base class brings.
        own = isinstance(found, FunctionType) and found.__module__ == thing.__module__ and (
            found.__qualname__.startswith(f"{thing.__qualname__}."))
        if own and found.__code__.co_filename != "<string>":
            yield found


def _no_object(thing: object) -> HarnessError:
    what, fix = shown(thing), ""
    if isinstance(thing, ModuleType):
        what = f"the module {thing.__name__}"
        fix = f"pass its path: cgp_harness.check({getattr(thing, '__file__', None)!r}, …)"
    elif isinstance(thing, str | os.PathLike):
        what = repr(os.fspath(thing))
        fix = "pass one path alone; cgp_harness.grade takes several submissions"
    return HarnessError(
        f"{what} is no function and no class",
        expected="the path of a submission, or a function or class, or a list of these", fix=fix)
