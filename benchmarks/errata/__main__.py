"""What separates the lecture's printed code from its equations, in numbers.

    python -m benchmarks.errata [--quick]

Three columns: the figure measured on ComputationalGraphPrimer 1.1.5 once and typed in; the same
from `cgp_reference.as_published`; the package itself, run here where the extra `peer` is installed.
Cosine and ratio compare the published step with the exact negative gradient; they are means over
batches, each with parameters of its own. Where two figures stand, parameters are from uniform(0, 1)
and from uniform(-3, 3). The `--quick` form has fewer batches and shorter runs, which are others.

Exits 1 if a figure, or the package's own, departs from the typed one by more than its row allows
(in the quick form, steps only, by more than four times that), or its records from the engine's by
1e-9.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks import published_peer as peer
from benchmarks.errata.claims import claims
from benchmarks.errata.steps import MULTI_ROWS, ONE_ROWS, RANGES, Steps, cosine, measured, ratio
from benchmarks.errata.table import head, line
from benchmarks.errata.trainings import Ends, dag_figures, of_peer
from cgp_reference.as_published.beside_exact import as_published, exact, exact_dag, published_dag
from cgp_reference.as_published.steps import ROWS, model_of
from cgp_reference.data import Array
from cgp_reference.network import LayeredNetwork

Measure = Callable[[Array, Array], str]
ONE_NEURON_RATES = {1e-3: "0.180 / 0.196", 5e-3: "0.420 / 0.145", 1e-2: "0.574 / 0.126",
                    5e-2: "0.688 / 0.106"}
SAME = "  largest relative difference of records"
PEER_RATE = 9e-2    # of the multi-neuron run that was measured


def row(
    what: str, published: str, steps: Sequence[Steps], rows: Sequence[int], measure: Measure,
    within: float,
) -> int:
    """One figure, for either range of parameters; 1 if it departs from the published one."""
    columns = zip(*([measure(*pair) for pair in each.of(rows)] for each in steps), strict=True)
    here, *others = [" | ".join(column) for column in columns]
    return line(what, published, here, others[0] if others else "not installed", within)


def mean_cosine(step: Array, exact_step: Array) -> str:
    return f"{np.mean(cosine(step, exact_step)):.3f}"


def mean_ratio(step: Array, exact_step: Array) -> str:
    return f"{np.mean(ratio(step, exact_step)):.1f}"


def range_of_ratio(step: Array, exact_step: Array) -> str:
    found = ratio(step, exact_step)
    return f"{found.min():.1f} to {found.max():.1f}"


def downhill(step: Array, exact_step: Array) -> str:
    return f"{np.mean(cosine(step, exact_step) > 0):.1%}"


def largest(step: Array, _: Array) -> str:
    return f"{np.abs(step).max():g}"


def steps_of_networks(quick: bool) -> int:
    """The two networks' steps; how many figures depart from the published ones."""
    count, wide = (100, 4.0) if quick else (2000, 1.0)
    one, multi = ([measured(name, *bounds, count) for bounds in RANGES]
                  for name in ROWS)
    weights, hidden = ONE_ROWS["weights"], MULTI_ROWS["hidden weights"]
    head(f"steps of {count} batches")
    return sum((
        row("one-neuron weights, cosine", "-1.000", one, weights, mean_cosine, 0.0005),
        row("  ratio", "0.5", one, weights, mean_ratio, 0.01),
        row("  downhill", "0.0%", one, weights, downhill, 0.01),
        row("one-neuron bias, downhill", "98% | 93%", one, ONE_ROWS["bias"], downhill, wide),
        row("multi-neuron output weights, cosine", "1.000", multi, MULTI_ROWS["output weights"],
            mean_cosine, 0.0005),
        row("  ratio", "0.5", multi, MULTI_ROWS["output weights"], mean_ratio, 0.01),
        row("multi-neuron hidden weights, cosine", "0.999 | 0.991", multi, hidden, mean_cosine,
            0.005 * wide),
        row("  ratio", "3.0 | 11.8", multi, hidden, mean_ratio, 2.0),
        row("multi-neuron hidden biases, cosine", "0.93 | 0.82", multi,
            MULTI_ROWS["hidden biases"], mean_cosine, 0.03 * wide),
        row("multi-neuron all parameters, cosine", "0.60 | 0.44", multi,
            MULTI_ROWS["all parameters"], mean_cosine, 0.02 * wide),
        row("  hidden weights, ratio from, to", "2.0 to 7.3", multi[:1], hidden, range_of_ratio,
            1.0 * wide),
        row("multi-neuron output bias, largest step", "0", multi, MULTI_ROWS["output bias"],
            largest, 1e-12),
    ))


