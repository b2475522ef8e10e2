"""The published DAG training: a parameter moves by its own value, and not by the error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from cgp_reference.as_published.linear import PublishedError, require_distinct
from cgp_reference.as_published.paths import Path, paths_to_parameters
from cgp_reference.as_published.terms import Term, read_terms, signed_power
from cgp_reference.as_published.training import PublishedRun

GRAD_DELTA = 1e-4


@dataclass(frozen=True)
class Sample:
    """Values of the inputs, and the output that the true parameters give."""

    inputs: dict[str, float]
    truth: float


@dataclass(frozen=True)
class PublishedDag:
    """A graph of expressions with one output.

    Args:
        nodes: node -> terms, in an order in which each can be computed.
        output: the node whose error is the loss.
        inputs: in the order in which samples are drawn. The published code takes several inputs
            out of an unsorted set: their order, and so its run, changes with PYTHONHASHSEED.
        parameters: by first appearance.
        paths: parameter -> where the published code walks from the output to it.
    """

    nodes: dict[str, tuple[Term, ...]]
    output: str
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    paths: dict[str, Path]

    @classmethod
    def of(
        cls, expressions: Sequence[str], output: str, inputs: Sequence[str] | None = None
    ) -> PublishedDag:
        """Read a graph.

        Raises:
            PublishedError: the published training stops at it.
        """
        read = [read_terms(text) for text in expressions]
        require_distinct([node for node, _ in read])
        nodes = dict(read)
        terms = [term for node in nodes for term in nodes[node]]
        parameters = tuple(term.parameter for term in terms if term.parameter is not None)
        require_distinct(parameters)
        free = tuple(dict.fromkeys(t.variable for t in terms if t.variable not in nodes))
        if output not in nodes:
            raise PublishedError(f"the output {output!r}", expected=f"one of {', '.join(nodes)}")
        if inputs is not None and sorted(inputs) != sorted(free):
            raise PublishedError(
                f"the inputs {', '.join(inputs)}", expected=f"{', '.join(free)}, in any order")
        return cls(
            nodes=_in_order(nodes, free), output=output,
            inputs=free if inputs is None else tuple(inputs), parameters=parameters,
            paths=paths_to_parameters(nodes, output),
        )

    def samples(self, truth: Mapping[str, float], size: int, stream: Random) -> list[Sample]:
        """Inputs from uniform(-1, 1), with the output that `truth` gives, minus signs obeyed."""
        drawn = []
        for _ in range(size):
            inputs = {name: stream.uniform(-1, 1) for name in self.inputs}
            values = self.values(truth, inputs, obey_minus=True)
            drawn.append(Sample(inputs, values[self.output]))
        return drawn

    def start(self, stream: Random) -> dict[str, float]:
        """Uniform(0, 1), by first appearance."""
        return {name: stream.uniform(0, 1) for name in self.parameters}

    def values(
        self, parameters: Mapping[str, float], inputs: Mapping[str, float], *,
        obey_minus: bool = False,
    ) -> dict[str, float]:
        """Every variable. Training takes every minus for a plus; the ground truth does not."""
        values = dict(inputs)
        for node, terms in self.nodes.items():
            total = 0.0
            for term in terms:
                factor = term.number if term.parameter is None else parameters[term.parameter]
                part = factor * signed_power(values[term.variable], term.power)
                total += -part if obey_minus and term.minus else part
            values[node] = total
        return values

    def change(
        self, parameters: Mapping[str, float], values: Mapping[str, float], grad_delta: float
    ) -> dict[str, float]:
        r"""What is added to each parameter for each unit of learning rate.

        .. math:: \Delta p = - \frac{\partial x_w}{\partial p} \cdot p

        The path to `ab` in `xy=ab*xx` ends in the arc from xx to xy, whose partial, `ab`, is
        multiplied in although ab does not lie behind it; and no error is (Eq. 18 has
        :math:`-2 e \, \partial x_w / \partial p`). Partials are finite differences of one term.
        """
        changes = {}
        for name, path in self.paths.items():
            product = 1.0
            for term in path.arcs:
                factor = term.number if term.parameter is None else parameters[term.parameter]
                at = values[term.variable]
                product *= (term.value(factor, at + grad_delta) - term.value(factor, at)
                            ) / grad_delta
            factor, at = parameters[name], values[path.last.variable]
            product *= (path.last.value(factor + grad_delta, at) - path.last.value(factor, at)
                        ) / grad_delta
            changes[name] = -product
        return changes


def train_dag(
    dag: PublishedDag, samples: Sequence[Sample], stream: Random, *,
    learning_rate: float, grad_delta: float = GRAD_DELTA,
) -> PublishedRun:
    """One pass over the samples, a step after each; a loss is the absolute error before it.

    Args:
        dag: what is trained.
        samples: of `dag.samples`, from the same stream before.
        stream: gives the start.
        learning_rate: the published `learning_rate`.
        grad_delta: step of the finite differences.
    """
    parameters = dag.start(stream)
    losses = np.empty(len(samples))
    for i, sample in enumerate(samples):
        values = dag.values(parameters, sample.inputs)
        losses[i] = abs(sample.truth - values[dag.output])
        for name, change in dag.change(parameters, values, grad_delta).items():
            parameters[name] += learning_rate * change
    return PublishedRun(losses, parameters)


def _in_order(
    nodes: Mapping[str, tuple[Term, ...]], inputs: Sequence[str]
) -> dict[str, tuple[Term, ...]]:
    """The nodes, each after those it reads."""
    known = set(inputs)
    ordered: dict[str, tuple[Term, ...]] = {}
    while len(ordered) < len(nodes):
        ready = [node for node in nodes if node not in ordered
                 and known.issuperset(term.variable for term in nodes[node])]
        if not ready:
            left = [node for node in nodes if node not in ordered]
            raise PublishedError(f"{', '.join(left)} cannot be computed", expected="no cycle")
        ordered |= {node: nodes[node] for node in ready}
        known.update(ready)
    return ordered
