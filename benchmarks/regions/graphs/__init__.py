"""Partials and backpropagation with a fault in one cell of docs/graphs.md, and right ones."""

from __future__ import annotations

from benchmarks.regions.graphs.ground import cells, right

__all__ = ["cells", "right"]
