"""What training costs: the engine's time per seed and step, beside others, and whole runs.

    python -m benchmarks.engine [--quick]

Times are CPU seconds of one thread, the least of several runs: a shared machine only ever adds.
Beside the engine stand a C loop that is compiled here, torch, and jax where it is (`beside.py`).
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

from benchmarks.engine import beside, whole_runs
from benchmarks.engine.clock import least_s
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches, Source
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES, adam
from cgp_reference.rule import Rule
from cgp_reference.train import train, train_together

AIM_US = 1.0            # per seed-step of 4-2-1 with Adam at AT seeds
AT = 256


def training(
    layers: tuple[int, ...], batches: Source, rule: Rule, hyperparameters: Mapping[str, float],
    iterations: int, seeds: int,
) -> Callable[[], object]:
    """A training to be timed, batches and starts included."""
    return lambda: train(
        LayeredNetwork(layers), batches, rule, hyperparameters, iterations, range(seeds))


SEEDS = ((1, 2000), (16, 1000), (256, 500), (1024, 120), (4096, 30))
"""Seeds at once, and iterations that take about as long."""
GIVEN = 16
"""Batches that are drawn before, and taken again and again."""


def steps(batches: Batches, quick: bool) -> bool:
    """Per seed-step, by the number of seeds and by who computes; whether the aim is missed."""
    names = ("drawn", "given", "C", "C, float32", "torch", "jax")
    print("4-2-1, Adam, batch 8, float64, one thread: µs per seed-step\n"
          "drawn, given: this engine, its batches included or drawn before; the others' are given\n"
          f"{'seeds':>8}" + "".join(f"{name:>12}" for name in names), flush=True)
    missed = False
    for seeds, iterations in SEEDS:
        count, runs = iterations // (10 if quick else 1), 2 if quick else 5
        given = beside.Given.of(batches, seeds, min(GIVEN, count))
        each = [
            training((4, 2, 1), source, adam, {"lr": beside.RATE}, count, seeds)
            for source in (batches, given)]
        loops = [None if beside.compiled(real) is None
                 else beside.c_loop(given, seeds, count, real) for real in ("double", "float")]
        taken = [None if run is None else least_s(run, runs) / count / seeds * 1e6 for run in (
            *each, *loops, beside.by_torch(given, seeds, count),
            beside.by_jax(given, seeds, count))]
        print(f"{seeds:8}" + "".join(
            f"{'-':>12}" if one is None else f"{one:12.3f}" for one in taken), flush=True)
        if seeds == AT:
            missed = taken[0] is None or taken[0] > AIM_US * (2 if quick else 1)
    print(f"  aim {AIM_US:.1f} µs at {AT} seeds, batches drawn, {'missed' if missed else 'reached'}"
          "; -: no compiler, or jax is not installed (extra peer)\n")
    return missed


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
