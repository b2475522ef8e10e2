"""`gradient`: is backward the derivative of forward, or whatever the specification declares?

In this order: backward runs and returns what it must; it is linear in what arrives; it is right at
the shapes that mistakes are told apart on; at numbers of every size; for every size of g; at the
other shapes; however inputs and g lie in memory. All of that is the same in every run. Numbers and
shapes drawn from the seed come last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from cgp_harness.checks.context import Outcome, passed, stopped
from cgp_harness.kinds.autograd_function.checks.again import MEMORY, failure
from cgp_harness.kinds.autograd_function.checks.conventions import by_convention
from cgp_harness.kinds.autograd_function.checks.gradient_diagnosis import named_on_squares
from cgp_harness.kinds.autograd_function.checks.linearity import Rows, not_linear
from cgp_harness.kinds.autograd_function.checks.returned import misreturned
from cgp_harness.kinds.autograd_function.checks.special_cases import (
    forward_fails,
    special_cases,
    with_option,
)
from cgp_harness.kinds.autograd_function.checks.where_it_runs import (
    forward_runs,
    numbers_going_back,
    numbers_that_fail,
    raised_at_shape,
    simplest,
    usual_sizes,
)
from cgp_harness.kinds.autograd_function.checks.wrong_gradient import differing, refused_gradient
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.case import FunctionCase, short_run
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.numbers import cotangents, draws, points
from cgp_harness.kinds.autograd_function.probes.options import others
from cgp_harness.kinds.autograd_function.probes.under_test import (
    FunctionUnderTest,
    function_under_test,
)
from cgp_harness.kinds.autograd_function.probes.words import plural
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

FAILS_SOMEWHERE = Flaw("", "backward runs at some numbers, and fails at others.")


@by_convention
@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def gradient(context: FunctionContext) -> Outcome:
    """The first flaw decides; numbers that differ are diagnosed and the case is made small."""
    function = function_under_test(context)
    try:
        function, flaw = next(_everywhere(context, function), (function, None))
        if flaw is None:
            return passed()
        outcome = refused_gradient(function, context.seed, flaw)
        if flaw.flag != "special_shape" or flaw.case is not None:
            return outcome
        return replace(outcome, diagnosis=named_on_squares(function) or outcome.diagnosis)
    except SubjectError as error:
        outcome = stopped(error.problem)
        if error.kind not in RAISED:
            return outcome
        return replace(outcome, diagnosis=named_on_squares(function))


def _everywhere(
    context: FunctionContext, function: FunctionUnderTest
) -> Iterator[tuple[FunctionUnderTest, Flaw]]:
    """What is wrong, and of which Function: first with the default values of all that follows the
    inputs, then with others."""
    elsewhere = "forward" in context.task.checks
    usual = usual_sizes(function, forward_runs) if elsewhere else (
        function.specification.tried_sizes[:2])
    yield from ((function, one) for one in _flaws(context, function, usual, elsewhere=elsewhere))
    for place, other in others(function):
        yield from ((other, one) for one in with_option(other, place, elsewhere=elsewhere))


def _flaws(
    context: FunctionContext, function: FunctionUnderTest, usual: Sequence[Sizes], *,
    elsewhere: bool,
) -> Iterator[Flaw]:
    first = sizes = usual[0]
    try:
        answer = function.vjp(first, *ground.row(function.specification, first))
        if flaw := misreturned(answer, function, first.inputs):
            yield flaw
        for sizes in usual:
            rows = Rows.asked(function, sizes)
            yield from not_linear(function, rows)
            yield from differing(function, sizes, rows.points, rows.cotangents, rows.got)
    except SubjectError as error:
        yield raised_at_shape(function, sizes, error, "backward")
        return
    yield from _first_of_all(function, first, answer.gradients)
    yield from _numbers(function, first, elsewhere=elsewhere)
    yield from special_cases(function, usual, changed=answer.changed, elsewhere=elsewhere)
    yield from _drawn(function, first, context.seed, elsewhere=elsewhere)


def _first_of_all(function: FunctionUnderTest, sizes: Sizes, got: Floats) -> Iterator[Flaw]:
    """The first backward of a worker, once later ones have been found right."""
    at, g = ground.row(function.specification, sizes)
    yield from differing(function, sizes, at, g, got, flag="not_deterministic", message=(
        f"The first backward of all gives another gradient than later ones: {MEMORY}"))


def _numbers(
    function: FunctionUnderTest, first: Sizes, *, elsewhere: bool
) -> Iterator[Flaw]:
    """Numbers of every size, beside kinks, and those named; then with small and large g."""
    specification = function.specification
    if specification.vjp is None:
        return
    if specification.elementwise:
        sizes, at = _in_a_row(function, first, ground.numbers(specification), elsewhere=elsewhere)
    else:
        sizes = first
        at = ground.magnitudes(specification, sizes)
    g = cotangents(sizes.output, draws(ground.FIXED, 3), len(at))
    at, g = np.repeat(at, 2, axis=0), np.stack([g, -g], axis=1).reshape(2 * len(g), -1)
    yield from _asked_at(function, sizes, at, g)
    if specification.linear is None:
        return
    for what, size in ground.sizes_of_g(specification, sizes.outputs).items():
        flaw = next(_asked_at(
            function, sizes, at, size * g, flag="cotangent_size", message=(
                f"backward is right for a g of ordinary size, and wrong for {what}."),
            raised=Flaw("cotangent_size", (
                f"backward runs for a g of ordinary size, and fails for {what}."))), None)
        if flaw is None:
            continue
        if flaw.flag == "cotangent_size" and not _in_its_size(function, first, what):
            yield from _asked_at(function, sizes, at, size * g, raised=Flaw("", (
                f"backward runs for a g of ordinary size, and fails at some numbers for {what}.")))
        yield flaw


def _in_its_size(function: FunctionUnderTest, first: Sizes, what: str) -> bool:
    """Whether a g of this size is enough for a wrong gradient, at the usual numbers too."""
    points, g, _ = ground.base(function.specification, first)
    sent = g * ground.sizes_of_g(function.specification, first.outputs)[what]
    try:
        got = function.gradients(first, points, sent)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return True
    return bool(function.wanted_gradients(first, points, sent).wrong(got).any())


def _in_a_row(
    function: FunctionUnderTest, first: Sizes, numbers: Floats, *, elsewhere: bool
) -> tuple[Sizes, Floats]:
    """All numbers as one vector; without those at which forward fails, and where it takes none
    in its first shape, as often as it takes.
    """
    sizes = Sizes((numbers.shape,), numbers.shape)
    if not elsewhere or not forward_fails(function, sizes, numbers[None]):
        return sizes, numbers[None]
    first_row = np.resize(numbers, (-(-len(numbers) // first.numbers), first.numbers))
    if forward_fails(function, first, first_row):
        numbers = numbers[~numbers_that_fail(function, first, numbers)]
        first_row = np.resize(numbers, (-(-len(numbers) // first.numbers), first.numbers))
    return first, first_row


def _asked_at(
    function: FunctionUnderTest, sizes: Sizes, point: Floats, cotangent: Floats,
    flag: str = "", message: str = "", raised: Flaw = FAILS_SOMEWHERE,
) -> Iterator[Flaw]:
    ask = partial(function.gradients, sizes, point, cotangent)
    try:
        got = ask()
    except SubjectError as error:
        if raised is FAILS_SOMEWHERE and function.specification.elementwise:
            failing = point[0][~numbers_going_back(function, point[0])]
            raised = replace(raised, message=f"backward fails for {simplest(failing)}.")
        said = replace(raised, message=f"{raised.message}\n{error.problem}")
        yield failure(ask, error, said, "backward")
        return
    yield from differing(
        function, sizes, point, cotangent, got, local=not flag, flag=flag, message=message,
        ask=ask)


def _drawn(
    function: FunctionUnderTest, first: Sizes, seed: int, *, elsewhere: bool
) -> Iterator[Flaw]:
    """Numbers of the seed, and shapes that Hypothesis draws: a request for each shape."""
    specification = function.specification
    draw = draws(seed, 4)
    yield from _asked_at(
        function, first, points(specification, first, draw, ground.POINTS),
        cotangents(first.output, draw, ground.POINTS))
    by_sizes: dict[Sizes, list[FunctionCase]] = {}
    for case in short_run(specification, seed):
        by_sizes.setdefault(case.sizes, []).append(case)
    for sizes, cases in by_sizes.items():
        point, cotangent = (np.concatenate([case.rows[i] for case in cases]) for i in (0, 1))
        place = plural(sizes.inputs, tuple(specification.inputs))
        raised = Flaw("special_shape", f"backward fails for {place}.")
        flaw = next(_asked_at(function, sizes, point, cotangent, raised=raised), None)
        if flaw is not None and not (elsewhere and forward_fails(function, sizes, point[:1])):
            yield flaw
