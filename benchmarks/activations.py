"""What `learning` says of activations in use and of useless ones, over many seeds of the grader.

    python -m benchmarks.activations            # 20 seeds, 1 to 2 minutes; `--quick`: two seeds

Refused is what is above the margin by more than 0.49 standard deviations of the seeds' differences:
the t-test at 0.005 on 32 seeds. Then each mistake of `activation` is left out of what it knows, and
activations that make it are graded: they must fail, and get no name but that of an equal mistake.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

import numpy as np

from cgp_harness.kinds.activation.checks.learning import (
    MARGIN,
    RATE,
    SEEDS,
    STREAM,
    of_sigmoid,
    shown_worse,
    trained,
)
from cgp_harness.probing.statistics.paired import Paired, compared
from cgp_harness.probing.training_loop import seeds_from
from cgp_reference.activation import Activation, Both
from tests.harness.activations.activation_forms import IN_USE, RIGHT, USELESS
from tests.harness.activations.left_out import KNOWN_BY_FORMULA, of_activations
from tests.harness.activations.test_activation_check import WRONG


def differences(name: str, function: Both, seeds: int) -> list[Paired]:
    """Of each seed of the grader: the activation less the sigmoid."""
    found = []
    for seed in range(seeds):
        drawn = seeds_from(seed, STREAM, SEEDS)
        losses = trained(Activation.of(name, function), drawn, RATE)
        found.append(compared(losses, of_sigmoid(drawn, RATE)))
    return found


def table(functions: Mapping[str, Both], seeds: int) -> int:
    """Print a row for each activation; return how many runs were refused."""
    total = 0
    for name, function in functions.items():
        with np.errstate(all="ignore"):
            found = differences(name, function, seeds)
        means = [one.mean for one in found]
        # The sigmoid itself is the same on all seeds: infinitely many.
        above = [float(np.clip(-one.effect(MARGIN), -99, 99)) for one in found]
        refused = sum(map(shown_worse, found))
        total += refused
        print(f"{name:16}{min(means):+8.3f}{max(means):+8.3f}{min(above):+8.1f}{max(above):+8.1f}"
              f"{refused:6} of {seeds}")
    return total


def left_out_table(seeds: int) -> int:
    """Print what mistakes are called that `activation` does not know; how many falsely."""
    known = {flag: WRONG[flag] for flag in KNOWN_BY_FORMULA}
    found = [one for seed in range(seeds) for one in of_activations(known, seed)]
    falsely = [one for one in found if one.falsely]
    called = sum(bool(one.called) for one in found)
    print(f"\nleft out: {called} of {len(found)} get the name of an equal one, "
          f"{len(falsely)} a false one")
    for one in falsely:
        print(f"  FALSE: {one.mistake}: {one.called}")
    return len(falsely)


def main() -> int:
    """Print the tables; exit 1 if one in use was refused, a useless one not, or a name is false."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="two seeds")
    seeds = 2 if parser.parse_args().quick else 20
    print(f"decades of loss, least and greatest mean over {seeds} seeds; above a margin of "
          f"{MARGIN:g}, in sd\n")
    print(f"{'activation':16}{'mean':>12}{'above':>18}{'refused':>14}")
    wrongly = table({name: RIGHT[name] for name in IN_USE}, seeds)
    rightly = table(USELESS, seeds)
    print(f"\nin use and refused: {wrongly} of {seeds * len(IN_USE)}; useless and refused: "
          f"{rightly} of {seeds * len(USELESS)}")
    falsely = left_out_table(seeds)
    return int(wrongly > 0 or rightly < seeds * len(USELESS) or falsely > 0)


if __name__ == "__main__":
    sys.exit(main())
