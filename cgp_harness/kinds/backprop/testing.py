"""A submission's backpropagation in an instructor's own tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cgp_harness.kinds.backprop.probes.case import plain
from cgp_harness.kinds.backprop.questions import Graphs, Point, Seeded
from cgp_harness.subject import Registered
from cgp_harness.task import Assignment
from cgp_reference.graph import Graph

Partials = dict[str, dict[str, float]]


class TestedBackprop:
    """Graphs are lists of expressions, `["xw=ab*xa", "xz=xw^2"]`, as the lecture writes them.

    Raises:
        SubjectError: the student's code is at fault; of all that is asked.
    """

    __test__ = False  # pytest: no class of tests

    def __init__(self, asking: Graphs, registered: Registered, _: Assignment) -> None:
        self._asking, self.name = asking, registered.name

    def __repr__(self) -> str:
        return self.name

    def forward(
        self, expressions: Sequence[str], values: Mapping[str, float]
    ) -> tuple[dict[str, float], Partials]:
        """The value of each node, and its partials for its own arguments and parameters.

        Args:
            values: of every input and every parameter.
        """
        (found,) = self._asking.forward(self.name, [Point(_graph(expressions), values)])
        return dict(found.values), {name: dict(row) for name, row in found.partials.items()}

    def backward(
        self, expressions: Sequence[str], partials: Mapping[str, Mapping[str, float]],
        errors: Any = 1.0,
    ) -> dict[str, float]:
        """The gradient for each parameter; one that it gives none for is left out.

        Args:
            partials: of each node, as forward has them.
            errors: dL/d(output): of each output by its name, or one number for all of them.
        """
        graph = _graph(expressions)
        given = errors if isinstance(errors, Mapping) else dict.fromkeys(graph.outputs, errors)
        (found,) = self._asking.backward(self.name, [Seeded(graph, partials, given)])
        return {name: one for name, one in found.gradients.items() if name not in found.absent}

    def gradient(
        self, expressions: Sequence[str], values: Mapping[str, float], errors: Any = 1.0
    ) -> dict[str, float]:
        """The gradient for each parameter: its own forward, then its own backward."""
        return self.backward(expressions, self.forward(expressions, values)[1], errors)


def _graph(expressions: Sequence[str]) -> Any:
    return plain(Graph.of(list(expressions)))


tested = TestedBackprop
