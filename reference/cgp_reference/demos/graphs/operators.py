"""The operator graph beside torch's: the same nodes, the same gradients.

In Autograd every operator is a node (`grad_fn`), and every parameter ends in a node that adds what
arrives to its `.grad` (`AccumulateGrad`). The engine's own graph of operators has the same ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_reference.data import dag_inputs
from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Method
from cgp_reference.expressions.syntax import Apply, Name, Number
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.lecture_dag import EXPRESSIONS
from cgp_reference.train import uniform_start

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GRAPH = Graph.of(EXPRESSIONS)
OPERATORS = GRAPH.operators()


def point(seed: int) -> dict[str, float]:
    """The first sample and the start of the lecture's demo of the DAG."""
    start = uniform_start(len(GRAPH.parameters), [seed])[:, 0]
    return {"xa": float(dag_inputs(1, 1, seed=seed)[0, 0]),
            **dict(zip(GRAPH.parameters, map(float, start), strict=True))}


def of_torch(seed: int) -> tuple[list[Any], dict[str, float]]:
    """The same steps by torch: each one's result, and the gradients."""
    import torch

    values = point(seed)
    leaves = {name: torch.tensor(values[name], dtype=torch.float64,
                                 requires_grad=name in GRAPH.parameters) for name in values}
    results: list[Any] = []
    for step in OPERATORS.steps:
        match step:
            case Name(name):
                results.append(leaves[name])
            case Number(value):
                results.append(float(value))
            case Apply(operator, operands):
                results.append(operator.value(*(results[i] for i in operands)))
    output = results[OPERATORS.positions["xw"]]
    torch.autograd.backward(output)
    return results, {
        name: float(leaf.grad) for name, leaf in leaves.items() if leaf.grad is not None}


def _walk(node: Any) -> Iterator[Any]:
    """Every node that backpropagation comes to, once."""
    waiting, seen = [node], set[Any]()
    while waiting:
        if (one := waiting.pop()) is None or one in seen:
            continue
        seen.add(one)
        yield one
        waiting.extend(below for below, _ in one.next_functions)


def references(seed: int, iterations: int) -> list[Descent]:
    """Nothing is trained here: where the graph is looked at."""
    found = point(seed)
    return [Descent(Method("engine", "engine", None), np.array([list(found.values())]),
                    np.array([float(forward(GRAPH, found)["xw"])]), iterations)]


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """Every node beside torch's, what torch adds, and the gradients of both."""
    values = point(seed)
    engine = OPERATORS.forward(values)
    gradients = OPERATORS.backward(engine, {"xw": 1.0})
    results, theirs = of_torch(seed)
    walked = Counter(node.name() for node in _walk(results[OPERATORS.positions["xw"]].grad_fn))
    named = Counter(name for step, result in zip(OPERATORS.steps, results, strict=True)
                    if isinstance(step, Apply) and (name := _called(result)) != "-")
    leaves = walked["torch::autograd::AccumulateGrad"]
    apart = max(abs(gradients[name] - theirs[name]) for name in theirs)
    return [
        *EXPRESSIONS, "",
        f"every operator is a node; torch's grad_fn of the same result beside it (seed {seed})", "",
        *_table(engine, results), "",
        "no grad_fn stands where no parameter lies below: xa^2 needs no gradient",
        f"torch walks back over {sum(named.values())} operators and {leaves} AccumulateGrad, one "
        "for each parameter,", "which adds what arrives to its .grad", "",
        *aligned([["gradient of xw", *theirs],
                  ["engine", *(f"{gradients[name]:.6g}" for name in theirs)],
                  ["torch", *(f"{value:.6g}" for value in theirs.values())]]), "",
        f"largest difference: {'0' if apart == 0 else 'below 1e-12' if apart < 1e-12 else apart}",
    ]


def _table(engine: Sequence[Any], results: Sequence[Any]) -> list[str]:
    rows = [["node", "of the engine", "reads", "value", "torch"]]
    for i, (node, value, theirs) in enumerate(zip(
            OPERATORS.nodes, engine, results, strict=True)):
        reads = ", ".join(map(str, node.inputs)) or "-"
        rows.append([str(i), node.label, reads, f"{float(value):.4g}", _called(theirs)])
    return aligned(rows, left=3)


def _called(result: Any) -> str:
    """The name of a result's node in torch; a parameter's adds to its gradient."""
    if isinstance(result, float):
        return "-"
    if result.grad_fn is not None:
        return str(result.grad_fn.name())
    return "AccumulateGrad" if result.requires_grad else "-"


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """The lecture's graph, and the same of operators."""
    from cgp_reference.drawing.artists import draw_on
    from cgp_reference.drawing.picture import of_graph, of_operators

    figure.set_size_inches(13.0, 5.0)
    figure.suptitle("The lecture's graph, whose nodes are variables, and Autograd's, whose nodes "
                    f"are operators (seed {seed})", y=0.98)
    left = figure.add_axes((0.01, 0.02, 0.36, 0.8))
    right = figure.add_axes((0.39, 0.02, 0.6, 0.86))
    draw_on(left, of_graph(GRAPH, forward(GRAPH, point(seed))))
    left.set_title("\n".join(EXPRESSIONS), family="monospace", linespacing=1.4)
    draw_on(right, of_operators(OPERATORS))
    right.set_title("boxes are leaves; torch ends an AccumulateGrad in each parameter's")


DEMO = Demo(
    "operators", "the operator graph beside torch's grad_fn and AccumulateGrad", 1,
    MappingProxyType({}), references, None, lines, draw,
)
