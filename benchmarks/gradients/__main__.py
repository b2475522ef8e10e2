"""Wrong and right Functions through the real pipeline, beside what `gradcheck` says of each.

    python -m benchmarks.gradients [--seeds N] [--quick] [--isolation LEVEL]

Every mistake of `tests.mutants.functions` is graded in a worker: does it lose points, and what is
it called? Beside it stands what `torch.autograd.gradcheck` says of the same text, slow and fast.
Then each mistake of the bank is diagnosed by a bank that lacks it: what is it called instead?
Every right form is graded on N seeds (a fifth of them where a network is trained), and must keep
all points on all of them. Times are CPU seconds per Function, the start of the worker not counted.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import torch

from benchmarks.gradients.corpus import (
    AT_WORK,
    ONE_BY_ONE,
    FormAnswer,
    Verdict,
    right_one,
    summed,
    wrong_ones,
)
from benchmarks.gradients.gradcheck import Says, gradcheck
from cgp_harness.sandbox.host import levels
from tests.harness.activations import left_out
from tests.harness.functions.right.function_sources import FORMS, registered
from tests.mutants.functions.write import FAMILIES, FUNCTIONS, MISTAKES, source

PASSES: Says = "passes"
NAMED = {"quantize": 39, "softplus": 53, "affine": 51, "sign_ste": 47, "mine": 15}
"""How many of the listed mistakes of each task have a name; not to become fewer."""


@dataclass(frozen=True)
class Row:
    """One wrong Function: what the harness says, and gradcheck in its two modes."""

    verdict: Verdict
    slow: Says | None = None
    fast: Says | None = None


def says(task: str, mistake: str) -> tuple[Says, Says] | tuple[None, None]:
    """What gradcheck says, slow and fast; nothing of an activation, which is no Function."""
    if task not in FUNCTIONS:
        return None, None
    function = registered(source(task, mistake))[task]
    return gradcheck(function, task, fast=False), gradcheck(function, task, fast=True)


def rows_of(job: tuple[str, Sequence[str], int, str]) -> list[Row]:
    """The wrong ones of a task, in their order."""
    task, names, seed, isolation = job
    torch.set_num_threads(1)
    verdicts = wrong_ones(task, names, seed, isolation)
    return [Row(verdict, *says(task, verdict.name)) for verdict in verdicts]


def form_of(job: tuple[str, int, str, frozenset[str]]) -> FormAnswer:
    """One right form on as many seeds."""
    form, seeds, isolation, kinds = job
    torch.set_num_threads(1)
    return right_one(form, range(seeds), isolation, kinds)


def main() -> int:
    """Print the tables; exit 1 if a wrong one passed or a right one lost points, if a name is
    false, or if fewer are named than NAMED."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="a tenth of all, on 2 seeds")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    isolation = levels.choose(options.isolation)
    seeds = 2 if options.quick else options.seeds
    print(f"isolation {isolation}, seed {options.seed}; right forms on {seeds} seeds\n")
    with ProcessPoolExecutor(2) as pool:
        jobs = [(task, names, options.seed, isolation)
                for task, names in chosen(options.seed, options.quick).items()]
        rows = [row for found in pool.map(rows_of, jobs) for row in found]
        bad = wrong_table(rows, in_full=not options.quick)
        bad += left_out_table(40 if options.quick else None)
        for title, kinds, forms in right_tables(options.quick):
            # Training costs four times the rest: a fifth of the seeds.
            count = max(1, seeds // 5) if kinds == AT_WORK else seeds
            jobs_of_forms = [(form, count, isolation, kinds) for form in forms]
            bad += right_table(title, list(pool.map(form_of, jobs_of_forms)))
    return 1 if bad else 0


def right_tables(quick: bool) -> list[tuple[str, frozenset[str], list[str]]]:
    """Title, kinds of check and forms of each table: apart, since their costs differ."""
    if quick:
        return [("all checks", ONE_BY_ONE | {"activation"}, [*FORMS][:2])]
    return [
        ("forward, gradient, autograd", ONE_BY_ONE, [*FORMS]),
        ("activation", frozenset({"activation"}), [*FORMS]),
        ("training, learning", AT_WORK, [*FORMS]),
    ]


def chosen(seed: int, quick: bool) -> dict[str, list[str]]:
    """Task -> mistakes: all of them, or a tenth."""
    draw, found = random.Random(seed), {}
    for task in FAMILIES:
        names = [name for own, name in MISTAKES if own == task]
        found[task] = draw.sample(names, len(names) // 10) if quick else names
    return found


def left_out_table(pairs: int | None) -> int:
    """Print what mistakes are called that the bank does not know; how many falsely."""
    every = {
        "gradients": [*left_out.of_gradients()], "values": [*left_out.of_values()],
        "pairs": [*left_out.of_pairs(pairs)],
    }
    for title, found in every.items():
        called, falsely = sum(bool(one.called) for one in found), [
            one for one in found if one.falsely]
        print(f"left out, {title}: {called} of {len(found)} get the name of an equal one, "
              f"{len(falsely)} a false one")
        for one in falsely:
            print(f"  FALSE: {one.task}, {one.mistake}: {one.called}")
    print()
    return sum(one.falsely for found in every.values() for one in found)


def wrong_table(rows: list[Row], *, in_full: bool) -> int:
    """Print a line for each wrong one, and the totals; how many were not caught, or called wrongly,
    and how many names too few there are."""
    print(f"{'wrong':46}{'fails':26}{'is called':26}{'gradcheck':>10}{'fast':>9}")
    for task in FAMILIES:
        if task in FUNCTIONS:
            slow, fast = says(task, "")
            print(f"{f'{task}, the right one':46}{'-':26}{'-':26}{slow:>10}{fast:>9}")
        for row in rows:
            if row.verdict.task == task:
                _wrong_line(row)
    functions = [row for row in rows if row.verdict.task in FUNCTIONS]
    print()
    _totals("Functions", [row.verdict for row in functions if row.verdict.listed])
    _totals("Functions on no list", [row.verdict for row in functions if not row.verdict.listed])
    _totals("activations", [row.verdict for row in rows if row.verdict.task not in FUNCTIONS])
    for mode in ("slow", "fast"):
        let_pass = sum(getattr(row, mode) == PASSES for row in functions)
        print(f"gradcheck, {mode} mode, passes {let_pass} of {len(functions)} wrong Functions")
    print()
    bad = sum(not one.failed or one.error or one.misnamed for one in (row.verdict for row in rows))
    return bad + (sum(_too_few(rows, task) for task in NAMED) if in_full else 0)


def _too_few(rows: list[Row], task: str) -> int:
    named = sum(
        bool(row.verdict.named) for row in rows
        if row.verdict.task == task and row.verdict.listed)
    if named < NAMED[task]:
        print(f"TOO FEW NAMES: {named} of {task}, {NAMED[task]} before")
    return max(0, NAMED[task] - named)


def _wrong_line(row: Row) -> None:
    verdict = row.verdict
    called = ", ".join(verdict.named) or "-"
    if verdict.misnamed:
        called += " (WRONG NAME)"
    failed = verdict.failed or "PASSED"
    print(f"{f'{verdict.task}, {verdict.name}':46}{failed:26}{called:26}"
          f"{row.slow or '':>10}{row.fast or '':>9}")


def _totals(what: str, verdicts: list[Verdict]) -> None:
    if not verdicts:
        return
    caught = sum(bool(one.failed) and not one.error for one in verdicts)
    named = sum(bool(one.named) for one in verdicts)
    wrongly = sum(one.misnamed for one in verdicts)
    print(f"{what}: {caught} of {len(verdicts)} wrong ones fail; {named} are named "
          f"({100 * named / len(verdicts):.0f} %), {wrongly} of them wrongly")


def right_table(title: str, answers: list[FormAnswer]) -> int:
    """Print what right forms kept and cost; how many checks lost points."""
    answers = [one for one in answers if one.gradings]
    print(f"{f'right: {title}':38}{'gradings':>9}{'full marks':>12}"
          f"{'grader s':>10}{'worker s':>10}")
    for one in [*answers, *([summed(answers)] if answers else [])]:
        print(f"{f'{one.form} ({one.functions})':38}{one.gradings:9}"
              f"{one.gradings - len(one.lost):12}{one.grader_s:10.3f}{one.worker_s:10.3f}")
    lost = [text for one in answers for text in one.lost]
    for text in lost[:10]:
        print(f"  LOST: {text}")
    print()
    return len(lost)


if __name__ == "__main__":
    sys.exit(main())
