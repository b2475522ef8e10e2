"""Where a wrong Function is wrong: the change to its source that makes it right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Outcome
from cgp_harness.checks.mended import WRONG, mended
from cgp_harness.checks.repairing import Sieve, found
from cgp_harness.kinds.autograd_function.asking import fields
from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.context import FOLLOWS, FunctionContext
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.under_test import (
    FunctionUnderTest,
    Wanted,
    function_under_test,
)
from cgp_harness.kinds.autograd_function.requests import Forward, VjpMany
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import CheckResult, Diagnosis, Floats, Status
from cgp_harness.subject import Repair

CHECKS = {"forward": forward, "gradient": gradient, "autograd": autograd}
"""What a Function is right by, in their order."""
SIZES = 4
"""Shapes at which changes are sifted."""


def with_repairs(
    context: FunctionContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By the first check that failed, its diagnosis with the place; nothing where none is found.

    Args:
        context: after all checks.
        results: of the task's checks.

    Raises:
        SubjectError: the worker is gone.
    """
    asked = [name for name in CHECKS if name in results]
    wrong = next((name for name in asked if results[name].status is not Status.PASSED), None)
    if wrong is None or results[wrong].status not in WRONG:
        return {}
    for follows in context.conventions:
        one = _by(replace(context, learned={FOLLOWS: follows}), asked)
        if one is not None and (said := mended(context, results[wrong], one)):
            return {wrong: said}
    return {}


def _by(context: FunctionContext, asked: Sequence[str]) -> Repair | None:
    changes = context.subject.changes(context.task.kind, context.task.id)
    with np.errstate(all="ignore"):
        return found(changes, list(_sieves(context, asked)), lambda: _holds(context, asked))


def _holds(context: FunctionContext, asked: Sequence[str]) -> bool:
    fresh = replace(context, learned={})
    for name in asked:
        outcome: Outcome = CHECKS[name](fresh)
        if outcome.status is not Status.PASSED:
            return False
        fresh = fresh.knowing(outcome.learned)
    return True


def _sieves(context: FunctionContext, asked: Sequence[str]) -> Iterator[Sieve]:
    """Values, then gradients; of the shapes that tell mistakes apart first."""
    function = function_under_test(context)
    specification = function.specification
    points = [(sizes, *ground.row(specification, sizes))
              for sizes in specification.tried_sizes[:SIZES]]
    if specification.elementwise:
        numbers = ground.numbers(specification)
        points.append((Sizes((numbers.shape,), numbers.shape), numbers[None],
                       np.ones((1, len(numbers)))))
    elif "forward" in asked:
        sizes = points[0][0]
        far = ground.magnitudes(specification, sizes)
        points.append((sizes, far, np.ones((len(far), sizes.outputs))))
    if "forward" in asked:
        for sizes, at, _ in points:
            yield from _of_values(function, sizes, at)
    if "gradient" in asked:
        for sizes, at, g in points:
            if specification.vjp is not None:
                yield _of_gradients(function, sizes, at, g)


def _of_values(function: FunctionUnderTest, sizes: Sizes, at: Floats) -> Iterator[Sieve]:
    wanted = function.wanted_values(sizes, at)
    if wanted is not None:
        request = Forward(*fields(function.call(sizes)))
        yield Sieve(request, at.tobytes(), wanted.values.size, _fit(wanted))


def _of_gradients(
    function: FunctionUnderTest, sizes: Sizes, at: Floats, g: Floats
) -> Sieve:
    wanted = function.wanted_gradients(sizes, at, g)
    request = VjpMany(*fields(function.call(sizes)))
    return Sieve(request, at.tobytes() + g.tobytes(), wanted.values.size, _fit(wanted))


def _fit(wanted: Wanted) -> Callable[[Floats], list[bool]]:
    def fit(answers: Floats) -> list[bool]:
        return [not wanted.wrong(one.reshape(wanted.values.shape)).any() for one in answers]

    return fit
