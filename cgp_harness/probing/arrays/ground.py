"""Where a function of arrays is called: the same calls in every run, and others that are drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.probing import text
from cgp_harness.probing.arrays.integers import Shape
from cgp_harness.probing.arrays.sizes import Shapes
from cgp_harness.probing.fixed_run import signed, spread

if TYPE_CHECKING:
    from hypothesis import strategies as st

Case = tuple[Floats, ...]
FEW = 4
"""Calls for each of two lists of shapes that tell whether answers are the same."""
GENERIC = 8
"""Calls for each list of shapes with generic numbers, in every run."""
SHOWN = 20
"""Of a larger array a message has some numbers."""
FAR = 0.9
"""Of the largest size: where all numbers of an argument are, less what they differ by."""


@dataclass(frozen=True)
class Ground:
    """What a function of arrays is called with.

    Args:
        shapes: of the arguments, call by call.
        below: shapes of a call to what the integers of each argument are below; 0 of real numbers.
        magnitudes: the smallest and the largest size of real numbers.
    """

    shapes: tuple[Shapes, ...]
    below: Callable[[Shapes], tuple[int, ...]]
    magnitudes: tuple[float, float]

    def fixed(self) -> Iterator[Case]:
        """The same in every run: generic numbers of every size and both signs, and zeros; and all
        numbers of an argument far out, on one side, on the other, and by turns on both."""
        draw, (low, high) = np.random.default_rng(0), np.log(self.magnitudes)

        def generic(shapes: Shapes, high: float = high) -> Case:
            return tuple(
                draw.integers(0, below, shape).astype(np.float64) if below else
                np.exp(draw.uniform(low, high, shape)) * draw.choice([-1.0, 1.0], shape)
                for shape, below in zip(shapes, self.below(shapes), strict=True))

        for shapes in self.shapes:
            yield from (generic(shapes) for _ in range(GENERIC))
            yield tuple(np.zeros(shape) for shape in shapes)
            for far, below in enumerate(self.below(shapes)):
                for ends in ((-FAR,), (FAR,), (FAR, -FAR)) if not below else ():
                    yield tuple(
                        one + np.resize(ends, one.shape) * self.magnitudes[1] * (i == far)
                        for i, one in enumerate(generic(shapes, max(low, min(high, 0.0)))))

    def unchanging(self) -> Iterator[Case]:
        """A few of the first two lists of shapes, whose numbers no generator draws."""
        low, high = self.magnitudes
        for shapes in self.shapes[:2]:
            count = sum(map(math.prod, shapes))
            sizes, numbers = spread(FEW * count), signed(FEW * count)
            for call in range(FEW):
                place = call * count
                case = []
                for shape, below in zip(shapes, self.below(shapes), strict=True):
                    size = math.prod(shape)
                    some = np.array(numbers[place:place + size])
                    real = np.sign(some) * np.clip(np.abs(some), low, high)
                    whole = np.floor(below * np.array(sizes[place:place + size]))
                    case.append(np.reshape(whole if below else real, shape))
                    place += size
                yield tuple(case)

    def drawn(self) -> st.SearchStrategy[Case]:
        """Others, for a search that makes them small."""
        from hypothesis import strategies as st

        number = st.floats(-self.magnitudes[1], self.magnitudes[1])
        return st.one_of([
            st.tuples(*[
                _array(shape, st.integers(0, below - 1) if below else number)
                for shape, below in zip(shapes, self.below(shapes), strict=True)])
            for shapes in self.shapes])


def call(case: Case) -> str:
    """What is called with, as a student reads it.

    >>> call((np.zeros((2, 1)), np.array(0.5)))
    '[[0], [0]], 0.5'
    """
    return ", ".join(
        text.exactly(one.tolist()) if one.size <= SHOWN else np.array2string(one, threshold=SHOWN)
        for one in case)


def hard_to_read(case: Case) -> tuple[float, ...]:
    """How many numbers, how long they are when written, and how large."""
    return text.hard_to_read(number for one in case for number in one.flat)


def _array(shape: Shape, number: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    from hypothesis import strategies as st

    size = math.prod(shape)
    return st.lists(number, min_size=size, max_size=size).map(
        lambda flat: np.reshape(np.array(flat, np.float64), shape))
