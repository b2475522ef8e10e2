"""No false pass: wrong plugins through the real pipeline, and how many of them are named.

    python -m benchmarks.diagnosis [--pairs N] [--seed N] [--quick] [--isolation LEVEL]

Every single known mistake and N random compatible pairs are written as plugins by `tests.mutants`
(independent of `mistakes.toml`), graded in workers, and counted: does it lose points, and is the
diagnosis exactly the mistakes that were made? Answers that differ in name only count as right when
both plugins step alike on fresh probes (AdaGrad with a decaying average *is* RMSProp). Then wrong
rules that are in no bank, and every single mistake and N pairs diagnosed by a bank that lacks them.

No wrong rule may pass, no name may be false, every single mistake must be named, and of pairs all
but UNNAMED.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from cgp_harness import assignment, pipeline
from cgp_harness.kinds.optimizer.probes import sensitivity
from cgp_harness.kinds.optimizer.probes.held import with_fixed
from cgp_harness.kinds.optimizer.probes.probes import diagnosis_probes
from cgp_harness.model import SourceFile, Status, Submission, SubmissionReport
from cgp_harness.probing.distance import FLOAT32, distance
from cgp_harness.sandbox.host import levels
from tests.harness.in_process.rules import context_of
from tests.harness.rules.naming.foreign_rules import EQUAL, FOREIGN, false_name
from tests.harness.rules.naming.left_out_rules import LeftOut, of_pairs, of_singles
from tests.harness.rules.right import oracle
from tests.harness.rules.right.lecture_rules import CONVENTIONS
from tests.mutants.write import SINGLES, pairs, source

FRESH_SEED = 987
UNNAMED = 0.02
"""Share of the pairs that may get no name: two mistakes can hide each other."""


@dataclass(frozen=True)
class Answer:
    """What came of one mutant."""

    family: str
    flags: tuple[str, ...]
    named: frozenset[str]
    passed: bool
    alike: bool
    errors: tuple[str, ...]
    seconds: float

    @property
    def falsely(self) -> bool:
        """Whether it got a name that it does not deserve."""
        return bool(self.named) and not self.exact

    @property
    def exact(self) -> bool:
        """Named with the very flags, or with others that are the same arithmetic."""
        return self.named == set(self.flags) or self.alike


def graded(
    family: str, flags: tuple[str, ...], seed: int, isolation: str
) -> tuple[SubmissionReport, str]:
    """The report on one mutant; `float32_arithmetic` is asked for only where it is a mistake."""
    spec = assignment.load("step_size")
    spec = replace_tasks(spec, family, strict="float32_arithmetic" in flags)
    text = source(family, flags).replace("Random()", f"Random({seed})")  # else each run has its own
    submission = Submission("mutant", (SourceFile("plugin.py", text.encode()),))
    return pipeline.grade(submission, spec, seed=seed, isolation=isolation), text


def replace_tasks(
    spec: assignment.Assignment, family: str, *, strict: bool
) -> assignment.Assignment:
    """The assignment with the one task, in float64 only where asked for."""
    import msgspec

    return msgspec.structs.replace(
        spec, tasks=(spec.task(family),), precision="float64" if strict else "any")


def measured(job: tuple[str, tuple[str, ...], int, str]) -> Answer:
    """Grade one mutant and compare its diagnosis with what it is."""
    family, flags, seed, isolation = job
    begun = time.perf_counter()
    report, text = graded(family, flags, seed, isolation)
    seconds = time.perf_counter() - begun
    named = frozenset(
        flag for check in report.checks if check.diagnosis for flag in check.diagnosis.flags)
    errors = tuple(
        check.message for check in report.checks if check.status is Status.GRADER_ERROR)
    passed = report.score == report.max_score
    alike = bool(named) and named != set(flags) and (
        _alike(family, text, named) or _fixed_alike(family, text, report))
    return Answer(family, flags, named, passed, alike, errors, seconds)


def _alike(family: str, text: str, named: frozenset[str]) -> bool:
    """Whether the plugin steps as one with the named mistakes does, on probes of another seed."""
    spec = assignment.load("step_size")
    try:
        other = source(family, sorted(named))
    except (KeyError, ValueError):
        return False
    # An initial state is drawn at import: for the comparison both draw the same.
    drawn = [one.replace("Random()", "Random(0)") for one in (text, other)]
    for run in diagnosis_probes(FRESH_SEED):
        answers = [context_of(one, spec, family).answer(run) for one in drawn]
        if distance(*answers) > FLOAT32:
            return False
    return True


def _fixed_alike(family: str, text: str, report: SubmissionReport) -> bool:
    """Whether the plugin is the right rule with the values that the report says are fixed.

    lr multiplied in twice and fixed at 1e-3 *is* lr fixed at 1e-6.
    """
    spec = assignment.load("step_size")
    told = " ".join(check.diagnosis.text for check in report.checks if check.diagnosis)
    fixed = {name: float(value) for name, value in re.findall(r"(\w+) fixed at (\S+)", told)}
    if not fixed:
        return False
    drawn = text.replace("Random()", "Random(0)")
    context = context_of(drawn, spec, family)
    if drawn != text:  # another draw than the one that was graded: fit that one
        runs = diagnosis_probes(context.seed)
        fixed = sensitivity.fixed_values(context, sorted(fixed), [context.answer(r) for r in runs])
    return any(
        all(distance(context.answer(run),
                     oracle.steps(family, convention, with_fixed(run, fixed)))
            < FLOAT32 for run in diagnosis_probes(FRESH_SEED))
        for convention in CONVENTIONS[family]
    )


def main() -> int:
    """Print the tables; exit 1 if a wrong rule passed, the grader failed, a name is false, or if
    more have none than is said above."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true", help="6 singles and 3 pairs")
    parser.add_argument("--isolation", default="auto")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    singles = [(family, (flag,)) for family, flags in SINGLES.items() for flag in flags]
    doubles = [(family, pair) for family in SINGLES for pair in pairs(family)]
    count = 3 if options.quick else options.pairs
    doubles = draw.sample(doubles, min(count, len(doubles)))
    if options.quick:
        singles = draw.sample(singles, 6)
    isolation = levels.choose(options.isolation)
    print(f"isolation {isolation}, seed {options.seed}\n")
    print(f"{'':20}{'wrong rules':>12}{'passed':>8}{'named':>8}{'alike':>8}"
          f"{'not so':>9}{'s each':>8}")
    bad = 0
    with ProcessPoolExecutor(2) as pool:
        for label, mutants in (("singles", singles), ("pairs", doubles)):
            jobs = [(family, flags, options.seed, isolation) for family, flags in mutants]
            answers = list(pool.map(measured, jobs))
            for family in (*SINGLES, "all"):
                _row(f"{family} {label}", [a for a in answers if family in ("all", a.family)])
            bad += _exceptions(answers)
            room = 0 if label == "singles" else int(UNNAMED * len(answers))
            bad += max(0, sum(not answer.named for answer in answers) - room)
    # Few in the short form: the tests of names ask some more.
    bad += _foreign(24 if options.quick else 1)
    bad += _left_out("singles", of_singles(every=12 if options.quick else 1))
    bad += _left_out("pairs", of_pairs(count))
    return 1 if bad else 0


