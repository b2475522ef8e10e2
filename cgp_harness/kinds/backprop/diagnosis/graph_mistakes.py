"""Which known mistake explains these partials, or these gradients? Said in the lecture's words.

Every mistake and every compatible pair is simulated on the very cases that were asked, until one
gives the same numbers. A simulation ends at the first number that differs, so that most take
microseconds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.diagnosis.common_factor import (
    of_gradients_factor,
    of_partials_factor,
)
from cgp_harness.kinds.backprop.diagnosis.difference_mistakes import (
    LARGE,
    QUOTIENTS,
    SMALL,
    differences,
    step_flag,
)
from cgp_harness.kinds.backprop.diagnosis.explained import Found, Limit, Numbers, Row
from cgp_harness.kinds.backprop.questions import Partials, Point, Seeded
from cgp_harness.model import Diagnosis
from cgp_harness.probing.distance import within
from cgp_harness.probing.flag import Flag, compatible

EXACT = 1e-9
"""How close a mistake must come where answers are derivatives, not differences; relative."""
VERDICT = math.inf
"""As close as the verdict asks for."""

Simulate = Callable[[frozenset[str], int], Row]


@dataclass(frozen=True)
class Asked:
    """A point, and what forward() should have answered there."""

    point: Point
    known: Mapping[str, float]
    partials: Partials


def of_partials(
    asked: Sequence[Asked], answers: Sequence[Partials], limits: Sequence[Sequence[Limit]]
) -> Diagnosis:
    """Name the mistake in tables of partials, one for each point, with the verdict's limits."""
    numbers = Numbers(
        [_flat(one.partials, answer) for one, answer in zip(asked, answers, strict=True)],
        [_flat(one.partials, one.partials) for one in asked], limits)

    def simulate(switches: frozenset[str], i: int) -> Row:
        one = asked[i]
        table = partial_mistakes.partials(one.point.graph, one.known, switches)
        return _flat(one.partials, table)

    def known(relative: float) -> Found | None:
        return _of_known(partial_mistakes.FLAGS, simulate, of_partials_factor, numbers, relative)

    found = known(EXACT) or _of_differences(asked, numbers) or known(VERDICT)
    return _said("Your partials", "those of the expressions", found, numbers)


def of_gradients(
    asked: Sequence[Seeded], right: Sequence[Row], got: Sequence[Row],
    limits: Sequence[Sequence[Limit]],
) -> Diagnosis:
    """Name the mistake in gradients: rows in the order of each graph's parameters."""
    numbers = Numbers(got, right, limits)

    def simulate(switches: frozenset[str], i: int) -> Row:
        one = asked[i]
        return tuple(backpropagation_mistakes.gradients(
            one.graph, one.partials, one.errors, switches).values())

    found = _of_known(
        backpropagation_mistakes.FLAGS, simulate, of_gradients_factor, numbers, VERDICT)
    return _said("Your gradients", "those of backpropagation", found, numbers)


def _flat(order: Partials, table: Partials) -> tuple[float, ...]:
    return tuple(table[node][name] for node, row in order.items() for name in row)


def _of_known(
    flags: Sequence[Flag], simulate: Simulate,
    of_factor: Callable[[Numbers, float], Found | None], numbers: Numbers, relative: float,
) -> Found | None:
    """One mistake, or a common factor, or two mistakes: whichever explains the numbers first."""
    return (
        _of_bank(flags, 1, simulate, numbers, relative) or of_factor(numbers, relative)
        or _of_bank(flags, 2, simulate, numbers, relative)
    )


def _of_bank(
    flags: Sequence[Flag], count: int, simulate: Simulate, numbers: Numbers, relative: float
) -> Found | None:
    """So many mistakes together, the first in the order of the bank."""
    for chosen in itertools.combinations(flags, count):
        if not compatible(chosen):
            continue
        for switches in _readings(chosen):
            error = numbers.error(partial(simulate, switches), relative)
            if error is not None:
                return Found(chosen, error)
    return None


def _readings(chosen: Sequence[Flag]) -> Iterator[frozenset[str]]:
    names = [
        [one.id, *(f"{one.id}~{n}" for n in range(2, one.readings + 1))] for one in chosen
    ]
    return map(frozenset, itertools.product(*names))


def _of_differences(asked: Sequence[Asked], numbers: Numbers) -> Found | None:
    """Differences whose step is too large or too small."""
    def differenced(kind: str, step: float, i: int) -> Row:
        return _flat(asked[i].partials, differences(asked[i].point, kind, step))

    for kind, step in itertools.product(QUOTIENTS, (*LARGE, *SMALL)):
        error = numbers.error(partial(differenced, kind, step), EXACT)
        if error is not None:
            return Found((step_flag(kind, step),), error)
    return None


def _said(subject: str, base: str, found: Found | None, compared: Numbers) -> Diagnosis:
    numbers = sum(map(len, compared.got))
    if found is None:
        return Diagnosis(
            (), f"{subject} match no known mistake (compared on {numbers} numbers).")
    phrases = " and ".join(
        one.phrase + (f" ({one.equation})" if one.equation else "") for one in found.flags)
    hints = dict.fromkeys(one.hint for one in found.flags)
    text = f"{subject} are {base}, {phrases}, to within {within(found.error)} on {numbers} numbers."
    return Diagnosis(
        tuple(one.id for one in found.flags), " ".join([text, *hints]), found.error)
