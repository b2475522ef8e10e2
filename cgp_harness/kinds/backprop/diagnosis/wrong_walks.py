"""Ways through a graph that are not backpropagation: nodes too often, too early, on one path."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial

from cgp_harness.kinds.backprop.contract.plain_graph import Graph, Node
from cgp_harness.kinds.backprop.questions import Partials

Gradients = dict[str, float]
Errors = Mapping[str, float]


class _Walk:
    """Nodes in an order of one's own, each with the error that has come to it so far."""

    def __init__(self, graph: Graph, partials: Partials, seeds: Errors) -> None:
        self.nodes = {node.name: node for node in graph.nodes}
        self.partials = partials
        self.arrived = dict.fromkeys((*graph.inputs, *self.nodes, *graph.parameters), 0.0)
        self.arrived |= seeds
        self.waiting = deque(self.nodes[name] for name in seeds)
        self.gone: set[str] = set()

    def take(self, node: Node) -> list[Node]:
        """Pass the node's error on; the nodes that it came to."""
        self.gone.add(node.name)
        for name in (*node.parameters, *node.arguments):
            self._pass(node, name)
        return [self.nodes[name] for name in node.arguments if name in self.nodes]

    def dive(self, node: Node, *, once: bool) -> None:
        """Pass on to one argument, and go on from there, before the next argument's turn."""
        self.gone.add(node.name)
        for name in node.parameters:
            self._pass(node, name)
        for name in node.arguments:
            self._pass(node, name)
            if name in self.nodes and not (once and name in self.gone):
                self.dive(self.nodes[name], once=once)

    def _pass(self, node: Node, name: str) -> None:
        self.arrived[name] += self.arrived[node.name] * self.partials[node.name][name]


def _dived(graph: Graph, partials: Partials, seeds: Errors, *, once: bool) -> Gradients:
    walk = _Walk(graph, partials, seeds)
    for node in tuple(walk.waiting):
        if not (once and node.name in walk.gone):
            walk.dive(node, once=once)
    return {name: walk.arrived[name] for name in graph.parameters}


def _queued(
    graph: Graph, partials: Partials, seeds: Errors, *, once: bool, last: bool = False
) -> Gradients:
    """From the outputs on: of the nodes that wait, the first is taken next, or the last."""
    walk = _Walk(graph, partials, seeds)
    while walk.waiting:
        node = walk.waiting.pop() if last else walk.waiting.popleft()
        if not (once and node.name in walk.gone):
            walk.waiting.extend(walk.take(node))
    return {name: walk.arrived[name] for name in graph.parameters}


def _one_path(
    graph: Graph, partials: Partials, seeds: Errors, *, last: bool = False, of_each: bool = False,
    telling: bool = False,
) -> Gradients:
    """The first path found to each parameter, or the last; of all outputs, or `of_each`.

    `telling`: the first that brings something other than 0.
    """
    nodes = {node.name: node for node in graph.nodes}
    found: dict[str, list[float]] = {}

    def follow(node: Node, product: float) -> None:
        row = partials[node.name]
        for name in node.parameters:
            found.setdefault(name, []).append(product * row[name])
        for name in node.arguments:
            if name in nodes:
                follow(nodes[name], product * row[name])

    gradients = dict.fromkeys(graph.parameters, 0.0)
    for name, error in seeds.items():
        if of_each:
            found = {}
        follow(nodes[name], error)
        if of_each:
            for parameter, along in found.items():
                gradients[parameter] += along[0]
    if of_each:
        return gradients
    if telling:
        found = {name: [share for share in along if share] or [0.0]
                 for name, along in found.items()}
    return gradients | {name: along[-1 if last else 0] for name, along in found.items()}


WALKS: Mapping[str, Callable[[Graph, Partials, Errors], Gradients]] = {
    "one_path_only": _one_path,
    "one_path_only~2": partial(_one_path, last=True),
    "one_path_only~3": partial(_one_path, of_each=True),
    "one_path_only~4": partial(_one_path, telling=True),
    "node_processed_twice": partial(_dived, once=False),
    "node_processed_twice~2": partial(_queued, once=False),
    "node_processed_twice~3": partial(_queued, once=False, last=True),
    "passed_on_too_early": partial(_queued, once=True),
    "passed_on_too_early~2": partial(_dived, once=True),
    "passed_on_too_early~3": partial(_queued, once=True, last=True),
}
"""Identifier and reading -> the gradients that it gives."""
