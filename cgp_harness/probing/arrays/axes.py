"""The axes of arrays, as a signature states them: `x: "B n"`, or `x: Float[Tensor, "B n"]`.

The notation is that of jaxtyping, which is read as text and need not be installed.
"""

from __future__ import annotations
import __future__

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cgp_harness.errors import HarnessError

ANY_SHAPE = "..."
NAMES_OR_NUMBERS = re.compile(r"[A-Za-z]\w*|\d+", re.ASCII)
Numbers = Literal["real", "int", "bool"]
KEPT_AS_TEXT = __future__.annotations.compiler_flag
"""Of a function whose annotations are expressions as they were written."""
OF_DTYPE: dict[str, Numbers] = {"Bool": "bool", "Int": "int", "UInt": "int", "Integer": "int"}
"""jaxtyping's words for a dtype begin with these; all others are of real numbers."""


@dataclass(frozen=True)
class Array:
    """One argument of a function that is an array.

    Args:
        name: of the argument.
        axes: a name or a number for each, `B n`; nothing for a single number; `...` for any shape.
        numbers: of what.
    """

    name: str
    axes: str
    numbers: Numbers = "real"


@dataclass(frozen=True)
class Signature:
    """What a function takes and gives.

    Args:
        arrays: its arguments without a default: arrays.
        options: its arguments with one, by name.
        result: axes of what it returns; None if that is not said.
    """

    arrays: tuple[Array, ...]
    options: dict[str, Any]
    result: str | None


def signature(function: Callable[..., Any], shown: str, where: str, skip: int = 0) -> Signature:
    """Read a function's signature; a single array of which nothing is said may have any shape.

    Args:
        function: a plain one.
        shown: what it is called in messages.
        where: it is written.
        skip: arguments at its beginning that are not meant, such as ctx.

    Raises:
        HarnessError: axes that are missing, or that no single size follows from.
    """
    every = list(inspect.signature(function).parameters.values())[skip:]
    for one in every:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            raise HarnessError(
                f"{shown}() takes any number of arguments ({one})", where=where,
                expected="each argument by its name")
    given = [one for one in every if one.default is one.empty]
    if not given:
        raise HarnessError(
            f"{shown}() takes no array", where=where,
            expected="at least one argument without a default: what it computes from")
    noted = {one.name: _noted(function, one.name) for one in given}
    if len(given) == 1 and noted[given[0].name] is None:
        noted[given[0].name] = (ANY_SHAPE, "real")
    arrays = tuple(
        _array(one.name, noted[one.name], shown, where, alone=len(given) == 1) for one in given)
    result = _noted(function, "return")
    if result is not None:
        _require_plain(result[0], "what it returns", shown, where, alone=len(given) == 1)
    return Signature(
        arrays, {one.name: one.default for one in every if one.default is not one.empty},
        None if result is None else result[0])


def _array(
    name: str, noted: tuple[str, Numbers] | None, shown: str, where: str, *, alone: bool
) -> Array:
    if noted is None:
        raise HarnessError(
            f"{shown}() does not say which axes {name!r} has", where=where,
            expected="the axes of every argument, as jaxtyping writes them",
            fix=f'write `{name}: "B n"`, with a name for each axis: equal names are equal sizes')
    _require_plain(noted[0], repr(name), shown, where, alone=alone)
    return Array(name, " ".join(noted[0].split()), noted[1])


def _require_plain(axes: str, whose: str, shown: str, where: str, *, alone: bool) -> None:
    if alone and axes.strip() == ANY_SHAPE:
        return
    for axis in axes.split():
        if not NAMES_OR_NUMBERS.fullmatch(axis):
            raise HarnessError(
                f"the axes {axes!r} of {whose} have {axis!r}", where=f"{shown}(), {where}",
                expected="a name or a number for each axis",
                fix="leave the axes of the result out, or give this one a name of its own: its "
                "size is found by calling it" if whose == "what it returns" else "")


def _noted(function: Callable[..., Any], name: str) -> tuple[str, Numbers] | None:
    """Axes and numbers as the annotation states them; None if it does not."""
    written: Any = inspect.unwrap(function)
    note = written.__annotations__.get(name)
    if isinstance(note, str) and not written.__code__.co_flags & KEPT_AS_TEXT:
        return note, "real"
    text = note if isinstance(note, str) else getattr(note, "__name__", "")
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        return tree.value, "real"
    if not isinstance(tree, ast.Subscript) or not isinstance(tree.slice, ast.Tuple):
        return None
    axes = [one.value for one in tree.slice.elts
            if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    kind = ast.unparse(tree.value).rpartition(".")[2].rstrip("0123456789")
    return (axes[0], OF_DTYPE.get(kind, "real")) if axes else None
