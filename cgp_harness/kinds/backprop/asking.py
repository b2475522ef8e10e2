"""Questions to a submission's backpropagation, over its worker: `questions.Graphs`."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from cgp_harness.kinds.backprop import requests as messages
from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.kinds.backprop.questions import Backpropagated, Partials, Point, Propagated, Seeded
from cgp_harness.sandbox.host.asking import AskingByName

DOUBLE = 8


class WorkerGraphs(AskingByName):
    """Turns questions into requests."""

    def forward(self, name: str, points: Sequence[Point]) -> tuple[Propagated, ...]:
        """See `questions.Graphs`."""
        request, given, size = forward_of(name, points)
        _, payload = self.ask(request, messages.Propagated, given, DOUBLE * size)
        return propagated(request.graphs, _numbers(payload))

    def backward(self, name: str, cases: Sequence[Seeded]) -> tuple[Backpropagated, ...]:
        """See `questions.Graphs`."""
        request, given, size = backward_of(name, cases)
        answer, payload = self.ask(request, messages.Backpropagated, given, DOUBLE * size)
        absent = {one.graph: one.parameters for one in answer.absent}
        return backpropagated(request.graphs, _numbers(payload), absent)


def forward_of(
    name: str, points: Sequence[Point]
) -> tuple[messages.GraphForward, bytes, int]:
    """The request, its payload, and how many numbers answer it."""
    graphs = tuple(point.graph for point in points)
    given = [
        point.values[one] for point in points
        for one in (*point.graph.inputs, *point.graph.parameters)
    ]
    size = sum(len(graph.nodes) + _entries(graph) for graph in graphs)
    return messages.GraphForward(name, graphs), _bytes(given), size


def propagated(graphs: Sequence[Graph], numbers: Iterator[float]) -> tuple[Propagated, ...]:
    """The answer for each graph."""
    return tuple(
        Propagated({node.name: next(numbers) for node in graph.nodes}, _table(graph, numbers))
        for graph in graphs
    )


def backward_of(
    name: str, cases: Sequence[Seeded]
) -> tuple[messages.GraphBackward, bytes, int]:
    """The request, its payload, and how many numbers answer it."""
    graphs = tuple(case.graph for case in cases)
    given: list[float] = []
    for case in cases:
        given += [
            case.partials[node.name][one] for node in case.graph.nodes
            for one in (*node.arguments, *node.parameters)
        ]
        given += [case.errors[one] for one in case.graph.outputs]
    size = sum(len(graph.parameters) for graph in graphs)
    return messages.GraphBackward(name, graphs), _bytes(given), size


def backpropagated(
    graphs: Sequence[Graph], numbers: Iterator[float], absent: Mapping[int, Sequence[str]]
) -> tuple[Backpropagated, ...]:
    """The answer for each graph; `absent`: by its number, parameters without a gradient."""
    return tuple(
        Backpropagated(
            {one: next(numbers) for one in graph.parameters},
            _known(absent.get(number, ()), graph))
        for number, graph in enumerate(graphs)
    )


def _entries(graph: Graph) -> int:
    return sum(len(node.arguments) + len(node.parameters) for node in graph.nodes)


def _table(graph: Graph, numbers: Iterator[float]) -> Partials:
    return {
        node.name: {one: next(numbers) for one in (*node.arguments, *node.parameters)}
        for node in graph.nodes
    }


def _known(said: Sequence[str], graph: Graph) -> tuple[str, ...]:
    """The parameters that a worker says are absent, in the grader's own words; at least one."""
    found = tuple(name for name in graph.parameters if name in said)
    return found or tuple(graph.parameters[:bool(said)])


def _bytes(numbers: Sequence[float]) -> bytes:
    return array("d", numbers).tobytes()


def _numbers(payload: bytearray) -> Iterator[float]:
    return iter(array("d", bytes(payload)))


asking = WorkerGraphs
