"""The lecture's runs, whole: this engine beside the package that goes with the lecture.

Both run in one process tree, each in one thread; times are CPU seconds of the run with its data,
imports left out. Where the package cannot be run (extra `peer`), and in the quick form, whose runs
are too short for the package's own start to cancel, there is no ratio.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks import published_peer as peer
from benchmarks.engine.clock import least_s
from cgp_reference.data import bivariate, dag_inputs
from cgp_reference.data.batches import Batches
from cgp_reference.graph import Graph
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import sgd
from cgp_reference.quantization.network import QuantizedNetwork, train_quantized
from cgp_reference.train import train
from cgp_reference.train.graphs import ground_truth, train_graph

MANY = 256


@dataclass(frozen=True)
class Run:
    """A whole run of one of the lecture's scripts.

    Args:
        name: what runs.
        iterations: steps, or samples.
        question: the same for `published_peer.answer`.
        ours: (iterations, seeds) -> the engine's run.
    """

    name: str
    iterations: int
    question: dict[str, Any]
    ours: Callable[[int, int], object]


def network(
    layers: tuple[int, ...], batches: Batches, learning_rate: float,
    activation: str | tuple[str, ...] = "sigmoid",
) -> Callable[[int, int], object]:
    """A network trained by SGD; one seed on the lecture's own stream, as its code draws."""
    def run(iterations: int, seeds: int) -> object:
        source = Batches(batches.samples, batches.size, "lecture") if seeds == 1 else batches
        return train(LayeredNetwork(layers, activation), source, sgd, {"lr": learning_rate},
                     iterations, range(seeds))
    return run


def dag(iterations: int, seeds: int) -> object:
    """The lecture's DAG, a step for each sample, with exact partials; ground truth included."""
    graph = Graph.of(peer.DAG)
    inputs = {"xa": dag_inputs(1, iterations, seed=0)[0]}
    return train_graph(graph, inputs, ground_truth(graph, peer.TRUTH, inputs), sgd, {"lr": 1e-6},
                       epochs=1, seeds=range(seeds))


def extended(iterations: int, seeds: int) -> object:
    """Straight and extended training of the 2-10-2 network, a step for each sample."""
    samples = bivariate(1000, seed=0)
    return [
        train_quantized(QuantizedNetwork(place), samples, sgd, {"lr": 1e-6}, iterations // 2,
                        range(seeds))
        for place in ("nothing", "input")
    ]


def runs(batches: Batches) -> tuple[Run, ...]:
    """The lecture's five scripts."""
    return (
        Run("one neuron", 40_000, {"run": "one_neuron", "learning_rate": 1e-3},
            network((4, 1), batches, 1e-3)),
        Run("4-2-1", 20_000, {"run": "multi_neuron", "learning_rate": 9e-2},
            network((4, 2, 1), batches, 9e-2)),
        Run("DAG", 10_000, {"run": "dag", "learning_rate": 1e-6}, dag),
        Run("4-2-1 with ReLU", 40_000, {"run": "torchnn", "learning_rate": 1e-6},
            network((4, 2, 1), batches, 1e-6, ("relu", "identity"))),
        Run("extended, both", 20_000, {"run": "extended", "learning_rate": 1e-6}, extended),
    )


def table(batches: Batches, quick: bool) -> bool:
    """One seed whole; 256 seeds a twentieth of the run, scaled up; ratios to the package.

    Whether one of the package's runs, where it is run, is faster.
    """
    slower = False
    asked = peer.installed() and not quick
    print("whole runs with SGD, CPU seconds; peer: "
          + (f"ComputationalGraphPrimer {peer.VERSION}, here and now, one thread" if asked
             else "not run" if peer.installed() else peer.MISSING))
    print(f"{'':18}{'iterations':>11}{'engine':>9}{f'per seed of {MANY}':>18}"
          + (f"{'peer':>8}{'ratio':>8}{'ratio':>8}" if asked else ""))
    for run in runs(batches):
        count = run.iterations // (100 if quick else 1)
        alone = least_s(partial(run.ours, count, 1), 1 if quick else 3) * run.iterations / count
        part = max(20, count // 20)
        each = least_s(partial(run.ours, part, MANY), 1 if quick else 2)
        each *= run.iterations / part / MANY
        beside = ""
        if asked:
            theirs = peer.answer({**run.question, "iterations": run.iterations})["cpu_s"]
            beside = f"{theirs:8.1f}{theirs / alone:8.0f}{theirs / each:8,.0f}"
            slower |= theirs < alone
        print(f"{run.name:18}{run.iterations:11,}{alone:9.2f}{each:18.4f}{beside}", flush=True)
    return slower
