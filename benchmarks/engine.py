"""What training costs: the engine's time per seed and step, and whole runs of the lecture.

    python -m benchmarks.engine [--quick]

Times are CPU seconds of one thread, the least of several runs: a shared machine only ever adds.
The figures of the package that goes with the lecture (ComputationalGraphPrimer 1.1.5) are wall
times of a headless run on two cores. They are figures from another machine, not run here.
"""

from __future__ import annotations

import os

# Before numpy is imported: a thread per core costs more than these small products.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import platform
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cgp_reference.batches import Batches
from cgp_reference.data import two_gaussians
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES, adam, sgd
from cgp_reference.rule import Rule
from cgp_reference.train import train, train_together

AIM_US = 1.0            # per seed-step of 4-2-1 with Adam at 256 seeds
LIMIT_US = 0.1          # the same in a C loop: 0.06 (float32) to 0.1 (float64)


@dataclass(frozen=True)
class Run:
    """A whole run of the lecture's demo at one seed."""

    name: str
    layers: tuple[int, ...]
    iterations: int
    peer_s: float       # seconds; figure from another machine, not run here


WHOLE = (
    Run("one neuron, 40,000 iterations", (4, 1), 40_000, 34.0),
    Run("4-2-1, 20,000 iterations", (4, 2, 1), 20_000, 43.0),
)


def least_s(function: Callable[[], object], runs: int) -> float:
    """The least CPU seconds of several runs, after one that warms up."""
    function()
    times = []
    for _ in range(runs):
        begin = time.process_time()
        function()
        times.append(time.process_time() - begin)
    return min(times)


def training(
    layers: tuple[int, ...], batches: Batches, rule: Rule, hyperparameters: Mapping[str, float],
    iterations: int, seeds: int,
) -> Callable[[], object]:
    """A training to be timed, batches and starts included."""
    return lambda: train(
        LayeredNetwork(layers), batches, rule, hyperparameters, iterations, range(seeds))


def drawn(batches: Batches, iterations: int, seeds: int) -> Callable[[], object]:
    """The batches alone, of which none is kept."""
    return lambda: [None for _ in batches.blocks(range(seeds), iterations)]


def steps(batches: Batches, quick: bool) -> None:
    """Per seed-step, by the number of seeds."""
    print("4-2-1, Adam, batch 8, float64, batches included")
    print(f"{'seeds':>8}{'µs per step':>14}{'µs per seed-step':>20}{'of it batches':>16}")
    for seeds, iterations in ((1, 2000), (32, 1000), (256, 500)):
        count = iterations // (10 if quick else 1)
        whole = least_s(training((4, 2, 1), batches, adam, {"lr": 3e-2}, count, seeds),
                        2 if quick else 5)
        drawing = least_s(drawn(batches, count, seeds), 2)
        step = whole / count * 1e6
        print(f"{seeds:8}{step:14.1f}{step / seeds:20.2f}{drawing / count / seeds * 1e6:16.2f}")
    print(f"  aim {AIM_US:.1f} µs at 256 seeds, "
          f"{'reached' if step / seeds <= AIM_US else 'missed'}; "
          f"{step / seeds / LIMIT_US:.1f} times a C loop ({LIMIT_US} µs, not run here)\n")


def lockstep(batches: Batches, quick: bool) -> None:
    """All rules on the same batches against each on its own."""
    count, seeds = 50 if quick else 300, range(64)
    contestants: dict[str, tuple[Rule, Mapping[str, float]]] = {
        name: (rule, {}) for name, rule in RULES.items()}
    network = LayeredNetwork((4, 2, 1))
    together = least_s(
        lambda: train_together(network, batches, contestants, count, seeds), 2)
    apart = sum(
        least_s(training(network.layers, batches, rule, {}, count, 64), 2)
        for rule in RULES.values())
    print(f"all {len(RULES)} rules, 64 seeds: in lockstep "
          f"{together / count / 64 / len(RULES) * 1e6:.2f} µs per seed-step and rule, "
          f"apart {apart / count / 64 / len(RULES) * 1e6:.2f} µs\n")


def whole_runs(batches: Batches, quick: bool) -> None:
    """The lecture's runs with SGD: one seed, on its own stream; 256 seeds, per seed."""
    print("whole runs with SGD, seconds; peer: figure from another machine, not run here")
    print(f"{'':32}{'engine':>9}{'peer':>8}{'ratio':>9}{'per seed of 256':>18}{'ratio':>9}")
    lecture = Batches(batches.samples, batches.size, stream="lecture")
    for run in WHOLE:
        count = run.iterations // (100 if quick else 1)
        one = least_s(training(run.layers, lecture, sgd, {}, count, 1), 1 if quick else 2)
        # 256 seeds: a twentieth of the run, scaled up.
        part = max(20, count // 20)
        many = least_s(training(run.layers, batches, sgd, {}, part, 256), 1 if quick else 2)
        alone, each = (one * run.iterations / count, many * run.iterations / part / 256)
        print(f"{run.name:32}{alone:9.2f}{run.peer_s:8.0f}{run.peer_s / alone:9.0f}"
              f"{each:18.4f}{run.peer_s / each:9.0f}")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few iterations, rough numbers")
    options = parser.parse_args()
    batches = Batches(two_gaussians(dimensions=4, size=5000, seed=0), size=8)
    print(f"Python {platform.python_version()}, numpy {np.__version__}, "
          f"{platform.machine()}, one thread\n")
    steps(batches, options.quick)
    lockstep(batches, options.quick)
    whole_runs(batches, options.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
