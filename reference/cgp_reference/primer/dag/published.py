"""The published DAG's arithmetic, in the form in which the facade asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cgp_reference.as_published.dag import PublishedDag
from cgp_reference.as_published.paths import Path
from cgp_reference.as_published.terms import Term
from cgp_reference.primer.dag.exact import Numbers, ToParam, ToVar


@dataclass(frozen=True)
class PublishedArithmetic:
    """`as_published.dag`, sample by sample; the error is never multiplied in.

    Args:
        dag: the graph.
        names: all its variables, by first appearance.
        grad_delta: step of the finite differences.
    """

    dag: PublishedDag
    names: tuple[str, ...]
    grad_delta: float

    def truth(
        self, parameters: Numbers, samples: Sequence[Numbers], rectified: bool
    ) -> list[dict[str, float]]:
        """Of each sample the output, minus signs obeyed."""
        values = self._rectified if rectified else self._obedient
        return [{self.dag.output: values(parameters, sample)[self.dag.output]}
                for sample in samples]

    def step(
        self, parameters: Numbers, inputs: Numbers, targets: Numbers
    ) -> tuple[dict[str, float], dict[str, float]]:
        """The output, and the published change."""
        values = self.dag.values(parameters, inputs)
        change = self.dag.change(parameters, values, self.grad_delta)
        return {self.dag.output: values[self.dag.output]}, change

    def partials(
        self, parameters: Numbers, inputs: Numbers
    ) -> tuple[dict[str, float], dict[str, Any], dict[str, Any]]:
        """The output, and finite differences of single terms.

        Of several terms of a node with one variable, the published code keeps the last.
        """
        values = self.dag.values(parameters, inputs)
        to_var: dict[str, Any] = {node: dict.fromkeys(self.names) for node in self.names}
        to_param: dict[str, Any] = {
            node: {name: dict.fromkeys(self.dag.parameters) for name in self.names}
            for node in self.names}
        for node, terms in self.dag.nodes.items():
            for term in terms:
                at = values[term.variable]
                factor = term.number if term.parameter is None else parameters[term.parameter]
                here = term.value(factor, at)
                change = term.value(factor, at + self.grad_delta) - here
                to_var[node][term.variable] = change / self.grad_delta
                if term.parameter is not None:
                    change = term.value(factor + self.grad_delta, at) - here
                    to_param[node][term.variable][term.parameter] = change / self.grad_delta
        return {self.dag.output: values[self.dag.output]}, to_param, to_var

    def change(self, errors: Numbers, to_param: ToParam, to_var: ToVar) -> dict[str, float]:
        """Minus the product along each parameter's path; the errors play no part."""
        changes = {}
        for name, path in self.dag.paths.items():
            *arcs, (node, variable) = pairwise(self._walk(path))
            product = 1.0
            for arc in (*arcs, (node, variable)):
                product *= to_var[arc[0]][arc[1]]
            changes[name] = -product * to_param[node][variable][name]
        return changes

    def _walk(self, path: Path) -> Iterator[str]:
        """The variables on a path: the first is the output, or the only node there is."""
        yield self.dag.output if len(path.arcs) > 1 else self._node_of(path.last)
        yield from (term.variable for term in path.arcs)

    def _node_of(self, term: Term) -> str:
        return next(node for node, terms in self.dag.nodes.items() if term in terms)

    def _obedient(self, parameters: Numbers, inputs: Numbers) -> dict[str, float]:
        return self.dag.values(parameters, inputs, obey_minus=True)

    def _rectified(self, parameters: Numbers, inputs: Numbers) -> dict[str, float]:
        values = dict(inputs)
        for node, terms in self.dag.nodes.items():
            total = sum(_signed(term, parameters, values) for term in terms)
            values[node] = max(total, 0.0)
        return values


def _signed(term: Term, parameters: Numbers, values: Mapping[str, float]) -> float:
    factor = term.number if term.parameter is None else parameters[term.parameter]
    part = term.value(factor, values[term.variable])
    return -part if term.minus else part
