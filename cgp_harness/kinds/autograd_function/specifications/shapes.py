"""At which shapes a Function is always tried, if its inputs have named axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Protocol, TypeVar

import numpy as np

BATCH, MANY = 33, 5000
MOST_OUTPUTS = 20_000
"""Of what is compared at one shape."""
SEARCHED = 500
"""Sizes that are tried to find some that are possible: of a convolution a quarter are."""


class Sized(Protocol):
    """Shapes of the inputs and of the output."""

    @property
    def numbers(self) -> int:
        """Of all inputs together."""
        ...

    @property
    def outputs(self) -> int:
        """Numbers of the output."""
        ...


AnySizes = TypeVar("AnySizes", bound=Sized)


Made = Callable[..., AnySizes | None]
"""The sizes of all axes, by name, to the shapes; None where there are none of these sizes."""


def tried(names: Sequence[str], made: Made[AnySizes]) -> tuple[AnySizes, ...]:
    """Shapes that are always tried, the two that mistakes are told apart on first.

    All sizes different, twice; each axis 1 in turn; all equal, and each two of them, which hides a
    transposition from every check of shapes; the first axis, the batch, empty, and 33; and each
    axis in turn so long that there are 5,000 numbers. What is not possible is left out; nothing is
    if there are no sizes at all.
    """
    if not names:
        only = made()
        return () if only is None else (only, only)
    spread = len(names) + 2
    base = _possible({name: 2 + i for i, name in enumerate(names)}, made)
    other = _possible({name: 3 + (2 * i + 2) % spread for i, name in enumerate(names)}, made)
    if base is None or other is None:
        return ()
    ones = [{**base, name: 1} for name in names]
    alike = [{**base, two: base[one]} for one, two in combinations(names, 2)]
    each = [
        base, other, *ones, dict.fromkeys(names, 1), dict.fromkeys(names, 3), *alike,
        {**base, names[0]: 0}, {**base, names[0]: BATCH}]
    long = [_long(base, name, made) for name in names]
    found = [made(**letters) for letters in (*each, *filter(None, long))]
    return tuple(dict.fromkeys(
        one for one in found if one is not None and one.outputs <= MOST_OUTPUTS))


def _possible(sizes: Mapping[str, int], made: Made[AnySizes]) -> dict[str, int] | None:
    """These sizes, else the same in another order, else others of the same kind."""
    return next((
        dict(zip(sizes, one, strict=True)) for one in islice(_orders([*sizes.values()]), SEARCHED)
        if made(**dict(zip(sizes, one, strict=True))) is not None), None)


def _orders(sizes: Sequence[int]) -> Iterator[list[int]]:
    draw = np.random.default_rng(0)
    yield [*sizes]
    yield sorted(sizes)
    yield sorted(sizes, reverse=True)
    while True:
        for more in (0, 0, 0, len(sizes)):
            order = draw.permutation(np.array(sizes) + more * draw.integers(0, 2, len(sizes)))
            if len(set(order.tolist())) == len(sizes):
                yield order.tolist()


def _long(
    base: Mapping[str, int], name: str, made: Made[AnySizes]
) -> dict[str, int] | None:
    """All axes as they are but this one, along which there are so many numbers."""
    small, larger = made(**base), made(**{**base, name: base[name] + 1})
    if small is None or larger is None:
        return None
    more = max(0, -(-(MANY - small.numbers) // max(1, larger.numbers - small.numbers)))
    return {**base, name: base[name] + more}
