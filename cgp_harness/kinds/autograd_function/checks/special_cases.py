"""Backward where shape, memory or the kind of g are special: what is wrong is said to be that.

Numbers were right elsewhere by then. Where forward itself fails, the check `forward` has said so,
and the case is not charged a second time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cgp_harness.kinds.autograd_function.checks.again import failure
from cgp_harness.kinds.autograd_function.checks.returned import misreturned
from cgp_harness.kinds.autograd_function.checks.wrong_gradient import differing
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.options import OPTION, RIGHT_OTHERWISE
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.probes.words import plural
from cgp_harness.kinds.autograd_function.questions import Differentiated, Layout, Scenario
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

Layouts = tuple[Layout, Layout]
TOO_FEW = "returned an incorrect number of gradients"
"""With which torch refuses what backward returns."""
MOST_BY_DIFFERENCES = 40
"""Numbers of a shape at which derivatives are measured: each takes ten values of forward."""


@dataclass(frozen=True)
class _Case:
    """One special case: its name, and how it continues `backward fails …` and `backward is …`."""

    flag: str
    fails: str
    wrong: str
    sizes: Sizes
    layouts: Layouts = ("plain", "plain")
    scenario: Scenario = "plain"
    point: Floats | None = None
    """(1, D); that of the ground if there is none."""


def special_cases(
    function: FunctionUnderTest, usual: Sequence[Sizes], *, changed: str, elsewhere: bool
) -> Iterator[Flaw]:
    """What is wrong in each case.

    Args:
        function: right at the usual shapes.
        usual: these.
        changed: what backward changes in place. `autograd` says so; that an expanded tensor cannot
            be changed is a consequence.
        elsewhere: whether a forward that fails is judged by another check.
    """
    for case in (
            *_shapes(function, usual), *_kinds_of_numbers(function), *_kinds_of_memory(function)):
        expanded = any(layout.startswith("expanded") for layout in case.layouts)
        if changed and (expanded or case.scenario == "sum"):
            continue
        flaw = next(_asked(function, case), None)
        at, _ = _point(function, case)
        if flaw is not None and not (
                elsewhere and forward_fails(function, case.sizes, at, case.layouts[0])):
            yield flaw


def with_option(
    function: FunctionUnderTest, place: str, *, elsewhere: bool
) -> Iterator[Flaw]:
    """What is wrong where an argument after the inputs has another value, as `place` says.

    No gradient is asked of who returns none for that argument: its value is then never given.
    """
    sizes, at, g = ground.with_option(function.specification)
    case = _Case(OPTION, f"for {place}", f"{RIGHT_OTHERWISE} {place}", sizes, point=at)
    if (elsewhere and forward_fails(function, sizes, at)) or _returns_too_few(function, case):
        return
    for flaw in _asked(function, case):
        if flaw.case is not None and function.specification.elementwise:
            wanted = function.wanted_gradients(sizes, at, g)
            first = int(np.argmax(wanted.wrong(np.array([flaw.got]))[0]))
            alone = replace(case, sizes=Sizes(((1,),), (1,)), point=at[:, first:first + 1])
            yield from _asked(function, alone)
        yield flaw


def _returns_too_few(function: FunctionUnderTest, case: _Case) -> bool:
    at, g = _point(function, case)
    try:
        return TOO_FEW in function.vjp(case.sizes, at, g).refused
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return False


def _shapes(function: FunctionUnderTest, usual: Sequence[Sizes]) -> Iterator[_Case]:
    specification = function.specification
    for sizes in specification.tried_sizes:
        by_differences = specification.vjp is None and sizes.numbers > MOST_BY_DIFFERENCES
        if sizes in usual or by_differences:
            continue
        place = plural(sizes.inputs, tuple(specification.inputs))
        yield _Case("special_shape", f"for {place}",
                    f"right for other shapes, and wrong for {place}", sizes)


def _kinds_of_numbers(function: FunctionUnderTest) -> Iterator[_Case]:
    sizes = function.specification.tried_sizes[0]
    for place, point in ground.uniform(function.specification, sizes).items():
        yield _Case("uniform_input", f"for {place}",
                    f"right for other numbers, and wrong for {place}", sizes, point=point)


def _kinds_of_memory(function: FunctionUnderTest) -> Iterator[_Case]:
    specification = function.specification
    summed = ("after `output.sum().backward()`, where g is one number, expanded to the shape of "
              "the output")
    yield _Case("expanded_cotangent", summed, f"wrong {summed}", specification.tried_sizes[0],
                scenario="sum")
    for layout, noun in ground.LAYOUTS.items():
        for sizes in ground.laid_out_sizes(specification, layout):
            combined: tuple[tuple[str, str, Layouts], ...] = (
                ("non_contiguous_input", "the inputs are", (layout, "plain")),
                ("non_contiguous_cotangent", "g is", ("plain", layout)),
                ("non_contiguous_cotangent", "inputs and g are", (layout, layout)),
            )
            for flag, what, layouts in combined:
                where = f"where {what} non-contiguous: {noun}"
                yield _Case(flag, where, f"wrong {where}", sizes, layouts)


def forward_fails(
    function: FunctionUnderTest, sizes: Sizes, at: Floats, layout: Layout = "plain"
) -> bool:
    """Whether forward is refused at a point (1, D) for another reason than its numbers."""
    try:
        got = function.forward(sizes, at, layout=layout)
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
        return True
    return got.shape != sizes.output or not got.differentiable or got.changed >= 0


def _point(function: FunctionUnderTest, case: _Case) -> tuple[Floats, Floats]:
    at, g = ground.row(function.specification, case.sizes)
    at = at if case.point is None else case.point
    g = np.ones_like(g) if case.scenario == "sum" else g
    return ground.levelled(case.sizes, at, g, case.layouts)


def _asked(function: FunctionUnderTest, case: _Case) -> Iterator[Flaw]:
    at, g = _point(function, case)
    layout, arriving = case.layouts
    if not function.specification.where_usable(case.sizes, at).all():
        return

    def asked() -> Differentiated:
        return function.vjp(
            case.sizes, at, g, case.scenario, layout=layout, arriving=arriving)

    def ask() -> Floats:
        return asked().gradients

    try:
        answer = asked()
    except SubjectError as error:
        yield failure(ask, error, Flaw(
            case.flag, f"backward fails {case.fails}.\n{error.problem}"), "backward")
        return
    if flaw := misreturned(answer, function, case.sizes.inputs):
        place = case.fails[0].upper() + case.fails[1:]
        yield replace(flaw, message=f"{place}: {flaw.message}", blocks=False)
        return
    yield from differing(
        function, case.sizes, at, g, answer.gradients, flag=case.flag,
        message=f"backward is {case.wrong}.", ask=ask)
