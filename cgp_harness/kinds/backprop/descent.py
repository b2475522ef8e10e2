"""A submission's backpropagation in a demo: every value and gradient is asked of its worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cgp_harness.kinds.backprop.contract import plain_graph
from cgp_harness.kinds.backprop.probes.case import plain
from cgp_harness.kinds.backprop.questions import Graphs, Partials, Point, Seeded, graphs
from cgp_harness.model import Problem
from cgp_harness.probing.text import shown
from cgp_harness.subject import Registered, Subject, SubjectError
from cgp_harness.task import Assignment
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent
from cgp_reference.graph import Graph


def descent(
    subject: Subject, info: Registered, number: int, assignment: Assignment, demo: Demo, seed: int,
    iterations: int,
) -> Descent | Problem:
    """The descent of Adam by these gradients, or what ended it."""
    del number, assignment
    if demo.propagated is None:
        raise ValueError(f"{demo.name} has no place for a backpropagation")
    try:
        return demo.propagated(
            f"plugin: Adam, {shown(info.name)}", _Asked(graphs(subject), info.name), seed,
            iterations)
    except SubjectError as error:
        return error.problem


@dataclass(frozen=True)
class _Asked:
    """One request for all samples of a batch."""

    graphs: Graphs
    name: str

    def forward(
        self, graph: Graph, points: Sequence[Mapping[str, float]]
    ) -> list[tuple[Mapping[str, float], Partials]]:
        """See `Propagation`."""
        given = _plain(graph)
        answers = self.graphs.forward(self.name, [Point(given, point) for point in points])
        return [(answer.values, answer.partials) for answer in answers]

    def backward(
        self, graph: Graph, passed: Sequence[Partials], errors: Sequence[Mapping[str, float]]
    ) -> list[Mapping[str, float]]:
        """See `Propagation`; a parameter that has no gradient counts as 0."""
        given = _plain(graph)
        cases = [Seeded(given, *both) for both in zip(passed, errors, strict=True)]
        return [answer.gradients for answer in self.graphs.backward(self.name, cases)]


@cache
def _plain(graph: Graph) -> plain_graph.Graph:
    return plain(graph)
