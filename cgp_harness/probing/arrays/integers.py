"""Which integers an argument may hold: classes, places, words of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.probing.arrays.axes import Array

Shape = tuple[int, ...]
FEW = 3
"""Integers of which nothing is known are below this."""
Runs = Callable[[Sequence[Floats]], object]
"""Called with arrays, one for each argument; raises where it cannot be."""


def bounds(
    arrays: Sequence[Array], tried: Sequence[Sequence[Shape]], runs: Runs
) -> Callable[[Sequence[Shape]], tuple[int, ...]]:
    """Shapes of all arguments to what the integers of each are below; 0 of real numbers.

    Args, see `counted`.
    """
    axes = [counted(one.name, arrays, tried, runs) if one.numbers == "int" else ""
            for one in arrays]

    def below(shapes: Sequence[Shape]) -> tuple[int, ...]:
        known = sizes_of(arrays, shapes) if any(axes) else {}
        return tuple(
            {"real": 0, "bool": 2, "int": known.get(axis, FEW)}[one.numbers]
            for one, axis in zip(arrays, axes, strict=True))

    return below


def counted(
    name: str, arrays: Sequence[Array], tried: Sequence[Sequence[Shape]], runs: Runs
) -> str:
    """The axis whose size the integers of an argument must be below: as large a one raises.

    Args:
        name: of the argument.
        arrays: all arguments.
        tried: shapes of them all, for two calls or more.
        runs: is called with them.

    Returns:
        Empty if there is none.
    """
    [own] = [one.axes.split() for one in arrays if one.name == name]
    axes = dict.fromkeys(axis for one in arrays for axis in one.axes.split())
    return next((
        axis for axis in sorted(axes, key=lambda one: one in own) if not axis.isdigit()
        and _runs(name, arrays, tried, axis, -1, runs)
        and not _runs(name, arrays, tried, axis, 0, runs)), "")


def sizes_of(arrays: Sequence[Array], shapes: Sequence[Shape]) -> Mapping[str, int]:
    """Of each axis."""
    return {axis: size for one, shape in zip(arrays, shapes, strict=True)
            for axis, size in zip(one.axes.split(), shape, strict=True)}


def _runs(
    name: str, arrays: Sequence[Array], tried: Sequence[Sequence[Shape]], axis: str, more: int,
    runs: Runs,
) -> bool:
    """Whether it takes integers that are so much larger than the size of an axis."""
    for shapes in tried:
        number, draw = sizes_of(arrays, shapes)[axis] + more, np.random.default_rng(0)
        given = [
            np.full(shape, number) if one.name == name
            else draw.uniform(0.5, 0.9, shape) * (one.numbers == "real")
            for one, shape in zip(arrays, shapes, strict=True)]
        try:
            runs(given)
        except Exception:  # an author's own, which raises whatever it likes at what it refuses
            return False
    return True
