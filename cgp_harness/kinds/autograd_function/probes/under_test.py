"""A submission's Function beside its specification: questions to the one, what is right by both."""

from __future__ import annotations

from dataclasses import dataclass
from operator import and_
from typing import Any

import numpy as np

from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.questions import (
    Call,
    Differentiated,
    Forwarded,
    Functions,
    Scenario,
    functions,
)
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Floats
from cgp_harness.probing.derivatives.slopes import slopes


@dataclass(frozen=True)
class Wanted:
    """Right numbers, and how far each may be off; infinitely where nothing can be said."""

    values: Floats
    tolerance: Floats

    def wrong(self, got: Floats) -> np.ndarray:
        """Which numbers are not the wanted ones; NaN never is."""
        with np.errstate(invalid="ignore"):
            near = np.abs(got - self.values) <= self.tolerance
        return np.asarray(~(near | np.isinf(self.tolerance)))

    def row(self, index: int) -> Wanted:
        """One row alone."""
        return Wanted(self.values[index], self.tolerance[index])


@dataclass(frozen=True)
class FunctionUnderTest:
    """Asks in shapes; the options are those of `Call`: dtype, needs, layout, arriving."""

    functions: Functions
    name: str
    specification: Specification

    def forward(self, sizes: Sizes, points: Floats, **options: Any) -> Forwarded:
        """Outputs at points (K, D)."""
        return self.functions.forward(self.call(sizes, **options), points)

    def vjp(
        self, sizes: Sizes, points: Floats, cotangents: Floats, scenario: Scenario = "plain",
        **options: Any,
    ) -> Differentiated:
        """One scenario at points (P, D) with cotangents (P, E)."""
        return self.functions.vjp(self.call(sizes, **options), points, cotangents, scenario)

    def gradients(
        self, sizes: Sizes, points: Floats, cotangents: Floats, **options: Any
    ) -> Floats:
        """What backward gives, (K, D), at points (K, D) with cotangents (K, E)."""
        return self.functions.vjp_many(self.call(sizes, **options), points, cotangents)

    def call(self, sizes: Sizes, **options: Any) -> Call:
        """How it is called at these shapes."""
        if own := self.specification.numbers:
            needs = options.get("needs", (True,) * len(sizes.inputs))
            options = {
                **options, "numbers": tuple(own.get(name, "real") for name in self.inputs),
                "needs": tuple(map(and_, needs, self.real))}
        return Call(
            self.name, sizes.inputs, sizes.output, given=self.specification.given, **options)

    @property
    def real(self) -> tuple[bool, ...]:
        """Which inputs are of real numbers, and can have a gradient."""
        return tuple(name not in self.specification.numbers for name in self.inputs)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.specification.inputs)

    def wanted_values(self, sizes: Sizes, points: Floats, dtype: str = "float64") -> Wanted | None:
        """The specified outputs (K, E); None where any is right."""
        each = [self.specification.values(sizes, _as(dtype, point)) for point in points]
        if any(one is None for one in each):
            return None
        values = np.array(each, np.float64).reshape(len(points), sizes.outputs)
        return Wanted(values, self.specification.tolerance(values, dtype))

    def wanted_gradients(
        self, sizes: Sizes, points: Floats, cotangents: Floats, dtype: str = "float64"
    ) -> Wanted:
        """The right gradients (K, D): the specified ones, else by differences of forward."""
        if self.specification.vjp is None:
            return self._by_differences(sizes, points, cotangents)
        values = np.array([
            self.specification.gradients(sizes, _as(dtype, point), _as(dtype, cotangent))
            for point, cotangent in zip(points, cotangents, strict=True)
        ], np.float64).reshape(len(points), sizes.numbers)
        return Wanted(values, self.specification.tolerance(values, dtype, cotangents))

    def _by_differences(self, sizes: Sizes, points: Floats, cotangents: Floats) -> Wanted:
        values, tolerance = np.zeros(points.shape), np.zeros(points.shape)
        if sizes.numbers and sizes.outputs:
            different, which = np.unique(points, axis=0, return_inverse=True)
            known = [self.jacobian(sizes, point) for point in different]
            for k, i in enumerate(which.reshape(-1)):
                values[k] = cotangents[k] @ known[i].values
                # Where one summand may be anything, so may the sum.
                unsure = np.isinf(known[i].tolerance)
                sizes_of = np.where(unsure, np.inf, np.abs(cotangents[k])[:, None]
                                    * np.where(unsure, 0.0, known[i].tolerance))
                tolerance[k] = sizes_of.sum(axis=0)
        return Wanted(values, tolerance)

    def jacobian(self, sizes: Sizes, point: Floats) -> Wanted:
        """d output / d input, (E, D), by differences of the student's forward at one point (D,).

        The tolerance is infinite at a kink. Two requests.
        """
        numbers, outputs = sizes.numbers, sizes.outputs

        def values(moved: Floats) -> Floats:
            # Each of the E numbers is asked for at the same moves of the D coordinates.
            once = moved.reshape(-1, numbers, outputs)[:, :, 0]
            asked = np.repeat(point[None], once.size, axis=0)
            rows = np.arange(once.size)
            asked[rows, rows % numbers] = once.reshape(-1)
            return self.forward(sizes, asked).values.reshape(moved.shape)

        found = slopes(values, np.repeat(point, outputs))
        tolerance = np.where(
            found.kink | ~np.isfinite(found.estimate.error), np.inf, found.estimate.tolerance)
        derivative = np.where(np.isinf(tolerance), 0.0, found.estimate.derivative)
        return Wanted(*(one.reshape(numbers, outputs).T for one in (derivative, tolerance)))


def function_under_test(context: FunctionContext) -> FunctionUnderTest:
    """The task's Function, and what the assignment specifies."""
    return FunctionUnderTest(
        functions(context.subject), context.task.id, context.specification)


def _as(dtype: str, numbers: Floats) -> Floats:
    """The numbers that really arrive."""
    return numbers.astype(dtype).astype(np.float64)
