"""Whether every cell of the declared ground is looked at, whatever the seed.

    python -m benchmarks.regions [--kind KIND]... [--only TEXT] [--seeds N] [--quick]

Into right submissions of every homework a fault is planted that acts in one cell alone: one step
number, one shape, one stride, one magnitude, one operator. Each is graded by the checks that
decide, with N seeds in one worker, and must lose points with every seed; a right one, with none.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from benchmarks import regions
from benchmarks.regions.cell import Cell, Grading, graded
from cgp_harness.sandbox.host import levels

KINDS = tuple(
    sorted(one.name for one in pkgutil.iter_modules(regions.__path__)
           if one.name in ("rules", "functions", "activations", "graphs")))


def main() -> int:
    """Print a line for each cell; exit 1 unless each is caught, and each right one kept, always."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kind", action="append", choices=KINDS, help="these only")
    parser.add_argument("--only", default="", help="cells whose region or name has this text")
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--quick", action="store_true", help="a cell of each region, on 2 seeds")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    seeds = range(2 if options.quick else options.seeds)
    ask = partial(graded, seeds=seeds, isolation=levels.choose(options.isolation))
    bad = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for kind in options.kind or KINDS:
            module = importlib.import_module(f"benchmarks.regions.{kind}")
            for title, cells, good in (
                ("caught", module.cells(), _caught), ("kept", module.right(), _kept),
            ):
                chosen = _chosen(cells, options.only, quick=options.quick)
                answers = pool.map(ask, chosen)
                lines = [_line(title, cell, answer, good)
                         for cell, answer in zip(chosen, answers, strict=True)]
                bad += (failed := lines.count(False))
                print(f"{kind}: {len(lines) - failed} of {len(lines)} cells {title} "
                      f"with all of {len(seeds)} seeds\n", flush=True)
    return 1 if bad else 0


def _chosen(cells: Sequence[Cell], only: str, *, quick: bool) -> list[Cell]:
    """Those asked for; of each region the first, where it shall be quick."""
    found = [cell for cell in cells if only in f"{cell.task} {cell.region} {cell.name}"]
    first = {(cell.assignment, cell.region): cell for cell in reversed(found)}
    return [*reversed(first.values())] if quick else found


def _caught(grading: Grading) -> bool:
    return bool(grading.lost) and not grading.error


def _kept(grading: Grading) -> bool:
    return not grading.lost and not grading.error


def _line(
    title: str, cell: Cell, answer: Sequence[Grading], good: Callable[[Grading], bool]
) -> bool:
    """Whether it went well with every seed."""
    bad = [grading for grading in answer if not good(grading)]
    print(f"{f'{cell.task}, {cell.region}: {cell.name}':70} "
          f"{title} {len(answer) - len(bad)} of {len(answer)}", flush=True)
    for grading in bad[:2]:
        said = grading.error or "; ".join(grading.lost) or "full marks"
        print(f"  seed {grading.seed}: {said}")
    return not bad


if __name__ == "__main__":
    sys.exit(main())
