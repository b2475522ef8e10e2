"""What training costs: the engine's time per seed and step, and whole runs of the lecture.

    python -m benchmarks.engine [--quick]

Times are CPU seconds of one thread, the least of several runs: a shared machine only ever adds.
Whole runs stand beside those of the package that goes with the lecture (`whole_runs.py`).

Exits 1 if a seed-step takes longer than the aim (in the quick form, whose numbers are rough, than
twice that), if rules are slower in lockstep than apart, or a whole run than the package's.
"""

from __future__ import annotations

import os

# Before numpy is imported: a thread per core costs more than these small products.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import platform
import sys
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.clock import least_s
from benchmarks.engine import whole_runs
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES, adam
from cgp_reference.rule import Rule
from cgp_reference.train import train, train_together

AIM_US = 1.0            # per seed-step of 4-2-1 with Adam at 256 seeds
LIMIT_US = 0.1          # the same in a C loop: 0.06 (float32) to 0.1 (float64)


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


def steps(batches: Batches, quick: bool) -> bool:
    """Per seed-step, by the number of seeds; whether the aim is missed."""
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
          f"a C loop would take {LIMIT_US} µs (not run here)\n")
    return step / seeds > AIM_US * (2 if quick else 1)


def lockstep(batches: Batches, quick: bool) -> bool:
    """All rules on the same batches against each on its own; whether together they are slower."""
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
    return together > apart


def main() -> int:
    """Print the tables; 1 if a figure is worse than what is published."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few iterations, rough numbers")
    options = parser.parse_args()
    batches = Batches(two_gaussians(dimensions=4, size=5000, seed=0), size=8)
    print(f"Python {platform.python_version()}, numpy {np.__version__}, "
          f"{platform.machine()}, one thread\n")
    missed = {
        "a seed-step takes longer than the aim": steps(batches, options.quick),
        "rules are slower in lockstep": lockstep(batches, options.quick),
        "a whole run is slower than the package's": whole_runs.table(batches, options.quick),
    }
    for what, true in missed.items():
        if true:
            print(f"WORSE THAN PUBLISHED: {what}")
    return 1 if any(missed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
