r"""What a `torch.autograd.Function` must compute: the whole definition, in numpy and data.

The smallest one is a name, a forward and a domain. Its gradient is then the derivative, which is
found by differences of the student's own forward:

    cube = Specification(
        name="cube", formula="x^3", forward=lambda x: x**3, domain=(-2.0, 2.0))

A `vjp` says what backward must give, derivative or not, and is compared to 1e-9 instead of 1e-7.
Where it is no derivative of forward, `meaning` says of what it is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cgp_harness.kinds.autograd_function.diagnosis.mistake import (
    NO_SOURCE,
    FromSource,
    GradientMistake,
    ValueMistake,
    Vjp,
)
from cgp_harness.kinds.autograd_function.questions import Numbers, Shape
from cgp_harness.model import Floats
from cgp_harness.probing.arrays import sizes as named
from cgp_harness.probing.arrays.axes import ANY_SHAPE

Dtype = Literal["float64", "float32"]
Interval = tuple[float, float | str]
Usable = Callable[["Sizes", Floats, Dtype], NDArray[np.bool_]]
ELEMENTWISE_SHAPES: tuple[Shape, ...] = (
    (2, 3), (4,), (), (1,), (0,), (1, 1), (3, 1), (3, 3), (0, 3), (33,), (33, 2), (2, 3, 4),
    (2, 2, 2), (2, 3, 2, 3), (5000,),
)
"""The first two are what mistakes are told apart on: a mean over them is not the same factor."""
MANY, MOST_OUTPUTS = 5000, 20_000
"""Numbers of the inputs, where an axis is long, and how many of the output may come of them."""
LEAST_NORMAL = float(np.finfo(np.float64).tiny)
SUBNORMAL = 1e-300
"""Absolute tolerance where the expected number is smaller than `LEAST_NORMAL`: digits are lost
there one after the other, down to none at 5e-324."""
FLOAT32 = 1e-5


@dataclass(frozen=True, eq=False)
class Specification:
    r"""One function, its gradient, and where both are asked for.

    Args:
        name: what `specification` in an assignment.toml refers to.
        formula: what forward computes, for messages.
        forward: numpy arrays, one per input, to the output; None lets any value pass, so that only
            the gradient is checked.
        vjp: the cotangent :math:`g = \partial loss / \partial output` and the inputs to a gradient
            per input, in its shape. None: the derivative of what forward gives.
        gradient_formula: what backward must return, for messages.
        inputs: name of each input -> its axes: `{"x": "B n", "W": "m n"}`. Inputs that share a
            letter share that size; `...` stands for any shape, the same everywhere.
        output: axes of the output.
        output_of: shapes of the inputs to that of the output, where it is not known from its axes;
            None for shapes that it is not asked at.
        linear: what backward must be in g: `linear`, `affine` (linear but for a constant) or
            None, which asks for neither.
        domain: numbers are drawn from here, all inputs alike.
        domains: of inputs that have another one; where the upper end is an axis, below its size.
        numbers: of inputs that are no real numbers, `int` or `bool`; these need no gradient.
        usable: sizes, points (K, D) and dtype to the numbers (K, D) at which forward and vjp are
            defined, right, and no matter of rounding or of a kink; all if left out.
        wide: all numbers for which forward and vjp are right as they are written here, if that is
            more than the domain. Numbers of every size up to 1,000 are tried there, both ends
            belong to it.
        avoid: kinks and jumps; drawn numbers are at least `margin` away from each. Of an
            elementwise function 1e-6, 1e-9 and the next number on both sides of each are always
            tried (of more than ten, at the five lowest, the five highest and those in `always`),
            but no kink itself.
        margin: see `avoid`.
        always: numbers that are always tried too, kinks or not, where forward and `vjp` are both
            defined; only of elementwise functions. If 0 is taken, -0 is tried as well.
        relative: tolerance relative to the expected number.
        absolute: tolerance added where sums may cancel: for g of size 1, and in proportion for
            others; of several inputs in proportion to the largest number as well.
        output_dtype: `input` (that of the inputs) or `float64` whatever these are.
        none_where_unneeded: whether backward must return None for an input that needs no gradient.
        meaning: what such a backward is the gradient of, in one or two sentences for the student.
        terms: how it is written -> part of the vjp; their sum is the vjp. A wrong weight is then
            named; only of functions of one input.
        value_mistakes: known mistakes of forward.
        gradient_mistakes: known mistakes of backward, besides those that any function may show.
        changes: further mistakes of both, which are made from the source of a right answer.
        given: values of the arguments after the inputs; their defaults if left out.
        options: the same Function where one of these has another value, by what is said of it.
    """

    name: str
    formula: str
    forward: Callable[..., Floats] | None
    vjp: Vjp | None = None
    gradient_formula: str = ""
    inputs: Mapping[str, str] = field(default_factory=lambda: {"x": ANY_SHAPE})
    output: str = ANY_SHAPE
    output_of: Callable[[tuple[Shape, ...]], Shape | None] | None = None
    linear: Literal["linear", "affine"] | None = "linear"
    domain: tuple[float, float] = (-3.0, 3.0)
    domains: Mapping[str, Interval] = field(default_factory=dict)
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    usable: Usable | None = None
    wide: tuple[float, float] | None = None
    avoid: tuple[float, ...] = ()
    margin: float = 0.0
    always: tuple[float, ...] = ()
    relative: float = 1e-9
    absolute: float = 1e-12
    output_dtype: Literal["input", "float64"] = "input"
    none_where_unneeded: bool = False
    meaning: str = ""
    terms: Mapping[str, Vjp] = field(default_factory=dict)
    value_mistakes: tuple[ValueMistake, ...] = ()
    gradient_mistakes: tuple[GradientMistake, ...] = ()
    changes: FromSource = NO_SOURCE
    given: tuple[float, ...] = ()
    options: Mapping[str, Specification] = field(default_factory=dict)

    @property
    def elementwise(self) -> bool:
        """Whether it takes one input of any shape, and gives an output of the same."""
        return tuple(self.inputs.values()) == (ANY_SHAPE,)

    @property
    def reach(self) -> tuple[float, float]:
        """Between which numbers forward and vjp are defined."""
        return self.wide or self.domain

    @property
    def letters(self) -> tuple[str, ...]:
        """Every axis once, in order."""
        axes = " ".join(self.inputs.values()).split()
        return tuple(dict.fromkeys(
            axis for axis in axes if axis != ANY_SHAPE and not axis.isdigit()))

    def tolerance(
        self, expected: Floats, dtype: str = "float64", sent: Floats | None = None
    ) -> Floats:
        """How far each number of a row `(…, N)` may be off.

        Args:
            expected: what is right.
            dtype: of the inputs.
            sent: of gradients, the cotangents `(…, E)`.
        """
        size = np.where(np.isfinite(expected), np.abs(expected), 0.0)
        largest = size.max(axis=-1, keepdims=True, initial=0.0)
        if dtype == "float32":
            return np.broadcast_to(FLOAT32 * np.maximum(1.0, largest), size.shape)
        unit = 1.0 if sent is None or self.linear != "linear" else np.abs(sent)
        if not self.elementwise:
            unit = np.maximum(np.max(unit, axis=-1, keepdims=True, initial=0.0), largest)
        near_zero = np.where(size < LEAST_NORMAL, SUBNORMAL, 0.0)
        return np.asarray(self.relative * size + self.absolute * unit + near_zero)

    def values(self, sizes: Sizes, point: Floats) -> Floats | None:
        """The specified output `(E,)` at one point `(D,)`; None if any is right."""
        if self.forward is None:
            return None
        with np.errstate(all="ignore"):
            return _flat(self.forward(*sizes.parts(point)))

    def gradients(self, sizes: Sizes, point: Floats, cotangent: Floats) -> Floats | None:
        """The specified gradient `(D,)` at one point `(D,)` for one cotangent `(E,)`, if any."""
        if self.vjp is None:
            return None
        with np.errstate(all="ignore"):
            each = self.vjp(cotangent.reshape(sizes.output), *sizes.parts(point))
        return np.concatenate([_flat(one) for one in each])

    def sizes(self, **letters: int) -> Sizes | None:
        """The shapes when every axis has this size, if it can; of functions without `...`."""
        inputs = tuple(_shape(axes, letters) for axes in self.inputs.values())
        output = self.output_of(inputs) if self.output_of else _shape(self.output, letters)
        return None if output is None else Sizes(inputs, output)

    @cached_property
    def tried_sizes(self) -> tuple[Sizes, ...]:
        """Shapes that are always tried, the two that mistakes are told apart on first."""
        if self.elementwise:
            return tuple(Sizes((shape,), shape) for shape in ELEMENTWISE_SHAPES)
        found = named.tried(self.letters, self.sizes, Sizes.narrow)
        return (*found, *(one for one in dict.fromkeys(self._long()) if one not in found))

    def _long(self) -> Iterator[Sizes]:
        """Each axis in turn so long that there are 5,000 numbers, of inputs together."""
        base = named.different(self.letters, self.sizes, Sizes.narrow) or {}
        for name in base:
            small, larger = (
                self.sizes(**{**base, name: base[name] + more}) for more in (0, 1))
            if small is None or larger is None:
                continue
            more = max(0, -(-(MANY - small.numbers) // max(1, larger.numbers - small.numbers)))
            long = self.sizes(**{**base, name: base[name] + more})
            if long is not None and long.outputs <= MOST_OUTPUTS:
                yield long

    def where_usable(
        self, sizes: Sizes, points: Floats, dtype: Dtype = "float64"
    ) -> NDArray[np.bool_]:
        """Which numbers of points (K, D) a Function may be asked at in this dtype: (K, D)."""
        if self.usable is None:
            return np.ones(points.shape, bool)
        return self.usable(sizes, points, dtype)

    def bounds(self, sizes: Sizes) -> tuple[Floats, Floats]:
        """Between which numbers each number of a point is drawn: both `(D,)`."""
        return self._between(sizes, self.domain)

    def reaches(self, sizes: Sizes) -> tuple[Floats, Floats]:
        """Between which numbers each number of a point may be: both `(D,)`."""
        return self._between(sizes, self.reach)

    def drawn(self, sizes: Sizes, draw: np.random.Generator) -> Floats:
        """One point (D,) in the domain, wherever that is."""
        low, high = self.bounds(sizes)
        whole = self.whole(sizes)
        numbers = draw.uniform(low, high + whole)
        return np.where(whole, np.floor(numbers), numbers)

    def _between(self, sizes: Sizes, others: Interval) -> tuple[Floats, Floats]:
        each = [self.interval(name, sizes, others) for name in self.inputs]
        low, high = (sizes.of_each([one[i] for one in each]) for i in (0, 1))
        return low, high

    def interval(self, name: str, sizes: Sizes, others: Interval) -> tuple[float, float]:
        """Between which numbers those of an input are; `others`: of those without a domain."""
        low, high = self.domains.get(name, others)
        if isinstance(high, str):
            axes = zip(self.inputs.values(), sizes.inputs, strict=True)
            high = next(
                size for one, shape in axes
                for axis, size in zip(one.split(), shape, strict=True) if axis == high) - 1
        return low, high

    def whole(self, sizes: Sizes) -> NDArray[np.bool_]:
        """Which numbers of a point are no real ones: `(D,)`."""
        return sizes.of_each([name in self.numbers for name in self.inputs]) > 0


@dataclass(frozen=True)
class Sizes:
    """Shapes of the inputs, D numbers together, and of the output, E numbers."""

    inputs: tuple[Shape, ...]
    output: Shape

    @property
    def numbers(self) -> int:
        """D."""
        return sum(math.prod(shape) for shape in self.inputs)

    @property
    def outputs(self) -> int:
        """E."""
        return math.prod(self.output)

    def narrow(self) -> bool:
        """Whether larger sizes may show more."""
        return named.hides(self.inputs, self.output)

    def of_each(self, inputs: Sequence[float]) -> Floats:
        """One number for each input, as one for each of its numbers: `(D,)`."""
        return np.repeat(inputs, [math.prod(shape) for shape in self.inputs])

    def parts(self, row: Floats) -> list[Floats]:
        """A row (D,) as one array per input."""
        ends = np.cumsum([math.prod(shape) for shape in self.inputs])
        return [
            part.reshape(shape)
            for part, shape in zip(np.split(row, ends[:-1]), self.inputs, strict=True)
        ]


def _shape(axes: str, letters: Mapping[str, int]) -> Shape:
    return tuple(int(axis) if axis.isdigit() else letters[axis] for axis in axes.split())


def _flat(values: Floats) -> Floats:
    return np.asarray(values, np.float64).reshape(-1)
