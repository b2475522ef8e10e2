"""`gradient`: is backward the derivative of forward, or whatever the specification declares?

In this order: backward runs and returns what it must; it is linear in what arrives; it is right at
the shapes that mistakes are told apart on; at numbers of every size; for every size of g; at the
other shapes; however inputs and g lie in memory. All of that is the same in every run. Numbers and
shapes drawn from the seed come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.functions import ground
from cgp_harness.checks.functions.flaw import RAISED, Flaw
from cgp_harness.checks.functions.function_case import FunctionCase, short_run
from cgp_harness.checks.functions.function_numbers import cotangents, draws, points
from cgp_harness.checks.functions.function_under_test import FunctionUnderTest, function_under_test
from cgp_harness.checks.functions.function_words import plural
from cgp_harness.checks.functions.gradient_diagnosis import named_on_squares
from cgp_harness.checks.functions.linearity import Rows, not_linear
from cgp_harness.checks.functions.returned import misreturned
from cgp_harness.checks.functions.special_cases import forward_fails, special_cases
from cgp_harness.checks.functions.wrong_gradient import differing, refused_gradient
from cgp_harness.model import Floats
from cgp_harness.specifications.specification import Sizes
from cgp_harness.subject import SubjectError


@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def gradient(context: Context) -> Outcome:
    """The first flaw decides; numbers that differ are diagnosed and the case is made small."""
    function = function_under_test(context)
    try:
        flaw = next(_flaws(context, function), None)
        return passed() if flaw is None else refused_gradient(function, context.seed, flaw)
    except SubjectError as error:
        outcome = stopped(error.problem)
        if error.kind not in RAISED:
            return outcome
        return replace(outcome, diagnosis=named_on_squares(function))


def _flaws(context: Context, function: FunctionUnderTest) -> Iterator[Flaw]:
    specification = function.specification
    first, second = specification.tried_sizes[:2]
    answer = function.vjp(first, *ground.row(specification, first))
    if flaw := misreturned(answer, tuple(specification.inputs), first.inputs):
        yield flaw
    for sizes in (first, second):
        rows = Rows.asked(function, sizes)
        yield from not_linear(function, rows)
        yield from differing(function, sizes, rows.points, rows.cotangents, rows.got)
    yield from _numbers(function)
    elsewhere = "forward" in context.task.checks
    yield from special_cases(function, changed=answer.changed, elsewhere=elsewhere)
    yield from _drawn(function, context.seed, elsewhere=elsewhere)


def _numbers(function: FunctionUnderTest) -> Iterator[Flaw]:
    """Numbers of every size, beside kinks, and those named; then with small and large g."""
    specification = function.specification
    if specification.vjp is None:
        return
    if specification.elementwise:
        numbers = ground.numbers(specification)
        sizes, at = Sizes((numbers.shape,), numbers.shape), numbers[None]
    else:
        sizes = specification.tried_sizes[0]
        at = ground.magnitudes(specification, sizes)
    g = cotangents(sizes.output, draws(ground.FIXED, 3), len(at))
    at, g = np.repeat(at, 2, axis=0), np.stack([g, -g], axis=1).reshape(2 * len(g), -1)
    yield from _asked_at(function, sizes, at, g)
    if specification.linear is None:
        return
    for size in ground.SIZES_OF_G:
        got = function.gradients(sizes, at, size * g)
        yield from differing(
            function, sizes, at, size * g, got, flag="cotangent_size", message=(
                f"backward is right for a g of ordinary size, and wrong for one of {size:g}."))


def _asked_at(
    function: FunctionUnderTest, sizes: Sizes, point: Floats, cotangent: Floats
) -> Iterator[Flaw]:
    got = function.gradients(sizes, point, cotangent)
    yield from differing(function, sizes, point, cotangent, got, local=True)


def _drawn(function: FunctionUnderTest, seed: int, *, elsewhere: bool) -> Iterator[Flaw]:
    """Numbers of the seed, and shapes that Hypothesis draws: a request for each shape."""
    specification = function.specification
    draw, sizes = draws(seed, 4), specification.tried_sizes[0]
    yield from _asked_at(
        function, sizes, points(specification, sizes, draw, ground.POINTS),
        cotangents(sizes.output, draw, ground.POINTS))
    by_sizes: dict[Sizes, list[FunctionCase]] = {}
    for case in short_run(specification, seed):
        by_sizes.setdefault(case.sizes, []).append(case)
    for sizes, cases in by_sizes.items():
        point, cotangent = (np.concatenate([case.rows[i] for case in cases]) for i in (0, 1))
        try:
            yield from _asked_at(function, sizes, point, cotangent)
        except SubjectError as error:
            if error.kind not in RAISED:
                raise
            if not (elsewhere and forward_fails(function, sizes, point[:1])):
                place = plural(sizes.inputs, tuple(specification.inputs))
                yield Flaw("special_shape", f"backward fails for {place}.\n{error.problem}")
