"""One graph with numbers, and what is right on it: values, partials and gradients by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cgp_harness.kinds.backprop.contract import plain_graph
from cgp_harness.kinds.backprop.probes.grammar import Tree, is_defined, tree_of
from cgp_harness.kinds.backprop.questions import Partials, Point, Seeded
from cgp_reference.expressions.syntax import Apply, Name, Step
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph.partials import exact_partials

LARGEST_STEP = 1e-3
"""Differences with steps up to this count as right: ten times the lecture's 1e-4."""
DIFFERENCES = 2e-3
"""Tolerance for partials, relative to their size or 1. A forward difference is off by half its step
times the curvature; no case has numbers where that takes more than three quarters of it. Steps down
to 1e-11 lose less to rounding."""
FAR = 1e-6
"""Tolerance for partials where differences would not do, relative to their size."""
EXACT = 1e-13
"""Partials that are as near as this, relative or to 1, are derivatives and no differences."""
ARITHMETIC = 1e-9
"""Tolerance for values, relative to their size or 1; if all values of a graph are float32 numbers,
it is SINGLE."""
SINGLE = 1e-5
FLOAT32 = 2.0**-23
"""What float32 loses of a gradient at each node, relative to the sum of the sizes of its shares:
two roundings. An answer within so much for each node, and two more, is the gradient."""
LARGEST_INPUT, LARGEST_VALUE = 16.0, 8.0


@dataclass(frozen=True)
class Case:
    """A graph as text, with numbers.

    Args:
        texts: one expression for each node, in topological order.
        outputs: what the loss is computed from.
        values: of every input and parameter, in the order of the graph.
        errors: dL/d(output) of every output.
        far: whether differences in place of derivatives would not do here.
    """

    texts: tuple[str, ...]
    outputs: tuple[str, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    far: bool = False

    @classmethod
    def of_one(cls, form: str, numbers: Sequence[float], *, far: bool = False) -> Case:
        """A graph of one node; of the numbers, as many as it takes."""
        texts = (f"xp = {form}",)
        engine = Graph.of(texts)
        count = len(engine.inputs) + len(engine.parameters)
        return cls(texts, ("xp",), tuple(numbers[:count]), (1.0,), far)

    @cached_property
    def engine(self) -> Graph:
        """The graph as the engine has it."""
        return Graph.of(self.texts, self.outputs)

    @cached_property
    def graph(self) -> plain_graph.Graph:
        """The graph as the student gets it."""
        return plain(self.engine)

    @cached_property
    def trees(self) -> tuple[Tree, ...]:
        """The expression of each node, in the order of the graph."""
        return tuple(tree_of(node.program) for node in self.graph.nodes)

    @property
    def given(self) -> dict[str, float]:
        """Every input and parameter with its number."""
        return dict(zip((*self.engine.inputs, *self.engine.parameters), self.values, strict=True))

    @property
    def error_of(self) -> dict[str, float]:
        """Every output with its error."""
        return dict(zip(self.outputs, self.errors, strict=True))

    @cached_property
    def known(self) -> dict[str, float]:
        """The value of every name."""
        with np.errstate(all="ignore"):  # 1/0 is found by `is_tame`
            found = forward(self.engine, self.given)
        return {name: float(value) for name, value in found.items()}

    @cached_property
    def partials(self) -> Partials:
        """The partials of every node for its own names, exact."""
        return {
            exp.dependent_var: {
                name: float(partial) for name, partial in exact_partials(exp, self.known).items()
            }
            for exp in self.engine.expressions
        }

    @cached_property
    def gradients(self) -> dict[str, float]:
        """The derivative of the loss for every parameter, over all paths."""
        found = backpropagate(self.engine, self.known, self.error_of)
        return {name: float(found[name]) for name in self.engine.parameters}

    @cached_property
    def shares(self) -> dict[str, float]:
        """Of every gradient, the sum of the sizes of what all paths bring: what it rounds by."""
        found = {name: abs(error) for name, error in self.error_of.items()}
        for node in reversed(self.graph.nodes):
            for name, partial in self.partials[node.name].items():
                found[name] = found.get(name, 0.0) + found.get(node.name, 0.0) * abs(partial)
        return {name: found.get(name, 0.0) for name in self.graph.parameters}

    @cached_property
    def point(self) -> Point:
        """What forward() is asked."""
        return Point(self.graph, self.given)

    @cached_property
    def seeded(self) -> Seeded:
        """What backward() is asked: with right partials, whatever the student's forward() does."""
        return Seeded(self.graph, self.partials, self.error_of)

    @property
    def size(self) -> tuple[int, int, int]:
        """What makes a case hard to read: nodes, letters, digits."""
        digits = sum(len(f"{number:.6g}") for number in (*self.values, *self.errors))
        return len(self.texts), sum(map(len, self.texts)), digits


def plain(graph: Graph) -> plain_graph.Graph:
    """The engine's graph without its partials."""
    return plain_graph.Graph(
        nodes=tuple(
            plain_graph.Node(
                exp.dependent_var, exp.exp, exp.right_vars, exp.right_params,
                tuple(_instruction(step) for step in exp.tree))
            for exp in graph.expressions
        ),
        inputs=graph.inputs, parameters=graph.parameters, outputs=graph.outputs,
    )


def _instruction(step: Step) -> plain_graph.Instruction:
    if isinstance(step, Name):
        return step.name
    if isinstance(step, Apply):
        return step.operator.symbol, step.operands
    return float(step.value)


def is_tame(case: Case) -> bool:
    """Whether numbers stay readable, and differences come close enough to the derivatives."""
    for name, value in case.known.items():
        if not abs(value) <= (LARGEST_INPUT if name in case.given else LARGEST_VALUE):
            return False
    return all(is_defined(tree, case.known) for tree in case.trees) and all(
        _is_smooth(node, name, case.known, case.partials[node.name][name])
        for node in case.graph.nodes for name in (*node.arguments, *node.parameters)
    )


def _is_smooth(
    node: plain_graph.Node, name: str, values: Mapping[str, float], exact: float
) -> bool:
    at = node.value(values)
    for step in (LARGEST_STEP, -LARGEST_STEP):
        difference = (node.value({**values, name: values[name] + step}) - at) / step
        if not abs(difference - exact) <= 0.75 * DIFFERENCES * max(1.0, abs(exact)):
            return False
    return True
