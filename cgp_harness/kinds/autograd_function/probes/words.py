"""Inputs, cotangents and gradients as a student reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.probing.text import exactly

DIGITS, MOST_DIGITS = 6, 17
MOST = 12
"""Of more numbers than this, only the one that differs is written."""


def shown(numbers: Any, digits: int = DIGITS) -> str:
    """A number, or nested lists of numbers, as Python writes them but to so many digits.

    >>> shown([[1.0, -0.5]])
    '[[1, -0.5]]'
    """
    if isinstance(numbers, list):
        return f"[{', '.join(shown(one, digits) for one in numbers)}]"
    return "not a finite number" if numbers is None else f"{numbers + 0.0:.{digits}g}"


def pair(got: Any, expected: Any) -> tuple[str, str]:
    """Both, with as many digits as it takes to tell them apart, at least six; 17 do so always.

    >>> pair([20.5], [20.50000000125])
    ('[20.5]', '[20.500000001]')
    """
    for digits in range(DIGITS, MOST_DIGITS + 1):
        written = shown(got, digits), shown(expected, digits)
        if written[0] != written[1]:
            break
    return written


def in_words(case: Mapping[str, Any], what: str) -> str:
    """A counterexample in one to three lines.

    Args:
        case: as `function_case.counterexample` makes it.
        what: `forward` or `backward`.
    """
    given = dict(case["inputs"])
    if case["cotangent"] is not None:
        given["g"] = case["cotangent"]
    got, expected = _for(case["got"], case["expected"])
    lines = []
    if sum(map(_count, given.values())) <= MOST:
        listed = ", ".join(f"{name} = {exactly(values)}" for name, values in given.items())
        lines = [f"At {listed}:", f"  {what} gives {got}; expected {expected}"]
    several = sum(map(_count, case["got"].values())) > 1
    if (first := case["first_difference"]) is not None and (
            not lines or several or got == expected):
        got, expected = pair(first["got"], first["expected"])
        index = f"[{', '.join(map(str, first['index']))}]" if first["index"] else ""
        lines.append(
            f"  first difference: {first['of']}{index} gets {got}, expected {expected}")
    return "\n".join(lines)


def _count(values: Any) -> int:
    return sum(map(_count, values)) if isinstance(values, list) else 1


def _for(got: Mapping[str, Any], expected: Mapping[str, Any]) -> tuple[str, str]:
    pairs = {name: pair(got[name], expected[name]) if got[name] != expected[name] else (
        shown(got[name]), shown(expected[name])) for name in got}
    if len(pairs) == 1:
        return next(iter(pairs.values()))
    one, other = (
        ", ".join(f"{both[i]} for {name}" for name, both in pairs.items()) for i in (0, 1))
    return one, other


def plural(shapes: tuple[Shape, ...], names: tuple[str, ...]) -> str:
    """`x of shape (2, 3)`, `x of shape (2, 3), W of shape (4, 3)`."""
    return ", ".join(
        f"{name} of shape {shape}" for name, shape in zip(names, shapes, strict=True))
