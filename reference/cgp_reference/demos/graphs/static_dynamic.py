r"""One graph for all batches, or one made anew: what a static and a dynamic graph are.

A recurrent unit reads sequences of one to six numbers,

.. math:: h_t = \tanh(w x_t + u h_{t-1} + b), \qquad y = v h_n,

so that each length has a graph of its own. A dynamic platform makes it for each sequence. A static
one keeps graphs: one for each length, which is the same, or the longest for all, with zeros before
what is shorter, which is another function: the unit answers to zeros, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from cgp_reference.demos import learning_curves
from cgp_reference.demos.aligned import aligned
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every
from cgp_reference.graph import Graph
from cgp_reference.graph.operator_graph import OperatorGraph
from cgp_reference.train import uniform_start

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST = 6
TRUTH: Mapping[str, float] = MappingProxyType({"w": 0.8, "u": 0.6, "b": 0.5, "v": 1.5})
NAMES = tuple(TRUTH)
COUNT = 500
"""Sequences; a step sees one, in their order, again and again."""
LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"sgd": 0.05, "sgd_plus": 0.005, "adagrad": 0.2, "rmsprop": 2e-3, "adam": 1e-2})
EACH, KEPT, PADDED = "a graph for each", "kept by length", "one graph, padded"
Made = Callable[[int], OperatorGraph]


def texts(length: int) -> list[str]:
    """The recurrent unit, as often as there are numbers; the first has nothing before it."""
    states = [f"xh{t}=tanh(w*xi{t}+{f'u*xh{t - 1}+' if t > 1 else ''}b)"
              for t in range(1, length + 1)]
    return [*states, f"xo=v*xh{length}"]


def made(length: int) -> OperatorGraph:
    """The graph for that many numbers, made anew."""
    return Graph.of(texts(length)).operators()


@cache
def sequences() -> tuple[Floats, ...]:
    """Numbers from uniform(-1, 1), one to six of them; the same for all seeds."""
    draw = np.random.RandomState(0)
    return tuple(draw.uniform(-1, 1, draw.randint(1, LONGEST + 1)) for _ in range(COUNT))


@cache
def targets() -> tuple[float, ...]:
    """What the true parameters make of each sequence."""
    truth = np.array(list(TRUTH.values()))
    return tuple(_answer(made(len(one)), one, truth)[1] for one in sequences())


def _answer(graph: OperatorGraph, inputs: Floats, point: Floats) -> tuple[list[float], float]:
    results = graph.forward({**{f"xi{t}": value for t, value in enumerate(inputs, 1)},
                             **dict(zip(NAMES, point, strict=True))})
    return results, float(results[graph.positions["xo"]])


def trained(
    stepper: Stepper, graph_of: Made, seed: int, iterations: int, pad: bool = False
) -> Descent:
    """The descent of one rule; `graph_of` gives the graph for each length that is asked for."""
    def measured(point: Floats, k: int) -> tuple[float, Floats]:
        i = (k - 1) % COUNT
        inputs = sequences()[i]
        if pad:
            inputs = np.concatenate([np.zeros(LONGEST - len(inputs)), inputs])
        graph = graph_of(len(inputs))
        results, answer = _answer(graph, inputs, point)
        error = answer - targets()[i]
        found = graph.backward(results, {"xo": 2 * error})
        return error * error, np.array([float(found.get(name, 0.0)) for name in NAMES])

    return descend(stepper, start(seed), iterations, measured)


def start(seed: int) -> Floats:
    """Parameters from uniform(0, 1), (4,)."""
    return uniform_start(len(NAMES), [seed])[:, 0]


def follow(stepper: Stepper, seed: int, iterations: int) -> Descent:
    """The descent of one rule more, on graphs that are kept by length."""
    return trained(stepper, cache(made), seed, iterations)


def references(seed: int, iterations: int) -> list[Descent]:
    """SGD on graphs made for each sequence, on graphs kept by length, and on one, padded."""
    def sgd(label: str) -> Stepper:
        return reference("sgd", label, LEARNING_RATES["sgd"], len(NAMES))

    return [
        trained(sgd(EACH), made, seed, iterations),
        trained(sgd(KEPT), cache(made), seed, iterations),
        trained(sgd(PADDED), cache(made), seed, iterations, pad=True),
    ]


def lines(descents: Sequence[Descent], seed: int) -> list[str]:
    """What is made and computed, the losses, and the parameters that come back or do not."""
    steps, span = descents[0].iterations, every(descents[0].iterations)
    each, kept = descents[:2]
    apart = float(np.abs(each.losses - kept.losses).max())
    return [
        f"a recurrent unit on sequences of 1 to {LONGEST} numbers, one a step (seed {seed})", "",
        *texts(3), "",
        "the graph of a sequence of three; a graph for each length:", "",
        *aligned([["length", "nodes"],
                  *([str(n), str(len(made(n).nodes))] for n in range(1, LONGEST + 1))]), "",
        f"in {steps} steps", "",
        *_work(steps), "",
        f"{called(span)}", "",
        *table([averaged(descent, span) for descent in descents]), "",
        *aligned([["parameters", *NAMES], ["truth", *(f"{TRUTH[name]:.4f}" for name in NAMES)], *(
            [one.method.label, *(f"{value:.4f}" for value in one.points[-1])]
            for one in descents)]), "",
        f"largest difference of a loss, made for each against kept: {apart:.0e}" if apart else
        "largest difference of a loss, made for each against kept: 0",
        "a graph that is kept saves the making; one for all lengths computes more, and another "
        "function",
    ]


def _work(steps: int) -> list[str]:
    """Graphs made, their nodes, and nodes computed, by what is kept."""
    lengths = [len(sequences()[k % COUNT]) for k in range(steps)]
    nodes = {n: len(made(n).nodes) for n in range(1, LONGEST + 1)}
    needed, seen = sum(nodes[n] for n in lengths), set(lengths)
    return aligned([
        ["", "graphs made", "nodes made", "nodes computed"],
        [EACH, str(steps), str(needed), str(needed)],
        [KEPT, str(len(seen)), str(sum(nodes[n] for n in seen)), str(needed)],
        [PADDED, "1", str(nodes[LONGEST]), str(nodes[LONGEST] * steps)],
    ])


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves."""
    learning_curves.draw(figure, descents, "A recurrent unit: a graph for each length learns, one "
                         f"padded graph for all does not (seed {seed})")


DEMO = Demo(
    "static-dynamic", "one graph for all batches beside one made anew, and a recurrent unit", 3000,
    LEARNING_RATES, references, follow, lines, draw,
)
