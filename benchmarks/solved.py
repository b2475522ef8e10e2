"""Whether right answers to homeworks that are made from a solution get full marks, on every seed.

    python -m benchmarks.solved [--seeds N] [--folder NAME]... [--only TEXT] [--quick]

Each folder of `tests/from_solution` is a homework, with what `cgp new assignment` makes of its
solution; its right answers are graded with N seeds, each in one worker, which is asked once what
is the same with every seed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import msgspec

from benchmarks.regions.asked_once import asked_once
from benchmarks.regions.known_once import known_once
from cgp_harness.assignment import Assignment, parse
from cgp_harness.authoring import answers
from cgp_harness.authoring.examples import perfect
from cgp_harness.authoring.of_kinds import handed_in
from cgp_harness.authoring.write import texts
from cgp_harness.collect import collect
from cgp_harness.errors import HarnessError
from cgp_harness.model import Submission
from cgp_harness.pipeline import grade
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject

CORPUS = Path(__file__).parents[1] / "tests" / "from_solution"
FOLDERS = sorted(path.parent.name for path in CORPUS.glob("*/solution.py"))


def homework(folder: str) -> Assignment:
    """The homework that `cgp new assignment` makes of a folder's solution.

    Raises:
        HarnessError: its kind of task is not installed.
    """
    file = CORPUS / folder / "solution.py"
    text = answers.read(file)
    wanted, further = answers.wanted(text, file)
    right = handed_in(perfect(text, further), wanted)
    return parse(texts("hw", text, right, wanted)["assignment.toml"].encode(), answers=text)


def lost(
    one: Submission, assignment: Assignment, seeds: Sequence[int], isolation: str
) -> Iterator[str]:
    """A line for each check of each seed that took points."""
    limits = msgspec.structs.replace(
        assignment.limits, total_s=assignment.limits.total_s * len(seeds))
    with (known_once(), WorkerSubject(one, limits, isolation, assignment.forbid) as worker,
          asked_once(worker)):
        for seed in seeds:
            result = grade(one, assignment, seed=seed, isolation=isolation,
                           open_subject=lambda *_: nullcontext(worker))
            for check in result.checks:
                if check.score < check.max_score:
                    first = check.message.partition("\n")[0]
                    yield (f"seed {seed}: {check.id}, {check.score:g} of {check.max_score:g}: "
                           f"{first}")


def main() -> int:
    """Print a line for each answer; exit 1 unless all get full marks on all seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--folder", action="append", choices=FOLDERS, help="these only")
    parser.add_argument("--only", default="", help="answers whose name has this text")
    parser.add_argument("--quick", action="store_true", help="one answer of each, on one seed")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    seeds, isolation = range(1 if options.quick else options.seeds), levels.choose(
        options.isolation)
    bad = asked = 0
    for folder in options.folder or FOLDERS:
        try:
            assignment = homework(folder)
        except HarnessError as error:
            print(f"{folder:50} left out: {error.what}")
            continue
        chosen = [one for one in collect(sorted((CORPUS / folder / "right").glob("*.py")))
                  if options.only in one.id]
        for one in chosen[:1] if options.quick else chosen:
            found = [*lost(one, assignment, seeds, isolation)]
            bad, asked = bad + bool(found), asked + 1
            told = f"LOSES POINTS {len(found)} times" if found else (
                f"full marks on {len(seeds)} seed{'s' * (len(seeds) > 1)}")
            print("\n    ".join([f"{f'{folder}, {one.id}':50} {told}", *found[:3]]), flush=True)
    print(f"\n{asked - bad} of {asked} right answers get full marks")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
