"""What one training step of a general DAG computes: the lecture's equations, without its loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from cgp_reference.expressions.syntax import run, sweep
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.operator_graph import OperatorGraph
from cgp_reference.graph.partials import partial_var_to_param, partial_var_to_var
from cgp_reference.train.graphs import ground_truth

Numbers = Mapping[str, float]
ToVar = Mapping[str, Mapping[str, Any]]
"""`[node][variable]`: a partial, or None where the node's expression does not hold the variable."""
ToParam = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""`[node][variable][parameter]`: likewise; a parameter stands under what it shares a term with."""


class DagArithmetic(Protocol):
    """How the facade's DAG computes: exactly, or as published."""

    def truth(
        self, parameters: Numbers, samples: Sequence[Numbers], rectified: bool
    ) -> list[dict[str, float]]:
        """Of each sample the outputs; `rectified`: with ReLU behind every node."""

    def step(
        self, parameters: Numbers, inputs: Numbers, targets: Numbers
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The outputs, and the change of each parameter for each unit of learning rate."""

    def partials(
        self, parameters: Numbers, inputs: Numbers
    ) -> tuple[dict[str, float], dict[str, Any], dict[str, Any]]:
        """The outputs; the partials of every variable for every parameter, and every variable."""

    def change(
        self, errors: Numbers, to_param: ToParam, to_var: ToVar
    ) -> dict[str, float]:
        """As `step`'s, from partials that somebody else has computed; errors: truth - output."""


@dataclass(frozen=True)
class ExactDag:
    """Exact partials, and the gradient over all paths with the error in it (Eq. 18).

    Args:
        graph: as parsed.
    """

    graph: Graph

    def truth(
        self, parameters: Numbers, samples: Sequence[Numbers], rectified: bool
    ) -> list[dict[str, float]]:
        """Of each sample the outputs."""
        graph = self._rectified if rectified else self.graph
        inputs = {name: [sample[name] for sample in samples] for name in graph.inputs}
        found = ground_truth(graph, parameters, inputs)
        columns = [np.broadcast_to(found[name], len(samples)).tolist() for name in graph.outputs]
        return [dict(zip(graph.outputs, row, strict=True)) for row in zip(*columns, strict=True)]

    def step(
        self, parameters: Numbers, inputs: Numbers, targets: Numbers
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The outputs, and minus the gradient of the squared error (Eq. 18)."""
        tree, positions = self._operators.steps, self._operators.positions
        values = {**inputs, **parameters}
        # numpy's kind: a float raises where it overflows, and training must go on to say so.
        results = run(tree, {name: np.float64(value) for name, value in values.items()})
        outputs = {name: results[positions[name]] for name in self.graph.outputs}
        arriving = sweep(tree, results, {
            positions[name]: 2.0 * (output - targets[name]) for name, output in outputs.items()})
        slopes = {name: arriving[positions[name]] for name in self.graph.parameters}
        return (
            {name: float(output) for name, output in outputs.items()},
            {name: 0.0 if slope is None else -float(slope) for name, slope in slopes.items()},
        )

    def partials(
        self, parameters: Numbers, inputs: Numbers
    ) -> tuple[dict[str, float], dict[str, Any], dict[str, Any]]:
        """The outputs and the exact partials."""
        values = forward(self.graph, {**inputs, **parameters})
        to_param = partial_var_to_param(self.graph, values)
        to_var = partial_var_to_var(self.graph, values)
        names, parameters_of = self.graph.variables, self.graph.parameters
        return (
            {name: float(values[name]) for name in self.graph.outputs},
            {node: {name: _row(to_param[node].get(name, {}), parameters_of) for name in names}
             for node in names},
            {node: _row(to_var[node], names) for node in names},
        )

    def change(self, errors: Numbers, to_param: ToParam, to_var: ToVar) -> dict[str, float]:
        """Minus the gradient of the squared error, by the chain rule over all paths."""
        arriving = dict.fromkeys(self.graph.order, 0.0)
        changes = dict.fromkeys(self.graph.parameters, 0.0)
        for name, error in errors.items():
            arriving[name] += 2.0 * error
        for exp in reversed(self.graph.expressions):
            node = exp.dependent_var
            for name in exp.right_vars:
                arriving[name] += arriving[node] * (to_var[node][name] or 0.0)
            for name in exp.right_params:
                # Under each variable that it shares a term with stands the same partial.
                known = [row[name] for row in to_param[node].values() if row[name] is not None]
                changes[name] += arriving[node] * known[0] if known else 0.0
        return changes

    @cached_property
    def _operators(self) -> OperatorGraph:
        return self.graph.operators()

    @cached_property
    def _rectified(self) -> Graph:
        texts = [f"{exp.dependent_var}=relu({exp.body})" for exp in self.graph.expressions]
        return Graph.of(texts, self.graph.outputs, self.graph.inputs)


def _row(partials: Mapping[str, Any], names: Sequence[str]) -> dict[str, float | None]:
    """As the lecture keeps them: a place for every name, None where there is no partial."""
    return {name: float(partials[name]) if name in partials else None for name in names}
