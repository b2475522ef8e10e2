"""`gradient`: is backward the derivative of forward, or whatever the specification declares?

In this order: backward runs and returns what it must; it is linear in what arrives; it is right at
the shapes that mistakes are told apart on; at the other shapes; at numbers far out; for the
expanded cotangent that `sum()` sends; for non-contiguous inputs; at shapes that Hypothesis draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.functions.flaw import RAISED, Flaw
from cgp_harness.checks.functions.function_case import FunctionCase, short_run
from cgp_harness.checks.functions.function_numbers import cotangents, draws, points, volume
from cgp_harness.checks.functions.function_under_test import FunctionUnderTest, function_under_test
from cgp_harness.checks.functions.function_words import plural
from cgp_harness.checks.functions.gradient_diagnosis import named_on_squares
from cgp_harness.checks.functions.linearity import Rows, not_linear
from cgp_harness.checks.functions.returned import misreturned
from cgp_harness.checks.functions.wrong_gradient import refused_gradient
from cgp_harness.model import Floats
from cgp_harness.specifications.specification import Sizes
from cgp_harness.subject import SubjectError


@dataclass(frozen=True)
class Asked:
    """A Function with the numbers drawn for it: points and cotangents by sizes."""

    function: FunctionUnderTest
    seed: int

    def rows(self, sizes: Sizes, count: int) -> tuple[Floats, Floats]:
        """`count` points and cotangents, the same each time; one point where there is no number."""
        draw = draws(self.seed, 100 + self.function.specification.tried_sizes.index(sizes))
        asked = points(self.function.specification, sizes, draw, count)
        return asked, cotangents(sizes.output, draw, count)


@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def gradient(context: Context) -> Outcome:
    """The first flaw decides; numbers that differ are diagnosed and the case is made small."""
    asked = Asked(function_under_test(context), context.seed)
    try:
        flaw = next(_flaws(asked), None)
        if flaw is None:
            return passed()
        return refused_gradient(asked.function, asked.seed, flaw)
    except SubjectError as error:
        outcome = stopped(error.problem)
        if error.kind not in RAISED:
            return outcome
        return replace(outcome, diagnosis=named_on_squares(asked.function, context.seed))


def _flaws(asked: Asked) -> Iterator[Flaw]:
    specification = asked.function.specification
    first, second, *others = specification.tried_sizes
    point, cotangent = asked.rows(first, 1)
    answer = asked.function.vjp(first, point, cotangent)
    if flaw := misreturned(answer, tuple(specification.inputs), first.inputs):
        yield flaw
    for sizes in (first, second):
        rows = Rows.drawn(asked.function, sizes, asked.seed)
        yield from not_linear(asked.function, rows)
        yield from _differing(asked, sizes, rows.points, rows.cotangents, rows.got)
    if specification.elementwise and specification.vjp is not None:
        sizes, far = volume(specification, asked.seed)
        yield from _asked_at(asked, sizes, far, cotangents(
            sizes.output, draws(asked.seed, 3), 1), local=True)
    for sizes in others:
        yield from _at_other_shape(asked, sizes)
    if answer.changed != "cotangent":  # else `autograd` says so, of which this is a consequence
        yield from _expanded(asked, first)
    yield from _strided(asked, first)
    yield from _drawn(asked)


def _asked_at(
    asked: Asked, sizes: Sizes, point: Floats, cotangent: Floats, *, local: bool = False
) -> Iterator[Flaw]:
    got = asked.function.gradients(sizes, point, cotangent)
    yield from _differing(asked, sizes, point, cotangent, got, local=local)


def _differing(
    asked: Asked, sizes: Sizes, rows: Floats, cotangent: Floats, got: Floats, *,
    local: bool = False, flag: str = "", message: str = "",
) -> Iterator[Flaw]:
    """The first row that is not what it should be."""
    wrong = asked.function.wanted_gradients(sizes, rows, cotangent).wrong(got).any(axis=1)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        case = FunctionCase(sizes, tuple(rows[i].tolist()), tuple(cotangent[i].tolist()))
        yield Flaw(flag, message or _not_specified(asked), case, local)


def _not_specified(asked: Asked) -> str:
    specification = asked.function.specification
    if specification.vjp is None:
        return "backward is not the derivative of what forward computes."
    return f"backward does not return {specification.gradient_formula}."


def _at_other_shape(asked: Asked, sizes: Sizes) -> Iterator[Flaw]:
    names = tuple(asked.function.specification.inputs)
    point, cotangent = asked.rows(sizes, 1)
    place = plural(sizes.inputs, names)
    try:
        answer = asked.function.vjp(sizes, point, cotangent)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw("special_shape", f"backward fails for {place}.\n{error.problem}")
        return
    if flaw := misreturned(answer, names, sizes.inputs):
        yield replace(flaw, message=f"For {place}: {flaw.message}", blocks=False)
        return
    yield from _differing(
        asked, sizes, point, cotangent, answer.gradients, local=True, flag="special_shape",
        message=f"backward is right for other shapes, and wrong for {place}.")


def _expanded(asked: Asked, sizes: Sizes) -> Iterator[Flaw]:
    point, cotangent = asked.rows(sizes, 1)
    ones = np.ones_like(cotangent)
    try:
        got = asked.function.vjp(sizes, point, ones, "sum").gradients
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw("expanded_cotangent", (
            "backward fails after `output.sum().backward()`, where g is one number, expanded to "
            f"the shape of the output.\n{error.problem}"))
        return
    yield from _differing(
        asked, sizes, point, ones, got, local=True, flag="expanded_cotangent",
        message="backward is wrong after `output.sum().backward()`, where g is one number, expanded"
        " to the shape of the output.")


def _strided(asked: Asked, sizes: Sizes) -> Iterator[Flaw]:
    point, cotangent = asked.rows(sizes, 1)
    try:
        got = asked.function.gradients(sizes, point, cotangent, layout="sliced")
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        yield Flaw("non_contiguous_input", (
            f"backward fails where the inputs are non-contiguous.\n{error.problem}"))
        return
    yield from _differing(
        asked, sizes, point, cotangent, got, local=True, flag="non_contiguous_input",
        message="backward is wrong where the inputs are non-contiguous.")


def _drawn(asked: Asked) -> Iterator[Flaw]:
    """Shapes drawn by Hypothesis, one request for each that is different."""
    by_sizes: dict[Sizes, list[FunctionCase]] = {}
    for case in short_run(asked.function.specification, asked.seed):
        by_sizes.setdefault(case.sizes, []).append(case)
    for sizes, cases in by_sizes.items():
        point, cotangent = (_stacked([case.rows[i] for case in cases]) for i in (0, 1))
        yield from _asked_at(asked, sizes, point, cotangent, local=True)


def _stacked(rows: Sequence[Floats]) -> Floats:
    return np.concatenate(rows)
