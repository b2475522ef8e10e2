"""What can be asked of a submission's backpropagation: partials, and gradients, graph by graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.subject import Subject

Partials = Mapping[str, Mapping[str, float]]
"""`[node][name]`: the partial of a node for one of its own arguments or parameters."""


@dataclass(frozen=True)
class Point:
    """A graph and a number for each of its inputs and parameters."""

    graph: Graph
    values: Mapping[str, float]


@dataclass(frozen=True)
class Propagated:
    """What forward() answered: the value of each node, and its partials."""

    values: Mapping[str, float]
    partials: Partials


@dataclass(frozen=True)
class Seeded:
    """A graph with its partials, and dL/d(output) for each of its outputs."""

    graph: Graph
    partials: Partials
    errors: Mapping[str, float]


@dataclass(frozen=True)
class Backpropagated:
    """What backward() answered: dL/d(parameter) for each parameter.

    `absent`: the parameters that it has no gradient for (0 stands in their place).
    """

    gradients: Mapping[str, float]
    absent: tuple[str, ...] = ()


class Graphs(Protocol):
    """Every method raises `SubjectError` when the student's code is at fault."""

    def forward(self, name: str, points: Sequence[Point]) -> tuple[Propagated, ...]:
        """Call forward() of what is registered as `name` at every point, in one request."""
        ...

    def backward(self, name: str, cases: Sequence[Seeded]) -> tuple[Backpropagated, ...]:
        """Call backward() of what is registered as `name` on every case, in one request."""
        ...


def graphs(subject: Subject) -> Graphs:
    """What can be asked of a submission's."""
    found: Graphs = subject.of("backprop")
    return found
