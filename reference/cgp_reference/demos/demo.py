"""What a demo is: what it computes, what it prints, what it draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from cgp_reference.activation import Activation
from cgp_reference.demos.descent import Descent, Floats, Stepper
from cgp_reference.graph import Graph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Progress = Callable[[float], object]
"""Told how much of the work is done, from 0 to 1."""


class Extension(Protocol):
    """A student's extension of Autograd, elementwise."""

    def forward(self, x: Floats) -> Floats:
        """Its output for `x`, in its shape."""
        ...

    def backward(self, x: Floats, arriving: Floats) -> Floats:
        """The gradient for `x`, in its shape, of the one that arrives at the output."""
        ...


class Propagation(Protocol):
    """A student's backpropagation through a graph, sample by sample."""

    def forward(
        self, graph: Graph, points: Sequence[Mapping[str, float]]
    ) -> list[tuple[Mapping[str, float], Any]]:
        """At every point: the value of each node, and what `backward` is to be given of it."""
        ...

    def backward(
        self, graph: Graph, passed: Sequence[Any], errors: Sequence[Mapping[str, float]]
    ) -> list[Mapping[str, float]]:
        """The derivative of each sample's loss for every parameter; errors: for its outputs."""
        ...


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
        extended: (label, extension, seed, iterations) -> the descent of SGD on a network with a
            student's extension of Autograd; likewise.
        propagated: (label, propagation, seed, iterations) -> a descent by a student's gradients;
            likewise.
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
    extended: Callable[[str, Extension, int, int], Descent] | None = None
    propagated: Callable[[str, Propagation, int, int], Descent] | None = None

    def descents(self, seed: int, iterations: int, progress: Progress | None) -> list[Descent]:
        """What `reference` gives; `progress` is told where there is one and it takes long."""
        if self.watched is None or progress is None:
            return self.reference(seed, iterations)
        return self.watched(seed, iterations, progress)

    def learning_rate(self, rule: str) -> float:
        """What a student's rule of that name is given."""
        return self.learning_rates.get(rule, self.learning_rates["sgd"])
