"""One point of a Function: drawn from the seed, written in a message, kept as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any

import numpy as np

from cgp_harness.kinds.autograd_function.probes.numbers import allowed
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest, Wanted
from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Floats
from cgp_harness.probing.choices import Choose, Make, drawn, searched
from cgp_harness.probing.search import smallest_failure
from cgp_harness.probing.text import hard_to_read

EXAMPLES = 12
"""Shapes besides those that are always tried; all mistakes known so far fail on the latter."""
SEARCH_S = 6.0
COTANGENTS = tuple(sorted(
    (sign * half / 2 for half in range(1, 7) for sign in (1, -1)), key=lambda g: (abs(g - 1), -g)))
"""Half-integers up to 3, not 0, the simplest first."""
GRID, FEWEST = 2000, 8


@dataclass(frozen=True)
class FunctionCase:
    """Where a Function is asked: one point (D,), and for backward one cotangent (E,)."""

    sizes: Sizes
    point: tuple[float, ...]
    cotangent: tuple[float, ...] | None = None

    @property
    def rows(self) -> tuple[Floats, Floats]:
        """Both as one row, `(1, D)` and `(1, E)`."""
        return np.array([self.point]), np.array([self.cotangent or ()])

    @property
    def size(self) -> tuple[float, ...]:
        """What makes a case hard to read: how many numbers, and how large they are."""
        return hard_to_read((*self.point, *(self.cotangent or ())))


def _cases(specification: Specification) -> Make[FunctionCase]:
    def case(choose: Choose) -> FunctionCase | None:
        if specification.elementwise:
            shape = tuple(choose.whole(1, 3) for _ in range(choose.whole(0, 3)))
            sizes: Sizes | None = Sizes((shape,), shape)
        else:
            sizes = specification.sizes(
                **{letter: choose.whole(1, 3) for letter in specification.letters})
        if sizes is None:
            return None
        point = tuple(
            choose.one_of(grid(
                specification, specification.interval(name, sizes, specification.domain),
                whole=name in specification.numbers))
            for name, shape in zip(specification.inputs, sizes.inputs, strict=True)
            for _ in range(math.prod(shape)))
        if not specification.where_usable(sizes, np.array([point])).all():
            return None
        return FunctionCase(
            sizes, point, tuple(choose.one_of(COTANGENTS) for _ in range(sizes.outputs)))

    return case


@lru_cache(maxsize=64)
def grid(
    specification: Specification, bounds: tuple[float, float], *, whole: bool
) -> tuple[float, ...]:
    """Eighths between bounds, those with few digits first; finer in a narrow interval."""
    low, high = bounds
    if whole:
        return tuple(float(one) for one in range(int(low), int(high) + 1))
    step = min(1 / 8, 2.0 ** np.floor(np.log2((high - low) / FEWEST)))
    step = max(step, 2.0 ** np.ceil(np.log2((high - low) / GRID)))
    grid = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    kept: list[float] = (grid[allowed(specification, grid, bounds)] + 0.0).tolist()
    return tuple(sorted(kept, key=lambda x: (len(f"{abs(x):g}"), abs(x), -x)))


@lru_cache(maxsize=16)
def short_run(specification: Specification, seed: int) -> tuple[FunctionCase, ...]:
    """Cases of drawn shapes, the same for one seed; drawn once per process."""
    return tuple(dict.fromkeys(drawn(_cases(specification), seed, EXAMPLES)))


def smallest(
    specification: Specification, seed: int, fails: Callable[[FunctionCase], bool]
) -> FunctionCase | None:
    """The smallest case that fails, if one is found in time."""
    return smallest_failure(
        searched(_cases(specification)), seed, fails, lambda case: case.size, budget_s=SEARCH_S)


def counterexample(
    function: FunctionUnderTest, case: FunctionCase, got: Floats, wanted: Wanted
) -> dict[str, Any]:
    """The case as JSON has it, with what was given and what is right.

    Args:
        function: under test.
        case: where.
        got: the gradient (D,), or the output (E,).
        wanted: likewise.
    """
    inputs = tuple(function.specification.inputs)
    sizes = case.sizes
    of_backward = case.cotangent is not None
    names: tuple[str, ...] = ("output",)
    shapes: tuple[Shape, ...] = (sizes.output,)
    if of_backward:
        names = tuple(compress(inputs, function.real))
        shapes = tuple(compress(sizes.inputs, function.real))
        real = ~function.specification.whole(sizes)
        got, wanted = got[real], Wanted(wanted.values[real], wanted.tolerance[real])
    return {
        "function": function.name,
        "inputs": _nested(inputs, sizes.inputs, np.array(case.point)),
        "cotangent": _nested(("g",), (sizes.output,), case.rows[1])["g"] if of_backward else None,
        "expected": _nested(names, shapes, wanted.values),
        "got": _nested(names, shapes, got),
        "first_difference": _first(names, shapes, got, wanted),
    }


def _nested(names: Sequence[str], shapes: Sequence[Shape], numbers: Floats) -> dict[str, Any]:
    """By name, in nested lists: None for a number that is not finite."""
    parts = Sizes(tuple(shapes), ()).parts(np.array(plain(numbers), dtype=object))
    return {name: part.tolist() for name, part in zip(names, parts, strict=True)}


def plain(numbers: Floats) -> list[float | None]:
    """Numbers as JSON has them: None for one that is not finite."""
    return [float(one) if np.isfinite(one) else None for one in numbers.reshape(-1)]


def _first(
    names: Sequence[str], shapes: Sequence[Shape], got: Floats, wanted: Wanted
) -> dict[str, Any] | None:
    wrong = np.flatnonzero(wanted.wrong(got))
    places = [(name, index) for name, shape in zip(names, shapes, strict=True)
              for index in np.ndindex(*shape)]
    if not wrong.size:
        return None
    i = int(wrong[0])
    name, index = places[i]
    return {"of": name, "index": list(index), "got": plain(got)[i],
            "expected": plain(wanted.values)[i]}
