"""`gradient`: is backward the derivative of forward, or whatever the specification declares?

In this order: backward runs and returns what it must; it is linear in what arrives; it is right at
the shapes that mistakes are told apart on; at numbers of every size; for every size of g; at the
other shapes; however inputs and g lie in memory. All of that is the same in every run. Numbers and
shapes drawn from the seed come last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.functions import ground
from cgp_harness.checks.functions.again import MEMORY, failure
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
    yield from _first_of_all(function, first, answer.gradients)
    yield from _numbers(function)
    elsewhere = "forward" in context.task.checks
    yield from special_cases(function, changed=answer.changed, elsewhere=elsewhere)
    yield from _drawn(function, context.seed, elsewhere=elsewhere)


def _first_of_all(function: FunctionUnderTest, sizes: Sizes, got: Floats) -> Iterator[Flaw]:
    """The first backward of a worker, once later ones have been found right."""
    at, g = ground.row(function.specification, sizes)
    yield from differing(function, sizes, at, g, got, flag="not_deterministic", message=(
        f"The first backward of all gives another gradient than later ones: {MEMORY}"))


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
    for what, size in ground.sizes_of_g(specification, sizes.outputs).items():
        yield from _asked_at(
            function, sizes, at, size * g, flag="cotangent_size", message=(
                f"backward is right for a g of ordinary size, and wrong for {what}."))


def _asked_at(
    function: FunctionUnderTest, sizes: Sizes, point: Floats, cotangent: Floats,
    flag: str = "", message: str = "",
) -> Iterator[Flaw]:
    ask = partial(function.gradients, sizes, point, cotangent)
    yield from differing(
        function, sizes, point, cotangent, ask(), local=not flag, flag=flag, message=message,
        ask=ask)


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
            flaw = next(_asked_at(function, sizes, point, cotangent), None)
        except SubjectError as error:
            place = plural(sizes.inputs, tuple(specification.inputs))
            flaw = failure(
                partial(function.gradients, sizes, point, cotangent), error,
                Flaw("special_shape", f"backward fails for {place}.\n{error.problem}"),
                "backward")
        if flaw is not None and not (elsewhere and forward_fails(function, sizes, point[:1])):
            yield flaw
