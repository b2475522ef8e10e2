"""What an optimization problem is: many seeds at once, the same runs for every step-size rule.

    course = PROBLEMS["ravine"].course(range(32), 400)
    parameters = course.start.copy()                     # (D, 32)
    evaluate = course.bound(parameters)
    for k in range(400):
        losses, gradient = evaluate(k)                   # (32,) and (D, 32)
        parameters -= 0.01 * gradient
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cgp_reference.data import Array

Evaluate = Callable[[int], tuple[Array, Array]]
"""Iteration k, from 0 -> losses `(S,)` and their gradient `(D, S)`, at the parameters bound."""

LEAST = 1e-12
"""Added to a loss that would be 0 at the optimum: its logarithm stays finite on arrival."""


class Course(Protocol):
    """Paired runs: seed by seed the same start and the same data, whatever the rule does."""

    @property
    def start(self) -> Array:
        """Where every rule begins, `(D, S)`; not to be changed."""

    def bound(self, parameters: Array) -> Evaluate:
        """What evaluates `parameters`, `(D, S)`, at the numbers that they hold when it is called.

        Each gradient is memory of its own: a rule may keep it. Iterations are cheapest in order,
        but any may be asked for again.
        """


@dataclass(frozen=True)
class Problem:
    """A loss to be made small, and what is known about it.

    Args:
        name: how assignments call it.
        title: how people call it.
        summary: what it exposes.
        optimum: where the loss is least, as far as known.
        difficulty: what makes it hard.
        size: D, parameters of one seed.
        iterations: of a run that shows what the problem is for.
        chaotic: whether runs that differ by rounding part exponentially.
        learning_rates: family of rules -> a rate that suits it here; `"sgd"` is among them.
        course: `(seeds, iterations) -> Course`, one run a seed, which gets among others what it
            gets alone. The reference's own problems take `backend=` too; all arrays are then its.
        chaotic_for: the families whose runs part so at any rate, where not all do.
    """

    name: str
    title: str
    summary: str
    optimum: str
    difficulty: str
    size: int
    iterations: int
    chaotic: bool
    learning_rates: Mapping[str, float]
    course: Callable[..., Course]
    chaotic_for: frozenset[str] = frozenset()
