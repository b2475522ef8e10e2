"""What is said of a forward whose values are wrong: the mistake's name, and a small case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome
from cgp_harness.checks.functions.flaw import Flaw, refused
from cgp_harness.checks.functions.function_case import FunctionCase, counterexample, smallest
from cgp_harness.checks.functions.function_under_test import FunctionUnderTest, Wanted
from cgp_harness.checks.functions.function_words import in_words
from cgp_harness.diagnosis.functions.gradient import diagnose_value
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.specifications.specification import Sizes


def refused_values(
    function: FunctionUnderTest, seed: int, flaw: Flaw, sizes: Sizes, asked: Floats, got: Floats
) -> Outcome:
    """The outcome, with the mistake's name and a case that shows it.

    Args:
        function: under test.
        seed: of the search for a small case.
        flaw: what is wrong; without a flag it is the values.
        sizes: where.
        asked: the points (K, D).
        got: the outputs (K, E).
    """
    if flaw.flag:
        return refused(flaw)
    wanted = function.wanted_values(sizes, asked)
    assert wanted is not None  # else no value is wrong
    diagnosis = _of_mistakes(function, sizes, asked, got, wanted)
    own = {one.id for one in function.specification.value_mistakes}
    if flaw.local and not own.intersection(diagnosis.flags):
        diagnosis = range_diagnosis(got, wanted, "Your forward")
    case = _smallest(function, seed) or _simplest(function, sizes, asked, got, wanted)
    return refused(
        replace(flaw, message=f"{flaw.message}\n{in_words(case, 'forward')}"), diagnosis, case)


def _of_mistakes(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, got: Floats, wanted: Wanted
) -> Diagnosis:
    simulated = []
    with np.errstate(all="ignore"):
        for mistake in function.specification.value_mistakes:
            rows = [np.reshape(mistake.forward(*sizes.parts(point)), -1) for point in asked]
            simulated.append((mistake, np.concatenate(rows)))
    return diagnose_value(got.reshape(-1), wanted.values.reshape(-1), simulated)


def range_diagnosis(got: Floats, wanted: Wanted, subject: str) -> Diagnosis:
    """What is wrong at a few numbers only: overflow, lost digits, or neither."""
    wrong = wanted.wrong(got)
    if (~np.isfinite(got[wrong])).any():
        return Diagnosis(("overflow",), (
            f"{subject} is right for numbers of ordinary size, and not finite for large ones: "
            "something on the way is larger than float64 can hold (e^x from x = 710 on)."))
    size = max(1.0, float(np.abs(wanted.values).max()))
    if np.abs(got - wanted.values)[wrong].max() < 1e-6 * size:
        return Diagnosis(("loses_accuracy",), (
            f"{subject} is right for numbers of ordinary size, and loses digits elsewhere: a small "
            "number is added to a large one, or subtracted from it, and its digits are gone."))
    return Diagnosis((), f"{subject} is right on most numbers, and wrong on some.")


def _simplest(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, got: Floats, wanted: Wanted
) -> dict[str, Any]:
    """The wrong number alone, of an elementwise Function; else the first wrong point."""
    row, column = np.argwhere(wanted.wrong(got))[0]
    if function.specification.elementwise and sizes.numbers > 1:
        one = Sizes(((1,),), (1,))
        wrong = np.argwhere(wanted.wrong(got))
        row, column = min(wrong.tolist(), key=lambda at: (
            bool(np.isfinite(got[at[0], at[1]])), len(f"{asked[at[0], at[1]]:g}")))
        number = asked[row, column]
        alone = Wanted(wanted.values[row, [column]], wanted.tolerance[row, [column]])
        case = FunctionCase(one, (float(number),), ())
        return counterexample(function, case, got[row, [column]], alone)
    case = FunctionCase(sizes, tuple(asked[row].tolist()), ())
    return counterexample(function, case, got[row], wanted.row(row))


def _smallest(function: FunctionUnderTest, seed: int) -> dict[str, Any] | None:
    """A small wrong case of a Function of several inputs."""
    def answered(case: FunctionCase) -> tuple[Floats, Wanted]:
        wanted = function.wanted_values(case.sizes, case.rows[0])
        assert wanted is not None
        return function.forward(case.sizes, case.rows[0]).values[0], wanted.row(0)

    def fails(case: FunctionCase) -> bool:
        got, wanted = answered(case)
        return bool(wanted.wrong(got).any())

    if function.specification.elementwise:
        return None
    found = smallest(function.specification, seed, fails)
    if found is None:
        return None
    case = replace(found, cotangent=())
    return counterexample(function, case, *answered(case))
