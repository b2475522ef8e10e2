"""The forward pass: the value of every node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cgp_reference.graph.dependencies import Graph
from cgp_reference.graph.values import MissingValueError, ValuesError, aligned, common_shape, spread

__all__ = ["MissingValueError", "ValuesError", "forward"]


def forward(graph: Graph, values: Mapping[str, Any]) -> dict[str, Any]:
    """Compute every node, each expression once, in topological order.

    Args:
        graph: any graph.
        values: inputs of shape (), (batch,) or (batch, S), and parameters of shape () or (S,),
            for S seeds at once; real, or complex for a complex step. Further names are left out.

    Returns:
        A value per name of the graph. Variables have one shape: (), (batch,), or (batch, S) with
        seeds. They may be read-only views.

    Raises:
        MissingValueError: an input or a parameter has no value.
        ValuesError: a value is no number, or shapes do not fit together.

    >>> graph = Graph.of(["xy=ab*xa", "xw=xy^2+ab*xy"])
    >>> float(forward(graph, {"xa": 3.0, "ab": 2.0})["xw"])  # 6^2 + 2*6
    48.0
    """
    known = aligned(values, graph.inputs, graph.parameters)
    shape = common_shape(known)
    for exp in graph.expressions:
        known[exp.dependent_var] = spread(exp.value(known), shape)
    return {name: known[name] for name in (*graph.order, *graph.parameters)}
