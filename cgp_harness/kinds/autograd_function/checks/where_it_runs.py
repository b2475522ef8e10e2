"""At which shapes and numbers a Function runs at all: what raises at some is charged for these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

import numpy as np

from cgp_harness.kinds.autograd_function.checks.again import failure
from cgp_harness.kinds.autograd_function.checks.special_cases import forward_fails
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.probes.words import plural
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.probing.text import exactly
from cgp_harness.subject import SubjectError

Runs = Callable[[FunctionUnderTest, Sizes], bool]
SINGLE = Sizes(((1,),), (1,))


def forward_runs(function: FunctionUnderTest, sizes: Sizes) -> bool:
    """Whether forward gives an output of the right shape."""
    at, _ = ground.row(function.specification, sizes)
    return not forward_fails(function, sizes, at)


def backward_runs(function: FunctionUnderTest, sizes: Sizes) -> bool:
    """Whether forward does, and backward then gives a gradient."""
    if not forward_runs(function, sizes):
        return False
    return backward_answers(function, sizes, *ground.row(function.specification, sizes))


def backward_answers(
    function: FunctionUnderTest, sizes: Sizes, points: Floats, cotangents: Floats
) -> bool:
    """Whether forward and backward give gradients there."""
    return _answers(lambda: function.gradients(sizes, points, cotangents))


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return False
    return True


def usual_sizes(function: FunctionUnderTest, runs: Runs) -> tuple[Sizes, ...]:
    """The two shapes that mistakes are told apart on; of those where it runs, if these are two.

    If there is but one it is that; if there is none they are the usual two, where it then fails.
    """
    tried = function.specification.tried_sizes
    found = tuple(islice(_where(function, tried, runs), 2))
    return found or tried[:2]


def _where(
    function: FunctionUnderTest, tried: tuple[Sizes, ...], runs: Runs
) -> Iterator[Sizes]:
    """An empty tensor shows nothing: many a loop over its numbers runs."""
    return (sizes for sizes in tried if sizes.numbers and sizes.outputs and runs(function, sizes))


def raised_at_shape(
    function: FunctionUnderTest, sizes: Sizes, error: SubjectError, what: str
) -> Flaw:
    """The flaw of a usual shape at which `what` raised, naming a shape at which it does not.

    Args:
        function: under test.
        sizes: where.
        error: what it raised.
        what: `forward` or `backward`.

    Raises:
        SubjectError: it raises at every shape, or the error is not the student's code's.
    """
    if error.kind not in RAISED:
        raise error
    names = tuple(function.specification.inputs)
    at, g = ground.row(function.specification, sizes)
    forward = what == "forward"
    runs = next(_where(
        function, function.specification.tried_sizes, forward_runs if forward else backward_runs,
    ), None)
    if runs is None:
        raise error
    ask = (lambda: function.forward(sizes, at).values) if forward else partial(
        function.gradients, sizes, at, g)
    return failure(ask, error, Flaw("special_shape", (
        f"{what} fails for {plural(sizes.inputs, names)}.\n{error.problem}\n"
        f"It runs for {plural(runs.inputs, names)}.")), what)


def numbers_that_fail(
    function: FunctionUnderTest, sizes: Sizes, numbers: Floats, dtype: str = "float64"
) -> np.ndarray:
    """Which numbers (N,) an elementwise forward raises at, each filling a tensor: N requests."""
    return np.array([
        not _answers(partial(function.forward, sizes, at, dtype=dtype))
        for at in _filled(sizes, numbers)])


def numbers_going_back(function: FunctionUnderTest, numbers: Floats) -> np.ndarray:
    """Which numbers (N,) an elementwise backward gives a gradient at, each alone."""
    g = np.ones((1, 1))
    return np.array([
        backward_answers(function, SINGLE, at, g) for at in _filled(SINGLE, numbers)])


def _filled(sizes: Sizes, numbers: Floats) -> Iterator[Floats]:
    return (np.full((1, sizes.numbers), number) for number in numbers)


def simplest(numbers: Floats) -> str:
    """After `fails for …`: the number with the fewest digits, if there is one."""
    shown = [exactly(x) for x in sorted(
        numbers.tolist(), key=lambda x: (len(exactly(x)), abs(x)))]
    return f"x = {shown[0]}" if shown else "numbers of every size together"


def raised_at_number(
    function: FunctionUnderTest, numbers: Floats, error: SubjectError, dtype: str = "float64"
) -> Flaw:
    """The flaw of a forward that raises at some of the numbers (N,), naming the simplest.

    Raises:
        SubjectError: the error is not the student's code's.
    """
    if error.kind not in RAISED:
        raise error
    place = simplest(numbers[numbers_that_fail(function, SINGLE, numbers, dtype)])
    all_of_them = Sizes((numbers.shape,), numbers.shape)
    single = " in float32" * (dtype == "float32")
    return failure(
        lambda: function.forward(all_of_them, numbers[None], dtype=dtype).values, error,
        Flaw("", f"forward fails for {place}{single}.\n{error.problem}"), "forward")
