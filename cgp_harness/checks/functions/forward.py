"""`forward`: does a Function compute the specified values, and leave its inputs alone?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cgp_harness.checks.context import Context, Outcome, passed, stopped
from cgp_harness.checks.functions.flaw import Flaw
from cgp_harness.checks.functions.function_numbers import FEW, POINTS, agree, draws, points, volume
from cgp_harness.checks.functions.function_under_test import FunctionUnderTest, function_under_test
from cgp_harness.checks.functions.function_words import plural
from cgp_harness.checks.functions.wrong_values import refused_values
from cgp_harness.model import Floats
from cgp_harness.specifications.specification import Sizes
from cgp_harness.subject import SubjectError
from cgp_harness.subject.functions import Forwarded

Found = tuple[Flaw, Sizes, Floats, Floats]
"""What is wrong, and where: sizes, the points (K, D), the outputs (K, E)."""


@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def forward(context: Context) -> Outcome:
    """Ask for values at every shape; the first flaw decides.

    At each shape in this order: shape and dtype of the output, inputs changed, the same answer
    twice, differentiable, values. Then non-contiguous and float32 inputs.
    """
    function = function_under_test(context)
    try:
        found = next(_flaws(function, context.seed), None)
        if found is None:
            return passed()
        return refused_values(function, context.seed, *found)
    except SubjectError as error:
        return stopped(error.problem)


def _flaws(function: FunctionUnderTest, seed: int) -> Iterator[Found]:
    draw = draws(seed, 1)
    tried = [(sizes, points(function.specification, sizes, draw, POINTS if i < 2 else FEW))
             for i, sizes in enumerate(function.specification.tried_sizes)]
    if function.specification.elementwise:
        tried.insert(2, volume(function.specification, seed))
    for i, (sizes, asked) in enumerate(tried):
        yield from _at(function, sizes, asked, local=i > 1)
    sizes, asked = tried[0]
    for flag, noun, options in (
        ("non_contiguous_input", "non-contiguous", {"layout": "sliced"}),
        ("float32_input", "float32", {"dtype": "float32"}),
    ):
        yield from _as_well(function, sizes, asked, flag, noun, options)


def _at(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, *, local: bool
) -> Iterator[Found]:
    asked = asked if sizes.numbers else asked[:1]
    # The first point again, after the others: the same answer, unless something is remembered.
    got = function.forward(sizes, np.concatenate([asked, asked[:1]]) if sizes.numbers else asked)
    message, flag, blocks = _form(function, sizes, got, "float64")
    if message:
        yield Flaw(flag, message, blocks=blocks), sizes, asked, got.values
        return
    if not agree(got.values[0], got.values[-1]):
        yield Flaw("not_deterministic", (
            "forward gives another output for the same input the second time."
        )), sizes, asked, got.values
        return
    wanted = function.wanted_values(sizes, asked)
    values = got.values[:len(asked)]
    if wanted is not None and wanted.wrong(values).any():
        yield Flaw("", _not_specified(function), local=local), sizes, asked, values


def _form(
    function: FunctionUnderTest, sizes: Sizes, got: Forwarded, dtype: str
) -> tuple[str, str, bool]:
    """Message, flag, and whether nothing later makes sense, of what is wrong with the output."""
    names = tuple(function.specification.inputs)
    given = plural(sizes.inputs, names)
    wanted = "float64" if function.specification.output_dtype == "float64" else dtype
    if got.shape != sizes.output:
        return (f"forward gives an output of shape {got.shape} where {sizes.output} is expected "
                f"({given})."), "wrong_shape", True
    if got.dtype != wanted:
        return (f"forward gives an output of dtype {got.dtype} for an input of dtype {dtype}; "
                f"expected {wanted}."), "wrong_dtype", got.dtype not in ("float32", "float64")
    if got.changed >= 0:
        return (f"forward changes its input {names[got.changed]} in place. Whoever passed it in "
                "still needs it: compute with a copy."), "input_changed", False
    if not got.differentiable:
        return ("The output of forward requires no gradient, so that backward is never called: it "
                "is marked as not differentiable, or has integers."), "not_differentiable", True
    return "", "", False


def _as_well(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, flag: str, noun: str,
    options: dict[str, Any],
) -> Iterator[Found]:
    """The same with inputs of another kind: an exception is then no wonder, but no right answer."""
    dtype = options.get("dtype", "float64")
    try:
        got = function.forward(sizes, asked, **options)
    except SubjectError as error:
        if error.kind not in ("raised", "contract"):
            raise
        yield Flaw(flag, f"forward fails on {noun} inputs.\n{error.problem}"), sizes, asked, asked
        return
    message, found, blocks = _form(function, sizes, got, dtype)
    if message:
        yield Flaw(found, message, blocks=blocks), sizes, asked, got.values
        return
    wanted = function.wanted_values(sizes, asked, dtype)
    if wanted is not None and wanted.wrong(got.values).any():
        yield Flaw(flag, f"forward gives other values for {noun} inputs."), sizes, asked, got.values


def _not_specified(function: FunctionUnderTest) -> str:
    return f"forward does not compute {function.specification.formula}."
