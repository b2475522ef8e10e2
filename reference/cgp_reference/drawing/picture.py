"""What a drawing shows: nodes of some kind in layers, and labelled arcs between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cgp_reference.graph import Graph
from cgp_reference.graph.operator_graph import OperatorGraph
from cgp_reference.graph.values import numbers

Kind = Literal["input", "inner", "output", "operator", "name"]


@dataclass(frozen=True)
class Node:
    """One node.

    Args:
        label: what stands in it.
        kind: decides its shape and its fill.
        layer: 0 is leftmost.
        note: what stands below it; nothing if empty.
    """

    label: str
    kind: Kind
    layer: int
    note: str = ""


@dataclass(frozen=True)
class Arc:
    """From one node to another, by number; nothing stands on it if the label is empty."""

    source: int
    target: int
    label: str = ""


@dataclass(frozen=True)
class Picture:
    """All nodes, in the order in which a layer lists them where nothing else decides; all arcs."""

    nodes: tuple[Node, ...]
    arcs: tuple[Arc, ...]

    @property
    def layers(self) -> list[list[int]]:
        """The numbers of the nodes, layer by layer, none of them empty."""
        used = sorted({node.layer for node in self.nodes})
        return [[i for i, node in enumerate(self.nodes) if node.layer == layer] for layer in used]


def of_graph(
    graph: Graph, values: Mapping[str, Any] | None = None, *, parameters: bool = True
) -> Picture:
    """The variables of a graph; on each arc the parameter that multiplies what comes along it.

    Args:
        graph: any graph.
        values: of one sample; what is there for a variable stands below its node.
        parameters: whether arcs are labelled.

    Raises:
        ValuesError: a value is no number of shape ().

    >>> of_graph(Graph.of(["xw=ab*xa+xb"])).arcs
    (Arc(source=0, target=2, label='ab'), Arc(source=1, target=2, label=''))
    """
    arcs = [(source, node) for node, sources in graph.depends_on.items() for source in sources]
    return of_names(
        graph.order, arcs, graph.var_to_var_param if parameters else {},
        inputs=graph.inputs, outputs=graph.outputs,
        notes={name: f"{numbers(name, (values or {})[name], axes=0):.3g}"
               for name in graph.order if name in (values or {})},
    )


def of_names(
    names: Sequence[str], arcs: Iterable[tuple[str, str]],
    parameters: Mapping[str, Mapping[str, str]], *,
    inputs: Iterable[str], outputs: Iterable[str], notes: Mapping[str, str] | None = None,
) -> Picture:
    """The same from names alone.

    Args:
        names: every variable.
        arcs: (variable that is read, node that reads it); no cycle.
        parameters: node -> {variable: label of that arc}.
        inputs: drawn as such.
        outputs: drawn as such, and rightmost if nothing reads them.
        notes: what stands below a node.
    """
    place = {name: i for i, name in enumerate(names)}
    pairs = [(place[source], place[node]) for source, node in arcs]
    depth = layers(len(names), pairs)
    read, last = {source for source, _ in pairs}, max(depth, default=0)
    kinds: dict[str, Kind] = {**dict.fromkeys(inputs, "input"), **dict.fromkeys(outputs, "output")}
    return Picture(
        tuple(
            Node(name, kind := kinds.get(name, "inner"),
                 last if kind == "output" and i not in read else depth[i],
                 (notes or {}).get(name, ""))
            for name, i in place.items()
        ),
        tuple(Arc(source, target, parameters.get(names[target], {}).get(names[source], ""))
              for source, target in pairs),
    )


def of_operators(graph: OperatorGraph) -> Picture:
    """Operators as small round nodes, inputs, parameters and numbers as boxes.

    The result of an operator that has a name has it below its node. A number that is read twice
    is one node, as it is in the graph; the two arcs of `xa*xa` are drawn as one.
    """
    depth = layers(len(graph.nodes), graph.edges)
    # A leaf stands just before the first that reads it: its arcs would cross the whole drawing.
    first: dict[int, int] = {}
    for source, target in graph.edges:
        first[source] = min(first.get(source, depth[target]), depth[target])
    nodes = []
    for i, node in enumerate(graph.nodes):
        leaf = not node.inputs
        symbol, _, name = node.label.partition(" → ")
        moved = first[i] - 1 if leaf and i in first else depth[i]
        nodes.append(Node(symbol, "name" if leaf else "operator", moved, name))
    return Picture(tuple(nodes), tuple(Arc(*pair) for pair in dict.fromkeys(graph.edges)))


def layers(count: int, arcs: Iterable[tuple[int, int]]) -> list[int]:
    """Length of the longest way from a node without a predecessor to each node.

    Raises:
        ValueError: there is a cycle.

    >>> layers(4, [(0, 1), (1, 2), (0, 2), (0, 3)])
    [0, 1, 2, 1]
    """
    depth, pairs = [0] * count, list(arcs)
    for _ in range(count + 1):
        before = list(depth)
        for source, target in pairs:
            depth[target] = max(depth[target], depth[source] + 1)
        if depth == before:
            return depth
    raise ValueError("the arcs have a cycle")
