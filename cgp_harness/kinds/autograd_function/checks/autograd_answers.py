"""A Function's own answers, which what Autograd may do to it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cgp_harness.kinds.autograd_function.checks.where_it_runs import backward_runs, usual_sizes
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.questions import Differentiated, Scenario
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError


@dataclass(frozen=True)
class Answers:
    """A Function, two points (2, D) with a cotangent each (2, E), and its gradients there."""

    function: FunctionUnderTest
    sizes: Sizes
    points: Floats
    cotangents: Floats
    plain: Differentiated
    gradients: Floats

    @classmethod
    def of(cls, function: FunctionUnderTest, *, elsewhere: bool) -> Answers:
        """At the first shape that is tried; the same points in every run.

        Args:
            function: under test.
            elsewhere: whether other checks say that it raises at a shape; then it is the first
                shape at which it does not.

        Raises:
            SubjectError: what the Function raises at the first shape, if it does so at all.
        """
        sizes = function.specification.tried_sizes[0]
        try:
            return cls._at(function, sizes)
        except SubjectError as error:
            if error.kind not in RAISED or not elsewhere:
                raise
            other = usual_sizes(function, backward_runs)[0]
            if other == sizes:
                raise
        return cls._at(function, other)

    @classmethod
    def _at(cls, function: FunctionUnderTest, sizes: Sizes) -> Answers:
        at, sent, _ = (one[:2] for one in ground.base(function.specification, sizes))
        plain = function.vjp(sizes, at[:1], sent[:1])
        return cls(function, sizes, at, sent, plain, function.gradients(sizes, at, sent))

    @property
    def names(self) -> tuple[str, ...]:
        """Of the inputs."""
        return tuple(self.function.specification.inputs)

    def scenario(
        self, scenario: Scenario, points: Floats | None = None, **options: Any
    ) -> Differentiated:
        """One scenario at the first point, or at those given."""
        at = self.points[:1] if points is None else points
        return self.function.vjp(
            self.sizes, at, self.cotangents[:len(at)], scenario, **options)

    def with_one_changed(self) -> Iterator[Floats]:
        """The first point, and beside it one where all numbers of one input are others: (2, D)."""
        first, second = (self.sizes.parts(point) for point in self.points)
        for i in range(len(first)):
            changed = [*first[:i], second[i], *first[i + 1:]]
            yield np.stack([
                np.concatenate([part.reshape(-1) for part in one]) for one in (first, changed)])