def _foreign(every: int) -> int:
    """Wrong rules that are in no bank, or every so-many-th; how many are falsely named."""
    rules = [(family, what) for family in FOREIGN for what in FOREIGN[family]][::every]
    false = [(*one, flags) for one in rules if (flags := false_name(*one))]
    equal = sum(one in EQUAL for one in rules)
    print(f"outside the bank: {len(rules)} wrong rules, {equal} of them the same as one inside; "
          f"falsely named: {len(false)}")
    for one in false:
        print(f"  FALSE: {one}")
    return len(false)


def _left_out(label: str, found: Iterable[LeftOut]) -> int:
    """Mistakes that the bank lacks; how many are falsely named."""
    every = [*found]
    false = [one for one in every if one.falsely]
    unnamed = sum(not one.called for one in every)
    print(f"left out, {label}: {len(every)} diagnoses without a mistake, {unnamed} without a name, "
          f"{len(every) - unnamed - len(false)} with that of an equal rule; "
          f"falsely named: {len(false)}")
    for one in false:
        print(f"  FALSE: {one.family} {'+'.join(one.flags)} without {one.missing} -> "
              f"{'+'.join(one.called)}")
    return len(false)


def _row(label: str, answers: list[Answer]) -> None:
    if answers:
        named = sum(answer.named == set(answer.flags) for answer in answers)
        alike = sum(answer.alike for answer in answers)
        rest = len(answers) - named - alike
        seconds = np.mean([answer.seconds for answer in answers])
        print(f"{label:20}{len(answers):12}{sum(a.passed for a in answers):8}{named:8}{alike:8}"
              f"{rest:9}{seconds:8.2f}")


def _exceptions(answers: list[Answer]) -> int:
    for answer in answers:
        if not answer.exact:
            print(f"  not exact: {answer.family} {'+'.join(answer.flags)} -> "
                  f"{'+'.join(sorted(answer.named)) or 'no known variant'}")
    for answer in answers:
        if answer.passed or answer.errors:
            print(f"  WRONG: {answer.family} {'+'.join(answer.flags)} "
                  f"{'passed' if answer.passed else answer.errors}")
    print()
    return sum(answer.passed or bool(answer.errors) or answer.falsely for answer in answers)


if __name__ == "__main__":
    sys.exit(main())
