"""Questions to a submission's backpropagation, over its worker: `questions.Graphs`."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

from cgp_harness.kinds.backprop import requests as messages
from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.kinds.backprop.questions import Backpropagated, Partials, Point, Propagated, Seeded
from cgp_harness.sandbox.host.asking import AskingByName

DOUBLE = 8


class WorkerGraphs(AskingByName):
    """Turns questions into requests."""

    def forward(self, name: str, points: Sequence[Point]) -> tuple[Propagated, ...]:
        """See `questions.Graphs`."""
        graphs = tuple(point.graph for point in points)
        given = [
            point.values[one] for point in points
            for one in (*point.graph.inputs, *point.graph.parameters)
        ]
        size = sum(len(graph.nodes) + _entries(graph) for graph in graphs)
        _, payload = self.ask(
            messages.GraphForward(name, graphs), messages.Propagated, _bytes(given), DOUBLE * size)
        numbers = _numbers(payload)
        return tuple(
            Propagated({node.name: next(numbers) for node in graph.nodes}, _table(graph, numbers))
            for graph in graphs
        )

    def backward(self, name: str, cases: Sequence[Seeded]) -> tuple[Backpropagated, ...]:
        """See `questions.Graphs`."""
        graphs = tuple(case.graph for case in cases)
        given: list[float] = []
        for case in cases:
            given += [
                case.partials[node.name][one] for node in case.graph.nodes
                for one in (*node.arguments, *node.parameters)
            ]
            given += [case.errors[one] for one in case.graph.outputs]
        size = sum(len(graph.parameters) for graph in graphs)
        answer, payload = self.ask(
            messages.GraphBackward(name, graphs), messages.Backpropagated, _bytes(given),
            DOUBLE * size)
        absent = {one.graph: one.parameter for one in answer.absent}
        numbers = _numbers(payload)
        return tuple(
            Backpropagated(
                {one: next(numbers) for one in graph.parameters},
                _known(absent.get(number, ""), graph))
            for number, graph in enumerate(graphs)
        )


def _entries(graph: Graph) -> int:
    return sum(len(node.arguments) + len(node.parameters) for node in graph.nodes)


def _table(graph: Graph, numbers: Iterator[float]) -> Partials:
    return {
        node.name: {one: next(numbers) for one in (*node.arguments, *node.parameters)}
        for node in graph.nodes
    }


def _known(parameter: str, graph: Graph) -> str:
    """The parameter that a worker says is absent, in the grader's own words."""
    return parameter if not parameter or parameter in graph.parameters else graph.parameters[0]


def _bytes(numbers: Sequence[float]) -> bytes:
    return array("d", numbers).tobytes()


def _numbers(payload: bytearray) -> Iterator[float]:
    return iter(array("d", bytes(payload)))


asking = WorkerGraphs
