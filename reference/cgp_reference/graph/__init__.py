"""Graphs of expressions: order, values, partials, backpropagation over all paths."""

from __future__ import annotations

from cgp_reference.graph.dependencies import Graph, GraphError

__all__ = ["Graph", "GraphError"]
