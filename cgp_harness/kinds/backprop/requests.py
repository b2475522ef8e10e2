"""Requests to a backpropagation, and their answers.

A table of partials travels as numbers alone: for each node in order, those for its arguments, then
those for its parameters.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cgp_harness.kinds.backprop.contract.plain_graph import Graph
from cgp_harness.sandbox.protocol.message_fields import Name

MOST_ABSENT = 64
"""Parameters of a graph that are said to be without a gradient; for others 0 stands."""


class GraphForward(Struct, frozen=True, forbid_unknown_fields=True, tag="graph_forward"):
    """Call forward() on each graph.

    Payload, for each graph: a value for each input and parameter. The answer's: the value of each
    node, then the table of partials.
    """

    name: str
    graphs: tuple[Graph, ...]


class GraphBackward(Struct, frozen=True, forbid_unknown_fields=True, tag="graph_backward"):
    """Call backward() on each graph.

    Payload, for each graph: the table of partials, then the error of each output. The answer's: the
    gradient for each parameter, 0 where there is none.
    """

    name: str
    graphs: tuple[Graph, ...]


class Propagated(Struct, frozen=True, forbid_unknown_fields=True, tag="propagated"):
    """Values and partials are in the payload."""


class Absent(Struct, frozen=True, forbid_unknown_fields=True):
    """Of a graph, by its number, the parameters without a gradient."""

    graph: Annotated[int, Meta(ge=0)]
    parameters: Annotated[tuple[Name, ...], Meta(max_length=MOST_ABSENT)]


class Backpropagated(Struct, frozen=True, forbid_unknown_fields=True, tag="backpropagated"):
    """Gradients are in the payload. `absent`: at most one for each graph."""

    absent: Annotated[tuple[Absent, ...], Meta(max_length=1000)] = ()


REQUESTS = (GraphForward, GraphBackward)
