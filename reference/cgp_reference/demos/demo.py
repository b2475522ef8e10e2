"""What a demo is: what it computes, what it prints, what it draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cgp_reference.activation import Activation
from cgp_reference.demos.descent import Descent, Stepper

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Progress = Callable[[float], object]
"""Told how much of the work is done, from 0 to 1."""


@dataclass(frozen=True)
class Demo:
    """One demo; everything that it shows follows from a seed and a number of iterations.

    Args:
        name: what it is called on the command line.
        summary: what there is to see, one line.
        iterations: how many steps, unless the reader says otherwise.
        learning_rates: of a student's rule, by the reference rule of the same name; a rule of
            another name gets that of `sgd`.
        reference: (seed, iterations) -> the descents shown without a student's rule; the first is
            complete.
        follow: (stepper, seed, iterations) -> the descent of one rule more; None where there is no
            rule to follow.
        lines: (descents, seed) -> what is printed.
        draw: (figure, descents, seed): draws on an empty figure and sets its size.
        watched: the same as `reference`, telling its third argument how far it is: for those that
            take more than two seconds.
        activated: (label, activation, seed, iterations) -> the descent of SGD on a network with a
            student's activation; None where there is no such network.
    """

    name: str
    summary: str
    iterations: int
    learning_rates: Mapping[str, float]
    reference: Callable[[int, int], list[Descent]]
    follow: Callable[[Stepper, int, int], Descent] | None
    lines: Callable[[Sequence[Descent], int], list[str]]
    draw: Callable[[Figure, Sequence[Descent], int], None]
    watched: Callable[[int, int, Progress], list[Descent]] | None = None
    activated: Callable[[str, Activation, int, int], Descent] | None = None

    def descents(self, seed: int, iterations: int, progress: Progress | None) -> list[Descent]:
        """What `reference` gives; `progress` is told where there is one and it takes long."""
        if self.watched is None or progress is None:
            return self.reference(seed, iterations)
        return self.watched(seed, iterations, progress)

    def learning_rate(self, rule: str) -> float:
        """What a student's rule of that name is given."""
        return self.learning_rates.get(rule, self.learning_rates["sgd"])
