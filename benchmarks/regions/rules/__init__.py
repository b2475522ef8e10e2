"""Step-size rules with a fault in one cell of the ground of docs/rules.md, and right ones."""

from __future__ import annotations

from benchmarks.regions.rules.ground import cells, right

__all__ = ["cells", "right"]