def arrow(ends: Ends | None) -> str:
    return "not installed" if ends is None else f"{ends.first:.3f} → {ends.last:.3f}"


def same(ends: Ends, of_the_peer: Ends | None) -> int:
    """The row that says how far the package's records are from the engine's; 1 if too far."""
    if of_the_peer is None:
        return line(SAME, "", "", "not installed")
    distance = ends.distance(of_the_peer)
    line(SAME, "", "", f"{distance:.0e}")
    return int(distance > 1e-9)


def one_neuron(quick: bool) -> int:
    """Losses of the one neuron after training; how many figures depart from the published ones."""
    bad, within = 0, None if quick else 0.002
    one, iterations = model_of("one_neuron"), 1000 if quick else 40_000
    head(f"one-neuron, {iterations:,} iterations, seed 0, last 10 records")
    print("  published / sign put right / sign and factor 2 of Eq. 18")
    for rate, published in ONE_NEURON_RATES.items():
        wrong = Ends.of_batches(as_published(one, 0, rate, iterations).losses)
        # Half the gradient is the published step with its sign put right.
        half, whole = (
            Ends.of_batches(exact(one, LayeredNetwork((4, 1)), 0, r, iterations).losses)
            for r in (rate / 2, rate))
        own = of_peer("one_neuron", 0, rate, iterations)
        here = " / ".join(f"{ends.last:.3f}" for ends in (wrong, half, whole))
        bad += line(f"lr {rate:g}", published, here,
                    "not installed" if own is None else f"{own.last:.3f}", within)
        bad += same(wrong, own)
    return bad


def multi_neuron(quick: bool) -> int:
    """Losses of the 4-2-1 network after training; how many depart from the published ones."""
    bad, within = 0, None if quick else 0.002
    multi, network = model_of("multi_neuron"), LayeredNetwork((4, 2, 1))
    iterations = 500 if quick else 20_000
    head(f"4-2-1, {iterations:,} iterations, seed 100: first record → last 10")
    for rate in (*ONE_NEURON_RATES, PEER_RATE):
        at_peer_rate = rate == PEER_RATE
        wrong = Ends.of_batches(as_published(multi, 100, rate, iterations).losses)
        own = of_peer("multi_neuron", 100, rate, iterations) if at_peer_rate else None
        bad += line(f"lr {rate:g}, as published", "0.321 → 0.121" if at_peer_rate else "",
                    arrow(wrong), arrow(own) if at_peer_rate else "",
                    within if at_peer_rate else None)
        if at_peer_rate:
            bad += same(wrong, own)
        line("  equations", "", arrow(Ends.of_batches(
            exact(multi, network, 100, rate, iterations).losses)), "")
    return bad


def dag(quick: bool) -> int:
    """The DAG's steps and losses; how many figures depart from the published ones."""
    size = 500 if quick else 10_000
    found = dag_figures(0, 1e-6, size)
    published = Ends.of_samples(found.losses)
    own = (peer.answer({"run": "dag", "seed": 0, "learning_rate": 1e-6, "iterations": size})
           if peer.installed() else None)
    of_own = None if own is None else Ends.of_samples(own["record"])
    head(f"DAG, {size:,} samples, seed 0, lr 1e-6: first → last tenth")
    bad = line("absolute error, as published", "68.3 → 63.8", arrow(published),
               arrow(of_own), None if quick else 0.1)
    bad += same(published, of_own)
    line("  farthest that a parameter moves", "hardly", f"{found.moved:.1e}", "")
    bad += line("error rises after the step", "47%", f"{found.rises:.1%}", "", 5.0)
    line("  only at xa > 0", "", "yes" if found.rises_only_above_0 else "no", "")
    line("step from -(∂xw/∂p) p, median distance", "0", f"{found.own_value:.0e}", "")
    line("ground truth wrong", "about half", f"{found.wrong_truth:.1%}", "")
    for rate in (1e-6, 1e-5, 1e-4):
        line(f"lr {rate:g}: as published", "", arrow(Ends.of_samples(
            published_dag(0, rate, size).losses)), "")
        line("  equations, true ground truth", "", arrow(Ends.of_samples(
            exact_dag(0, rate, size).losses)), "")
    return bad


def main() -> int:
    """Print the tables; 1 if a figure departs from the published one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer batches, shorter runs")
    options = parser.parse_args()
    sections = (steps_of_networks, one_neuron, multi_neuron, dag, claims)
    bad = sum([section(options.quick) for section in sections])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
