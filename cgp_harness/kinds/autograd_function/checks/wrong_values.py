"""What is said of a forward whose values are wrong: the mistake's name, and a small case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.checks.context import Outcome
from cgp_harness.kinds.autograd_function.diagnosis.gradient import diagnose_value
from cgp_harness.kinds.autograd_function.diagnosis.match import apart
from cgp_harness.kinds.autograd_function.diagnosis.mistake import ValueMistake
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.case import FunctionCase, counterexample, smallest
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw, refused
from cgp_harness.kinds.autograd_function.probes.options import OPTION
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest, Wanted
from cgp_harness.kinds.autograd_function.probes.words import in_words
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.distance import within
from cgp_harness.probing.text import exactly
from cgp_harness.subject import SubjectError

IN_A_ROW = ("float32_input", OPTION)
"""What is asked of many numbers at once, and can be shown of one of them."""
LOST = 1e-8
"""Of the larger of 1 and the number: a threshold of 20 in softplus loses 2e-9."""


@dataclass(frozen=True)
class WrongValues:
    """What is wrong with forward, and where.

    Args:
        flaw: what is wrong; without a flag it is the values.
        sizes: where.
        asked: the points (K, D).
        got: the outputs (K, E).
        raised: whether there are none, since forward raised.
    """

    flaw: Flaw
    sizes: Sizes
    asked: Floats
    got: Floats
    raised: bool = False


def refused_values(function: FunctionUnderTest, seed: int, found: WrongValues) -> Outcome:
    """The outcome, with the mistake's name and a case that shows it; `seed` is the search's."""
    flaw, sizes, asked, got = found.flaw, found.sizes, found.asked, found.got
    if flaw.flag and not flaw.local:
        return refused(flaw)
    dtype = "float32" if flaw.flag == "float32_input" else "float64"
    wanted = function.wanted_values(sizes, asked, dtype)
    assert wanted is not None  # else no value is wrong
    if flaw.flag:
        case = _alone(function, asked, wanted, dtype) if flaw.flag in IN_A_ROW else None
        case = case or _first_wrong(function, sizes, asked, got, wanted)
        return refused(_with(flaw, case), case=case)
    alone = _alone(function, asked, wanted, dtype)
    if function.specification.elementwise and sizes.numbers > 1 and alone is None:
        return _not_elementwise(flaw, _first_wrong(function, sizes, asked, got, wanted))
    diagnosis = _of_mistakes(function, sizes, asked, got, wanted)
    own = function.specification.value_mistakes, function.specification.changes.values
    known = {one.id for each in own for one in each}
    if flaw.local and not known.intersection(diagnosis.flags):
        diagnosis = range_diagnosis(function.specification, asked, got, wanted, "Your forward")
    case = alone or _smallest(function, seed) or _first_wrong(function, sizes, asked, got, wanted)
    return refused(_with(flaw, case), diagnosis, case)


def _not_elementwise(flaw: Flaw, case: dict[str, Any]) -> Outcome:
    text = ("Your forward gives a number another value when others stand beside it: alone, each of "
            "those that are wrong here is right. A sum, a mean or a maximum over x does that.")
    return refused(_with(flaw, case), Diagnosis(("not_elementwise",), text), case)


def _with(flaw: Flaw, case: dict[str, Any]) -> Flaw:
    return replace(flaw, message=f"{flaw.message}\n{in_words(case, 'forward')}")


def _of_mistakes(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, got: Floats, wanted: Wanted
) -> Diagnosis:
    elsewhere = _of_other_sizes(function, sizes)

    def simulated(mistakes: Iterable[ValueMistake]) -> list[tuple[ValueMistake, Floats]]:
        found = []
        with np.errstate(all="ignore"):
            for mistake in mistakes:
                first = np.reshape(mistake.forward(*sizes.parts(asked[0])), -1)
                if mistake.of_source and apart(got[0].reshape(-1), first) == np.inf:
                    continue  # most of hundreds
                if mistake.of_source and elsewhere and not _explains(mistake, *elsewhere):
                    continue
                rows = [np.reshape(mistake.forward(*sizes.parts(point)), -1) for point in asked]
                found.append((mistake, np.concatenate(rows)))
        return found

    changes = function.specification.changes
    return diagnose_value(
        got.reshape(-1), wanted.values.reshape(-1),
        simulated([*function.specification.value_mistakes, *changes.values]),
        lambda: simulated(changes.value_pairs))


def _of_other_sizes(
    function: FunctionUnderTest, sizes: Sizes
) -> tuple[Sizes, Floats, Floats] | None:
    """A point of the other of the first two sizes, and what forward gives there: of two rows a sum
    is what a mean is that divides by one less."""
    specification = function.specification
    other = next((one for one in specification.tried_sizes[:2] if one != sizes), None)
    if specification.elementwise or other is None:
        return None
    asked = ground.base(specification, other)[0]
    try:
        got = function.forward(other, asked)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return None
    return (other, asked[0], got.values[0]) if got.shape == other.output else None


def _explains(mistake: ValueMistake, sizes: Sizes, point: Floats, got: Floats) -> bool:
    given = np.reshape(mistake.forward(*sizes.parts(point)), -1)
    return apart(got.reshape(-1), given) < np.inf


def range_diagnosis(
    specification: Specification, asked: Floats, got: Floats, wanted: Wanted, subject: str
) -> Diagnosis:
    """What is wrong at some numbers only, as far as the numbers show it.

    Args:
        specification: says where numbers are of ordinary size.
        asked: the points (K, D).
        got: what was given at them.
        wanted: what is right.
        subject: begins the sentences.
    """
    wrong, finite = wanted.wrong(got), np.asarray(np.isfinite(got))
    none = Diagnosis((), f"{subject} is right on most numbers, and wrong on some.")
    low, high = specification.domain
    if not specification.elementwise:
        return _of_rows(specification, asked, wrong, finite, subject) or none
    if ((asked >= low) & (asked <= high))[wrong].any():
        return none
    found: dict[str, str] = {}
    if (~finite).any():
        if not _beyond(asked[~finite], asked[finite]):
            return none
        found["overflow"] = (
            "is not finite for large ones: something on the way is larger than float64 can hold "
            "(e^x from x = 710 on).")
    if (lost := wrong & finite).any():
        off = np.abs(got - wanted.values)[lost]
        if (off > LOST * np.maximum(1.0, np.abs(wanted.values[lost]))).any():
            return none
        found["loses_accuracy"] = (
            f"loses digits elsewhere: {_most_lost(asked[lost], off, wanted.values[lost])}. Often a "
            "small number is added to a large one, or subtracted from it, and its digits are gone.")
    listed = " It ".join(found.values())
    return Diagnosis(
        tuple(found), f"{subject} is right for numbers of ordinary size, and {listed}")


def _of_rows(
    specification: Specification, asked: Floats, wrong: NDArray[np.bool_],
    finite: NDArray[np.bool_], subject: str,
) -> Diagnosis | None:
    """The same of several inputs: the points (K, D) at which numbers are wrong are far out."""
    low, high = specification.domain
    ordinary = (asked.min(axis=1, initial=low) >= low) & (asked.max(axis=1, initial=high) <= high)
    if (wrong & finite).any() or ordinary[wrong.any(axis=1)].any():
        return None
    return Diagnosis(("overflow",), (
        f"{subject} is right for numbers of ordinary size, and is not finite for large ones: on "
        "the way something is larger than float64 can hold (e^x from x = 710 on), or so small that "
        "it is 0 (e^x from x = -746 on)."))


def _most_lost(x: Floats, off: Floats, right: Floats) -> str:
    """Where an error is largest, as a share of the right number: of several the simplest x."""
    share = off / np.where(right == 0, off, np.abs(right))
    most = x[share >= 0.99 * share.max()].tolist()
    at = min(most, key=lambda x: (len(exactly(x)), abs(x)))
    largest = float(share.max())
    much = f"{100 * largest:.3g} %" if largest >= 1e-4 else within(largest)
    return f"at x = {exactly(at)} it is off by {much} of the right number"


def _beyond(wrong: Floats, right: Floats) -> bool:
    """Whether what is wrong is farther out than all that is right, on its side of 0."""
    return all(
        not side.any() or np.abs(wrong[side]).min() > np.abs(
            right[np.sign(right) == sign]).max(initial=0.0)
        for sign in (-1, 1) for side in [np.sign(wrong) == sign])


def _alone(
    function: FunctionUnderTest, asked: Floats, wanted: Wanted, dtype: str
) -> dict[str, Any] | None:
    """Of an elementwise Function the number that is easiest to read of those wrong by themselves.

    A number that is wrong among others may be right alone, and must not be shown so.
    """
    if not function.specification.elementwise or not asked.size:
        return None
    one, points = Sizes(((1,),), (1,)), asked.reshape(-1, 1)
    try:
        got = function.forward(one, points, dtype=dtype)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return None
    right = Wanted(wanted.values.reshape(-1, 1), wanted.tolerance.reshape(-1, 1))
    if got.shape != one.output or not (wrong := right.wrong(got.values)).any():
        return None
    i = min(np.flatnonzero(wrong), key=lambda i: (
        bool(np.isfinite(got.values[i, 0])), len(exactly(float(points[i, 0])))))
    case = FunctionCase(one, (float(points[i, 0]),))
    return counterexample(function, case, got.values[i], right.row(int(i)))


def _first_wrong(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, got: Floats, wanted: Wanted
) -> dict[str, Any]:
    row = int(np.argwhere(wanted.wrong(got))[0, 0])
    case = FunctionCase(sizes, tuple(asked[row].tolist()))
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
    case = replace(found, cotangent=None)
    return counterexample(function, case, *answered(case))
