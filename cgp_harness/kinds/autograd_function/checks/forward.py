"""`forward`: does a Function compute the specified values, and leave its inputs alone?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome, passed, stopped
from cgp_harness.kinds.autograd_function.checks.again import MEMORY, failure, unsteady
from cgp_harness.kinds.autograd_function.checks.conventions import by_convention
from cgp_harness.kinds.autograd_function.checks.where_it_runs import (
    raised_at_number,
    raised_at_shape,
)
from cgp_harness.kinds.autograd_function.checks.wrong_values import WrongValues, refused_values
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import Flaw, refused
from cgp_harness.kinds.autograd_function.probes.numbers import agree, draws, points
from cgp_harness.kinds.autograd_function.probes.options import OPTION, RIGHT_OTHERWISE, others
from cgp_harness.kinds.autograd_function.probes.under_test import (
    FunctionUnderTest,
    function_under_test,
)
from cgp_harness.kinds.autograd_function.probes.words import plural
from cgp_harness.kinds.autograd_function.questions import Forwarded
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

UNNEEDED = "inputs that need no gradient, under `torch.no_grad()`"
OTHER_OUTPUT = "forward gives another output"


@by_convention
@np.errstate(over="ignore", invalid="ignore")  # a student may return 1e308, or infinity
def forward(context: FunctionContext) -> Outcome:
    """Ask for values wherever the ground says, then at drawn numbers; the first flaw decides."""
    function = function_under_test(context)
    try:
        function, found = next(_everywhere(function, context.seed), (function, None))
        if found is None:
            return passed()
        if found.raised:
            return refused(found.flaw)
        return refused_values(function, context.seed, found)
    except SubjectError as error:
        return stopped(error.problem)


def _everywhere(
    function: FunctionUnderTest, seed: int
) -> Iterator[tuple[FunctionUnderTest, WrongValues]]:
    """What is wrong, and of which Function: first with the default values of all that follows the
    inputs, then with others."""
    yield from ((function, one) for one in _wrong(function, seed))
    for place, other in others(function):
        sizes, asked, _ = ground.with_option(other.specification)
        yield from ((other, one) for one in _special(_Special(
            other, OPTION, place, f"{RIGHT_OTHERWISE} {place}", sizes, {}, asked)))


def _wrong(function: FunctionUnderTest, seed: int) -> Iterator[WrongValues]:
    specification = function.specification
    first, second, *others = specification.tried_sizes
    for sizes in (first, second):
        yield from _usual(function, sizes, ground.base(specification, sizes)[0])
    yield from _numbers(function)
    for sizes in others:
        place = plural(sizes.inputs, tuple(specification.inputs))
        yield from _special(_Special(
            function, "special_shape", place, f"right for other shapes, and wrong for {place}",
            sizes, {}))
    for layout, noun in ground.LAYOUTS.items():
        place = f"inputs that are non-contiguous: {noun}"
        for sizes in ground.laid_out_sizes(specification, layout):
            yield from _special(_Special(
                function, "non_contiguous_input", place, f"wrong for {place}", sizes,
                {"layout": layout}))
    for place, point in ground.uniform(specification, first).items():
        yield from _special(_Special(
            function, "uniform_input", place, f"right for other numbers, and wrong for {place}",
            first, {}, point))
    yield from _special(_Special(
        function, "no_gradient_needed", UNNEEDED, f"wrong for {UNNEEDED}", first,
        {"needs": (False,) * len(first.inputs)}))
    yield from _single_precision(function)
    yield from _usual(function, first, points(specification, first, draws(seed, 1), ground.POINTS))


def _usual(function: FunctionUnderTest, sizes: Sizes, asked: Floats) -> Iterator[WrongValues]:
    """Shape and dtype of the output, inputs changed, the same answer twice, then the values."""
    try:
        # The first point again, after the others: the same answer, unless something is remembered.
        got = function.forward(sizes, np.concatenate([asked, asked[:1]]))
    except SubjectError as error:
        yield WrongValues(raised_at_shape(function, sizes, error, "forward"), sizes, asked, asked)
        return
    if flaw := _form(function, sizes, got, "float64"):
        yield WrongValues(flaw, sizes, asked, got.values)
        return
    if not agree(got.values[0], got.values[-1]):
        yield WrongValues(
            Flaw("not_deterministic", f"{OTHER_OUTPUT} for the same numbers the second time: "
                 f"{MEMORY}"), sizes, asked, got.values)
        return
    yield from _compared(function, sizes, asked, got.values[:-1])


def _compared(
    function: FunctionUnderTest, sizes: Sizes, asked: Floats, got: Floats, *, local: bool = False
) -> Iterator[WrongValues]:
    wanted = function.wanted_values(sizes, asked)
    if wanted is not None and wanted.wrong(got).any():
        flaw = unsteady(lambda: function.forward(sizes, asked).values, got, OTHER_OUTPUT) or Flaw(
            "", f"forward does not compute {function.specification.formula}.", local=local)
        yield WrongValues(flaw, sizes, asked, got)


def _numbers(function: FunctionUnderTest) -> Iterator[WrongValues]:
    """Numbers of every size, beside kinks, and those that the specification names."""
    specification = function.specification
    if specification.forward is None:
        return
    if specification.elementwise:
        asked = ground.numbers(specification)[None]
        tried = [(Sizes((asked.shape[1:],), asked.shape[1:]), asked)]
    else:
        tried = [(sizes, ground.magnitudes(specification, sizes))
                 for sizes in specification.tried_sizes[:2]]
    for sizes, asked in tried:
        try:
            got = function.forward(sizes, asked).values
        except SubjectError as error:
            if not specification.elementwise:
                raise
            yield WrongValues(
                raised_at_number(function, asked[0], error), sizes, asked, asked, raised=True)
            return
        yield from _compared(function, sizes, asked, got, local=True)


@dataclass(frozen=True)
class _Special:
    """A special case: its name, where it is (`fails for …`), what is said of wrong numbers.

    Without a point of its own (1, D) it is at that of the ground.
    """

    function: FunctionUnderTest
    flag: str
    place: str
    wrong: str
    sizes: Sizes
    options: dict[str, Any]
    point: Floats | None = None


def _special(case: _Special) -> Iterator[WrongValues]:
    """One point; whatever is wrong with it costs the same, an exception too."""
    function, sizes = case.function, case.sizes
    asked, sent = ground.row(function.specification, sizes)
    asked = asked if case.point is None else case.point
    layout = case.options.get("layout", "plain")
    asked, _ = ground.levelled(sizes, asked, sent, (layout, "plain"))
    dtype = case.options.get("dtype", "float64")
    if not function.specification.where_usable(sizes, asked, dtype).all():
        return

    def ask() -> Floats:
        return function.forward(sizes, asked, **case.options).values

    try:
        got = function.forward(sizes, asked, **case.options)
    except SubjectError as error:
        yield WrongValues(failure(ask, error, Flaw(
            case.flag, f"forward fails for {case.place}.\n{error.problem}"), "forward"),
            sizes, asked, asked)
        return
    got = replace(got, differentiable=got.differentiable or "needs" in case.options)
    if misformed := _form(function, sizes, got, dtype):
        message = misformed.message if case.flag == "special_shape" else (
            f"For {case.place}: {misformed.message}")
        yield WrongValues(
            replace(misformed, message=message, blocks=False), sizes, asked, got.values)
        return
    wanted = function.wanted_values(sizes, asked, dtype)
    if wanted is not None and wanted.wrong(got.values).any():
        flaw = unsteady(ask, got.values, OTHER_OUTPUT) or Flaw(
            case.flag, f"forward is {case.wrong}.", local=True)
        yield WrongValues(flaw, sizes, asked, got.values)


def _single_precision(function: FunctionUnderTest) -> Iterator[WrongValues]:
    first = function.specification.tried_sizes[0]
    point, _ = ground.in_single_precision(function.specification, first)
    case = _Special(function, "float32_input", "float32 inputs", "wrong for float32 inputs", first,
                    {"dtype": "float32"}, point)
    yield from _special(case)
    if function.specification.elementwise and function.specification.forward is not None:
        asked = ground.numbers(function.specification, "float32")[None]
        sizes = Sizes((asked.shape[1:],), asked.shape[1:])
        try:
            got = function.forward(sizes, asked, dtype="float32").values
        except SubjectError as error:
            yield WrongValues(
                raised_at_number(function, asked[0], error, "float32"), sizes, asked, asked,
                raised=True)
            return
        wanted = function.wanted_values(sizes, asked, "float32")
        if wanted is not None and wanted.wrong(got).any():
            flaw = Flaw(case.flag, f"forward is {case.wrong}.", local=True)
            yield WrongValues(flaw, sizes, asked, got)


def _form(function: FunctionUnderTest, sizes: Sizes, got: Forwarded, dtype: str) -> Flaw | None:
    """What is wrong with the output, whatever its numbers are."""
    names = tuple(function.specification.inputs)
    wanted = "float64" if function.specification.output_dtype == "float64" else dtype
    if got.shape != sizes.output:
        return Flaw("wrong_shape", (
            f"forward gives an output of shape {got.shape} where {sizes.output} is expected "
            f"({plural(sizes.inputs, names)})."), blocks=True)
    if got.dtype != wanted:
        return Flaw("wrong_dtype", (
            f"forward gives an output of dtype {got.dtype} for an input of dtype {dtype}; "
            f"expected {wanted}."), blocks=got.dtype not in ("float32", "float64"))
    if got.changed >= 0:
        return Flaw("input_changed", (
            f"forward changes its input {names[got.changed]} in place. Whoever passed it in still "
            "needs it: compute with a copy."))
    if not got.differentiable:
        return Flaw("not_differentiable", (
            "The output of forward requires no gradient, so that backward is never called: it is "
            "marked as not differentiable, or has integers."), blocks=True)
    return None
