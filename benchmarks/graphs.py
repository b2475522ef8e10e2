"""What the checks on graphs say of every known mistake and every right way, over many seeds.

    python -m benchmarks.graphs [--quick]

In this process: the figures are of drawing, asking, judging and naming, without a worker's start.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.checks.graphs.backpropagation import backpropagation
from cgp_harness.checks.graphs.graph_stages import GRADIENTS, PARTIALS, cases
from cgp_harness.checks.graphs.partials import partials
from cgp_harness.model import Status
from tests.harness.graphs_in_process import context_of
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS

Check = Callable[[Context], Outcome]
SEEDS, QUICK_SEEDS = 50, 3


def wrong() -> Iterator[tuple[str, Check, str]]:
    """The flags of each mutant, its check and its source."""
    for flags, method, helpers in WRONG_FORWARDS.values():
        yield flags, partials, submission(method, BACKWARDS["reverse_order"], helpers)
    for flags, method in WRONG_BACKWARDS.values():
        yield flags, backpropagation, submission(FORWARDS["program"], method)


def right() -> Iterator[tuple[Check, str]]:
    """The check and the source of each right way."""
    for method in FORWARDS.values():
        yield partials, submission(method, BACKWARDS["reverse_order"])
    for method in BACKWARDS.values():
        yield backpropagation, submission(FORWARDS["program"], method)


def main(seeds: int) -> None:
    begun = time.process_time()
    for seed in range(seeds):
        for stage in (*PARTIALS, *GRADIENTS):
            cases(stage, seed)
    spent = (time.process_time() - begun) / seeds * 1000
    print(f"{spent:6.0f} ms CPU to draw the graphs of a seed, once per process")
    failed = named = asked = 0
    begun = time.process_time()
    for seed in range(seeds):  # outside: the graphs of a few seeds are kept
        for flags, check, source in wrong():
            outcome = check(context_of(source, seed))
            asked += 1
            failed += outcome.status is Status.FAILED
            known = outcome.diagnosis.flags if outcome.diagnosis else ()
            named += set(known) == set(flags.split())
    spent = (time.process_time() - begun) / asked * 1000
    print(f"{asked:6} wrong (mistake, seed): {failed} fail, {named} are named, {spent:.0f} ms each")
    passed = asked = 0
    begun = time.process_time()
    for seed in range(seeds):
        for check, source in right():
            asked += 1
            passed += check(context_of(source, seed)).status is Status.PASSED
    spent = (time.process_time() - begun) / asked * 1000
    print(f"{asked:6} right (way, seed): {passed} pass, {spent:.0f} ms each")


if __name__ == "__main__":
    main(QUICK_SEEDS if "--quick" in sys.argv else SEEDS)
