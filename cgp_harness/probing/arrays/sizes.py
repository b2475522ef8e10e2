"""At which sizes something is always tried whose arrays have named axes, and at which shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import TypeVar

import numpy as np

from cgp_harness.probing.arrays.axes import ANY_SHAPE, Array
from cgp_harness.probing.arrays.integers import Runs

Shapes = tuple[tuple[int, ...], ...]
ANY_SHAPES: tuple[Shapes, ...] = (((2, 3),), ((4,),), ((),), ((1,),), ((33,),), ((2, 3, 4),))
BATCH = 33
SEARCHED = 500
"""Sizes that are tried to find some that are possible: of a convolution a quarter are."""
Found = TypeVar("Found")
Made = Callable[..., Found | None]
"""The sizes of all axes, by name, to what is made of them; None where there are none such."""
Narrow = Callable[[Found], bool]
"""Whether what is made of some sizes hides something: one window, where there may be several."""
LARGER = 3, 5
"""How much larger the first two sizes are where they would be narrow."""
WIDE = 20
"""Sizes that are tried for one that is not."""


def tried(
    names: Sequence[str], made: Made[Found], narrow: Narrow[Found] = lambda _: False
) -> tuple[Found, ...]:
    """What is made of the sizes that are always tried, two that are all different first.

    All sizes different, twice; each axis 1 in turn; all equal, and each two of them, which hides a
    transposition from every check of shapes; the first axis, the batch, empty, and 33. What is not
    possible is left out; if there are no sizes at all, everything is.
    """
    if not names:
        only = made()
        return () if only is None else (only, only)
    spread = len(names) + 2
    base = different(names, made, narrow)
    other = _wide({name: 3 + (2 * i + 2) % spread for i, name in enumerate(names)}, made, narrow,
                  LARGER[1])
    if base is None or other is None:
        return ()
    ones = [{**base, name: 1} for name in names]
    alike = [{**base, two: base[one]} for one, two in combinations(names, 2)]
    each = [
        base, other, *ones, dict.fromkeys(names, 1), dict.fromkeys(names, 3), *alike,
        {**base, names[0]: 0}, {**base, names[0]: BATCH}]
    found = [made(**letters) for letters in each]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def shapes(arrays: Sequence[Array], runs: Runs) -> tuple[Shapes, ...]:
    """Shapes of a function's arguments, none empty, at which it is always tried: where it runs."""
    if [one.axes for one in arrays] == [ANY_SHAPE]:
        return ANY_SHAPES
    axes = dict.fromkeys(
        axis for one in arrays for axis in one.axes.split() if not axis.isdigit())
    given: dict[Shapes, tuple[int, ...]] = {}

    def made(**letters: int) -> Shapes | None:
        if 0 in letters.values():
            return None
        found = tuple(
            tuple(int(axis) if axis.isdigit() else letters[axis] for axis in one.axes.split())
            for one in arrays)
        draw = np.random.default_rng(0)
        numbers = [draw.uniform(0.5, 0.9, shape) * (one.numbers == "real")
                   for one, shape in zip(arrays, found, strict=True)]
        try:
            given[found] = np.asarray(runs(numbers)).shape
        except Exception:  # an author's own, which raises whatever it likes at what it refuses
            return None
        return found

    return tried(tuple(axes), made, lambda found: hides(found, given[found]))


def hides(inputs: Shapes, output: tuple[int, ...]) -> bool:
    """Whether an output has an axis of 1 that is none of an input: with more numbers of these it
    may have more, as the windows of a convolution or a pooling."""
    return 1 in output and not any(1 in shape for shape in inputs)


def different(
    names: Sequence[str], made: Made[Found], narrow: Narrow[Found] = lambda _: False
) -> dict[str, int] | None:
    """Sizes that are all different, if there are some that are possible."""
    return _wide({name: 2 + i for i, name in enumerate(names)}, made, narrow, LARGER[0])


def _wide(
    sizes: Mapping[str, int], made: Made[Found], narrow: Narrow[Found], larger: int
) -> dict[str, int] | None:
    """These sizes or others of the kind; if what is made of them is narrow, larger ones that are
    not, if there are such."""
    first = next(_possible(sizes, made), None)
    found = None if first is None else made(**first)
    if found is None or not narrow(found):
        return first
    more = {name: size + larger for name, size in sizes.items()}
    return next((
        one for one in islice(_possible(more, made), WIDE)
        if (wide := made(**one)) is not None and not narrow(wide)), first)


def _possible(sizes: Mapping[str, int], made: Made[Found]) -> Iterator[dict[str, int]]:
    """These sizes, then the same in another order, then others of the same kind."""
    for one in islice(_orders([*sizes.values()]), SEARCHED):
        letters = dict(zip(sizes, one, strict=True))
        if made(**letters) is not None:
            yield letters


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
