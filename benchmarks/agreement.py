"""Whether `cgp check` and `cgp grade` say the same of every example, whatever the seed.

    python -m benchmarks.agreement [--seeds N] [--homework NAME]... [--only TEXT] [--quick]

A student runs `cgp check`, which has a seed of its own; the class is graded with one that nobody
knows. Each example and each complete plugin is checked once as the one does, and graded with N
seeds as the other does: status, points and names of every check must be the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cgp_assignments
from cgp_harness.assignment import Assignment, load
from cgp_harness.batch import grade_all
from cgp_harness.cli.options import SEED
from cgp_harness.collect import collect
from cgp_harness.model import Submission, SubmissionReport
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels

ROOT = Path(__file__).parents[1]
HOMEWORKS = ("step_size", "autograd_extension", "computational_graph")
ENDLESS = ("import_loop", "never_ends")
"""Each computes until it is stopped, for 10 s or more: these are graded with one seed."""
FEW = 4
"""So many are graded by one process sooner than a second one has begun."""
SHORT = ("perfect", "adam_no_bias_correction", "ignores_cotangent", "replaced_at_nodes")


@dataclass(frozen=True)
class Said:
    """What is said of one check."""

    check: str
    status: str
    score: float
    flags: tuple[str, ...]

    def __str__(self) -> str:
        named = f" ({', '.join(self.flags)})" if self.flags else ""
        return f"{self.check}: {self.status}, {self.score:g}{named}"


def said(report: SubmissionReport) -> tuple[Said, ...]:
    """All of it, but for what is measured by a clock."""
    return tuple(
        Said(check.id, check.status, check.score,
             check.diagnosis.flags if check.diagnosis else ())
        for check in report.checks if check.kind != "step_cost")


def differences(ours: Sequence[Said], theirs: Sequence[Said]) -> Iterator[str]:
    """What two reports do not agree on."""
    for one, other in zip(ours, theirs, strict=True):
        if one != other:
            yield f"{one}; then {other}"


def corpus(homework: str) -> list[Submission]:
    """The examples of a homework, and its complete plugins; those that differ in name alone."""
    folder = Path(cgp_assignments.__file__).parent / homework / "examples"
    return [*collect([folder]), *collect([ROOT / "plugins" / homework])]


def disagreements(
    submissions: Sequence[Submission], assignment: Assignment, seeds: Sequence[int], isolation: str
) -> list[list[str]]:
    """Of each submission a line for each check of each seed on which the two differ."""
    checked = [said(grade(one, assignment, seed=SEED, isolation=isolation)) for one in submissions]
    found: list[list[str]] = [[] for _ in submissions]
    for seed in seeds:
        reports = grade_all(
            submissions, assignment, seed=seed, isolation=isolation,
            jobs=1 if len(submissions) <= FEW else None)
        for lines, ours, report in zip(found, checked, reports, strict=True):
            lines += [f"seed {seed}: {line}" for line in differences(ours, said(report))]
    return found


def main() -> int:
    """Print a line for each example; exit 1 unless the two commands agree on all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--homework", action="append", choices=HOMEWORKS, help="these only")
    parser.add_argument("--only", default="", help="examples whose name has this text")
    parser.add_argument("--quick", action="store_true", help="a few examples, on one seed")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    seeds, isolation = range(1 if options.quick else options.seeds), levels.choose(
        options.isolation)
    bad = asked = 0
    for homework in options.homework or HOMEWORKS:
        chosen = [one for one in corpus(homework) if options.only in one.id
                  and (not options.quick or one.id in SHORT)]
        for endless in (False, True):
            some = [one for one in chosen if (one.id in ENDLESS) == endless]
            tried = seeds[:1] if endless else seeds
            every = disagreements(some, load(homework), tried, isolation)
            for one, found in zip(some, every, strict=True):
                bad, asked = bad + bool(found), asked + 1
                told = f"DIFFERS {len(found)} times" if found else (
                    f"the same on {len(tried)} seeds")
                lines = [f"{f'{homework}, {one.id}':50} {told}", *found[:3]]
                print("\n    ".join(lines), flush=True)
    print(f"\n{asked - bad} of {asked} submissions get the same from both commands")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
