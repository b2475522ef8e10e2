"""Which single bugs, planted in the product, our own tests do not see.

    python -m benchmarks.planted [--area TEXT] [--only TEXT] [--anchors] [--quick]

Each is planted in a copy of the repository, alone; the tests of its area are run there until the
first fails. A bug whose text is no longer in its file ends the run: the table must follow the code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.planted import (
    boundary,
    diagnoses,
    forms,
    lockdown,
    measures,
    parameters,
    records,
    stages,
    tolerances,
)
from benchmarks.planted.bug import Area, Bug, LostAnchorError
from benchmarks.planted.field import ROOT, copy_of, run, with_bug

AREAS: tuple[Area, ...] = (
    *tolerances.AREAS, *stages.AREAS, *diagnoses.AREAS, *records.AREAS, *boundary.AREAS,
    *lockdown.AREAS, *measures.AREAS, *parameters.AREAS, *forms.AREAS)
QUICK = 4
"""Bugs of the short form."""


def main() -> int:
    """Print a line for each bug and a table by area; exit 1 if one survives that need not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--area", default="", help="areas whose name has this text")
    parser.add_argument("--only", default="", help="bugs whose line has this text")
    parser.add_argument("--anchors", action="store_true", help="look for their places, no more")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} bugs with fast tests")
    options = parser.parse_args()
    if lost := list(lost_anchors(AREAS)):
        print("\n".join(["The table has not followed the code:", *lost]))
        return 2
    if options.anchors:
        print(f"{sum(len(area.bugs) for area in AREAS)} bugs, each with its place")
        return 0
    areas = chosen(options.area, options.only, quick=options.quick)
    if not areas:
        print("no bug of these areas has this text")
        return 2
    tests = list(dict.fromkeys(test for area in areas for test in area.tests))
    survivors = 0
    with copy_of() as folder:
        if seen := run(folder, tests).seen_by:
            print(f"without any bug {seen} fails: nothing can be said")
            return 2
        for area in areas:
            survived = [bug for bug in area.bugs if not _seen(folder, area, bug)]
            survivors += sum(not bug.why for bug in survived)
            print(f"{area.name}: {len(survived)} of {len(area.bugs)} survive\n", flush=True)
    return 1 if survivors else 0


def lost_anchors(areas: Sequence[Area]) -> Iterator[str]:
    """A line for each bug that cannot be planted, and each file of tests that is not there."""
    for area in areas:
        for bug in area.bugs:
            try:
                bug.planted(ROOT)
            except LostAnchorError as error:
                yield str(error)
        for test in dict.fromkeys((*area.tests, *(one for bug in area.bugs for one in bug.tests))):
            if not (ROOT / test.partition("::")[0]).is_file():
                yield f"{test}: there is no such file"


def chosen(area: str, only: str, *, quick: bool) -> list[Area]:
    """The areas asked for, with the bugs asked for."""
    found = [
        Area(one.name, one.tests, tuple(bug for bug in one.bugs if only in str(bug)))
        for one in AREAS if area in one.name]
    if quick:
        small = next(one for one in found if one.name == "tolerances of activations")
        found = [Area(small.name, small.tests, small.bugs[:QUICK])]
    return [one for one in found if one.bugs]


def _seen(folder: Path, area: Area, bug: Bug) -> bool:
    found = with_bug(folder, bug, tuple(dict.fromkeys((*bug.tests, *area.tests))))
    told = f"seen by {found.seen_by}" if found.seen_by else f"SURVIVES {bug.why}".rstrip()
    print(f"{bug}\n    {told}", flush=True)
    return not found.passed


if __name__ == "__main__":
    sys.exit(main())
