"""Convergence is not correctness, and `convergence` fails no right rule: both counted.

    python -m benchmarks.convergence [--quick] [--runs N] [--seed N] [--isolation LEVEL]

First, what the specified rules show themselves. Then, how many wrong rules a grader would pass that
looks at convergence alone; right rules in other forms on fresh seeds: claims asked and claims
missed; and what a whole grading costs.
"""

from __future__ import annotations

import os

# Before numpy is imported: a thread per core costs more than these small products.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from benchmarks.convergence import false_failures, graders_by_convergence, reference_effects
from benchmarks.convergence.cost import cost
from benchmarks.convergence.graders_by_convergence import GRADERS, Mutant
from cgp_harness.probing.statistics.paired import FAILURE
from cgp_harness.sandbox.host import levels
from cgp_reference.problems import PROBLEMS
from tests.mutants.write import SINGLES

RUNS = 2000


def wrong_rules(mutants: Sequence[Mutant]) -> int:
    """Print what convergence alone would pass; returns how many pass here.

    That they do not, while a grader by convergence would pass some, is what the page says.
    """
    print(f"{len(mutants)} wrong rules, 32 paired seeds; passed of those that could be asked\n")
    print(f"{'':30}" + "".join(f"{grader:>14}" for grader in GRADERS))
    for problem in PROBLEMS.values():
        cells = [_cell([m.accepted[problem.name][grader] for m in mutants]) for grader in GRADERS]
        print(f"{problem.title:30}" + "".join(f"{cell:>14}" for cell in cells))
    cells = [_cell([_everywhere(mutant, grader) for mutant in mutants]) for grader in GRADERS]
    print(f"{'on all that are not chaotic':30}" + "".join(f"{cell:>14}" for cell in cells))
    here = [mutant for mutant in mutants if mutant.passes_here]
    print(f"{'here':30}{_cell([mutant.passes_here for mutant in mutants]):>14}")
    for grader in GRADERS[2:]:
        names = [f"{m.family} {m.flag}" for m in mutants if _everywhere(m, grader)]
        print(f"  {grader} passes everywhere: {', '.join(names) or 'none'}")
    for mutant in here:
        print(f"  WRONG: {mutant.family} {mutant.flag} passed here")
    fooled = any(_everywhere(mutant, grader) for mutant in mutants for grader in GRADERS)
    if not fooled:
        print("  WRONG: no grader by convergence passes any of them")
    return len(here) + (not fooled)


def _everywhere(mutant: Mutant, grader: str) -> bool | None:
    """Whether the grader passes it on every problem where it may ask; None if there is none."""
    answers = [
        mutant.accepted[problem.name][grader]
        for problem in PROBLEMS.values() if not problem.chaotic
    ]
    asked = [answer for answer in answers if answer is not None]
    return all(asked) if asked else None


def _cell(answers: Sequence[bool | None]) -> str:
    asked = [answer for answer in answers if answer is not None]
    return f"{sum(asked)} of {len(asked)}"


def right_rules(counts: Sequence[false_failures.Count]) -> int:
    """Print claims asked and missed; returns how many runs lost points, and what else is amiss."""
    runs, asked, missed = (
        sum(getattr(count, name) for count in counts) for name in ("runs", "asked", "missed"))
    print(f"\n{runs} runs of right rules, {len(counts)} fresh seeds, two networks, lr "
          f"{false_failures.LR:g}: {asked} claims asked, {missed} missed")
    print(f"  by theory less than {FAILURE:g} of the claims, {FAILURE * asked:.2f} here; "
          f"by this count at most {false_failures.bound(missed, asked):.1e} (95 %)")
    failures = [message for count in counts for message in count.failures]
    for message in failures:
        print(f"  WRONG:\n{message}")
    amiss = [text for text, wrong in (
        ("no run asked any claim", not asked),
        ("more claims are missed than theory allows, once in a thousand counts",
         missed and false_failures.at_least(missed, asked, FAILURE) < 1e-3),
    ) if wrong]
    for text in amiss:
        print(f"  WRONG: {text}")
    return len(failures) + len(amiss)


def main() -> int:
    """Print the tables; exit 1 if a wrong rule passed here or a right one lost points."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="8 wrong rules, 16 runs of right ones")
    parser.add_argument("--runs", type=int, default=RUNS, help="of right rules, about")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    jobs = [(family, flag, options.seed) for family in SINGLES for flag in SINGLES[family]]
    if options.quick:
        jobs = random.Random(options.seed).sample(jobs, 8)
    most = 16 if options.quick else len(false_failures.forms())
    rounds = 1 if options.quick else -(-options.runs // most)
    seeds = [(seed, most) for seed in false_failures.fresh_seeds(rounds, options.seed)]
    reference_effects.table(options.seed)
    with ProcessPoolExecutor(2) as pool:
        bad = wrong_rules(list(pool.map(graders_by_convergence.measured, jobs)))
        bad += right_rules(list(pool.map(false_failures.counted, seeds)))
    cost(levels.choose(options.isolation), 1 if options.quick else 5, quick=options.quick)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
