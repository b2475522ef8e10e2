"""What a submission is given to differentiate: objects whose identity never hangs on luck.

Were they made anew for each call and then freed, the next might or might not be where an earlier
one was, and what a submission keeps by `id()` would be right or wrong as it happens. Runs in the
worker.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from typing import Any

from cgp_harness.kinds.backprop.contract.plain_graph import Graph


class Lent:
    """Graphs and dicts of one process. None is ever freed."""

    def __init__(self) -> None:
        self._graphs: dict[Graph, Graph] = {}
        self._dicts: dict[Hashable, dict[str, Any]] = {"": {}}
        self._alone = sys.getrefcount(self._dicts[""])
        self._taken: list[dict[str, Any]] = []

    def graph(self, graph: Graph) -> Graph:
        """The graph itself; of equal ones, the first: a training asks about one again and again."""
        return self._graphs.setdefault(graph, graph)

    def dict(self, place: Hashable, content: Mapping[str, Any]) -> dict[str, Any]:
        """A dict of this content: the last one of this place, unless the submission still has it.

        That is what Python may do with a dict that is freed, done always.
        """
        if place in self._dicts and sys.getrefcount(self._dicts[place]) > self._alone:
            self._taken.append(self._dicts.pop(place))
        found = self._dicts.setdefault(place, {})
        found.clear()
        found.update(content)
        return found
