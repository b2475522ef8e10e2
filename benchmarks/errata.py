"""What separates the lecture's printed code from its equations, in numbers.

    python -m benchmarks.errata [--quick]

Three columns: the figure measured on ComputationalGraphPrimer 1.1.5 once and typed in; the same
from `cgp_reference.as_published`; the package itself, run here where the extra `peer` is installed.
Cosine and ratio compare the published step with the exact negative gradient; they are means over
batches, each with parameters of its own. Where two figures stand, parameters are from uniform(0, 1)
and from uniform(-3, 3). The `--quick` form has fewer batches and shorter runs, which are others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks import published_peer as peer
from benchmarks.errata_steps import MULTI_ROWS, ONE_ROWS, RANGES, Steps, cosine, measured, ratio
from benchmarks.errata_trainings import Ends, dag_figures, of_peer
from cgp_reference.as_published.beside_exact import as_published, exact, exact_dag, published_dag
from cgp_reference.as_published.steps import ROWS, model_of
from cgp_reference.data import Array
from cgp_reference.network import LayeredNetwork

Measure = Callable[[Array, Array], str]
ONE_NEURON_RATES = {1e-3: "0.180 / 0.196", 5e-3: "0.420 / 0.145", 1e-2: "0.574 / 0.126",
                    5e-2: "0.688 / 0.106"}
SAME = "  largest relative difference of records"
PEER_RATE = 9e-2    # of the multi-neuron run that was measured


def line(what: str, published: str, here: str, of_the_peer: str) -> None:
    """One row."""
    print(f"{what:42}{published:>24}{here:>24}{of_the_peer:>24}")


def head(title: str) -> None:
    """A section's head."""
    print(f"\n{title}")
    line("", "published measurement", "this engine", "peer, run here")


def row(
    what: str, published: str, steps: Sequence[Steps], rows: Sequence[int], measure: Measure
) -> None:
    """One figure, for either range of parameters."""
    columns = zip(*([measure(*pair) for pair in each.of(rows)] for each in steps), strict=True)
    here, *others = [" | ".join(column) for column in columns]
    line(what, published, here, others[0] if others else "not installed")


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


def steps_of_networks(quick: bool) -> None:
    """The two networks' steps."""
    count = 100 if quick else 2000
    one, multi = ([measured(name, *bounds, count) for bounds in RANGES]
                  for name in ROWS)
    head(f"steps of {count} batches")
    row("one-neuron weights, cosine", "-1.000", one, ONE_ROWS["weights"], mean_cosine)
    row("  ratio", "0.5", one, ONE_ROWS["weights"], mean_ratio)
    row("  downhill", "0 of 2,000", one, ONE_ROWS["weights"], downhill)
    row("one-neuron bias, downhill", "98% | 93%", one, ONE_ROWS["bias"], downhill)
    for name, published, length in (
        ("output weights", "1.000", "0.5"), ("hidden weights", "0.999 | 0.991", "3.0 | 11.8"),
        ("hidden biases", "0.93 | 0.82", ""), ("all parameters", "0.60 | 0.44", ""),
    ):
        row(f"multi-neuron {name}, cosine", published, multi, MULTI_ROWS[name], mean_cosine)
        if length:
            row("  ratio", length, multi, MULTI_ROWS[name], mean_ratio)
    row("  hidden weights, ratio from, to", "2.0 to 7.3", multi[:1], MULTI_ROWS["hidden weights"],
        range_of_ratio)
    row("multi-neuron output bias, largest step", "0", multi, MULTI_ROWS["output bias"], largest)


def arrow(ends: Ends | None) -> str:
    return "not installed" if ends is None else f"{ends.first:.3f} → {ends.last:.3f}"


def far(ends: Ends, of_the_peer: Ends | None) -> str:
    return "not installed" if of_the_peer is None else f"{ends.distance(of_the_peer):.0e}"


def one_neuron(quick: bool) -> None:
    """Losses of the one neuron after training."""
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
        line(f"lr {rate:g}", published, f"{wrong.last:.3f} / {half.last:.3f} / {whole.last:.3f}",
             "not installed" if own is None else f"{own.last:.3f}")
        line(SAME, "", "", far(wrong, own))


def multi_neuron(quick: bool) -> None:
    """Losses of the 4-2-1 network after training."""
    multi, network = model_of("multi_neuron"), LayeredNetwork((4, 2, 1))
    iterations = 500 if quick else 20_000
    head(f"4-2-1, {iterations:,} iterations, seed 100: first record → last 10")
    for rate in (*ONE_NEURON_RATES, PEER_RATE):
        at_peer_rate = rate == PEER_RATE
        wrong = Ends.of_batches(as_published(multi, 100, rate, iterations).losses)
        own = of_peer("multi_neuron", 100, rate, iterations) if at_peer_rate else None
        line(f"lr {rate:g}, as published", "0.321 → 0.121" if at_peer_rate else "",
             arrow(wrong), arrow(own) if at_peer_rate else "")
        if at_peer_rate:
            line(SAME, "", "", far(wrong, own))
        line("  equations", "", arrow(Ends.of_batches(
            exact(multi, network, 100, rate, iterations).losses)), "")


def dag(quick: bool) -> None:
    """The DAG's steps and losses."""
    size = 500 if quick else 10_000
    found = dag_figures(0, 1e-6, size)
    published = Ends.of_samples(found.losses)
    own = (peer.answer({"run": "dag", "seed": 0, "learning_rate": 1e-6, "iterations": size})
           if peer.installed() else None)
    of_own = None if own is None else Ends.of_samples(own["record"])
    head(f"DAG, {size:,} samples, seed 0, lr 1e-6: first → last tenth")
    line("absolute error, as published", "68.3 → 63.8", arrow(published),
         arrow(of_own))
    line(SAME, "", "", far(published, of_own))
    line("  farthest that a parameter moves", "hardly", f"{found.moved:.1e}", "")
    line("error rises after the step", "47%", f"{found.rises:.1%}", "")
    line("  only at xa > 0", "", "yes" if found.rises_only_above_0 else "no", "")
    line("step from -(∂xw/∂p) p, median distance", "0", f"{found.own_value:.0e}", "")
    line("ground truth wrong", "about half", f"{found.wrong_truth:.1%}", "")
    for rate in (1e-6, 1e-5, 1e-4):
        line(f"lr {rate:g}: as published", "", arrow(Ends.of_samples(
            published_dag(0, rate, size).losses)), "")
        line("  equations, true ground truth", "", arrow(Ends.of_samples(
            exact_dag(0, rate, size).losses)), "")


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer batches, shorter runs")
    options = parser.parse_args()
    steps_of_networks(options.quick)
    one_neuron(options.quick)
    multi_neuron(options.quick)
    dag(options.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
