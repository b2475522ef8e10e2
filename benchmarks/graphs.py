"""What the checks on graphs say of every known mistake and every right way, over many seeds.

    python -m benchmarks.graphs [--quick]

In this process: the figures are of drawing, asking, judging and naming, without a worker's start.
Then wrong submissions that no bank knows, and every mistake of the banks, single and in pairs,
diagnosed by a bank that lacks it. Exits 1 below what is published: each wrong one fails, each
known one is named, each right one passes, no name is false.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.kinds.backprop.checks.backpropagation import backpropagation
from cgp_harness.kinds.backprop.checks.partials import partials
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS, cases
from cgp_harness.model import Status
from tests.harness.graphs import graphs_left_out as left_out
from tests.harness.in_process.graphs import context_of
from tests.mutants.backprop_outside import OUTSIDE, TRUE_NAMES
from tests.mutants.backprop_right import BACKWARDS, FORWARDS, submission
from tests.mutants.backprop_wrong import WRONG_BACKWARDS, WRONG_FORWARDS

Check = Callable[[Context], Outcome]
CHECKS: dict[str, Check] = {"forward": partials, "backward": backpropagation}
SEEDS = range(50)
QUICK_SEEDS, QUICK_PAIRS = range(1, 2), 20
"""Of the short form: the tests ask with seed 0."""


@dataclass(frozen=True)
class Asked:
    """A submission, the check that is asked, and the flags that it may have."""

    name: str
    check: Check
    source: str
    flags: frozenset[str] = frozenset()


def known() -> Iterator[Asked]:
    """Each mistake of the banks."""
    for name, (flags, method, helpers) in WRONG_FORWARDS.items():
        yield Asked(name, partials, submission(method, BACKWARDS["reverse_order"], helpers),
                    frozenset(flags.split()))
    for name, (flags, method) in WRONG_BACKWARDS.items():
        yield Asked(name, backpropagation, submission(FORWARDS["program"], method),
                    frozenset(flags.split()))


def outside() -> Iterator[Asked]:
    """Each wrong one that no bank knows."""
    for name, (method, source) in OUTSIDE.items():
        yield Asked(name, CHECKS[method], source, frozenset(TRUE_NAMES.get(name, ())))


def right() -> Iterator[Asked]:
    """Each right way."""
    for name, method in FORWARDS.items():
        yield Asked(name, partials, submission(method, BACKWARDS["reverse_order"]))
    for name, method in BACKWARDS.items():
        yield Asked(name, backpropagation, submission(FORWARDS["program"], method))


def drawing(seeds: Sequence[int]) -> None:
    """What the graphs of a process, and of a seed, cost."""
    begun = time.process_time()
    for stage in (*PARTIALS, *GRADIENTS):
        for case in stage.fixed():
            _ = case.point, case.seeded, case.gradients
    fixed = time.process_time() - begun
    begun = time.process_time()
    for seed in seeds:
        for stage in (*PARTIALS, *GRADIENTS):
            cases(stage, seed)
    drawn = (time.process_time() - begun) / len(seeds)
    print(f"{1000 * fixed:6.0f} ms CPU for the fixed graphs, once per process; "
          f"{1000 * drawn:.0f} ms to draw those of a seed")


def graded(title: str, every: list[Asked], seeds: Sequence[int]) -> int:
    """Print what came of them; how many (submission, seed) are not as they should be."""
    fail = named = bad = 0
    begun = time.process_time()
    for seed in seeds:  # outside: the graphs of a few seeds are kept
        for one in every:
            outcome = one.check(context_of(one.source, seed))
            flags = frozenset(outcome.diagnosis.flags if outcome.diagnosis else ())
            failed = outcome.status is not Status.PASSED
            fail, named = fail + failed, named + bool(flags)
            allowed = (one.flags,) if title.startswith("known") else (one.flags, frozenset())
            if failed == title.startswith("right") or flags not in allowed:
                bad += 1
                print(f"  NOT AS IT SHOULD BE: {one.name}, seed {seed}: {outcome.status.value}, "
                      f"{', '.join(sorted(flags)) or 'no name'}")
    spent = (time.process_time() - begun) / len(seeds) / len(every) * 1000
    print(f"{len(seeds) * len(every):6} {title}: {fail} fail, {named} are named, {bad} not as they "
          f"should be, {spent:.0f} ms each", flush=True)
    return bad


def left_out_table(pairs: int | None) -> int:
    """Print what mistakes are called that the bank does not know; how many falsely."""
    false = 0
    for title, every in (
        ("partials", left_out.of_partials(1)), ("gradients", left_out.of_gradients(1)),
        ("partials, pairs", islice(left_out.of_partials(2), pairs)),
        ("gradients, pairs", islice(left_out.of_gradients(2), pairs)),
    ):
        found = [*every]
        wrongly = [one for one in found if one.falsely]
        for one in wrongly:
            print(f"  FALSE: {one.mistake}: {one.called}")
        print(f"{len(found):6} left out, {title}: {sum(bool(one.called) for one in found)} get the "
              f"name of an equal one, {len(wrongly)} a false one", flush=True)
        false += len(wrongly)
    return false


def main(seeds: Sequence[int], pairs: int | None) -> int:
    """Print the figures; 1 if one of them is below what is published."""
    drawing(seeds)
    bad = graded("known mistakes", [*known()], seeds)
    bad += graded("outside the banks", [*outside()], seeds)
    bad += graded("right ways", [*right()], seeds)
    bad += left_out_table(pairs)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(QUICK_SEEDS, QUICK_PAIRS) if "--quick" in sys.argv else main(SEEDS, None))
