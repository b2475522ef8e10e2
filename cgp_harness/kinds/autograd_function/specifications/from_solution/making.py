"""A specification from a right answer: where it can be asked for is found by asking the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.diagnosis.mistake import NO_SOURCE, Vjp
from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.kinds.autograd_function.specifications.from_solution.changes import (
    Changes,
    variants_of,
)
from cgp_harness.kinds.autograd_function.specifications.from_solution.kept import kept
from cgp_harness.kinds.autograd_function.specifications.from_solution.options import other_options
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.shaping import Shaping
from cgp_harness.kinds.autograd_function.specifications.from_solution.trying import (
    RELATIVE,
    Domain,
    tried,
)
from cgp_harness.kinds.autograd_function.specifications.from_solution.usable import (
    Everywhere,
    Usable,
)
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask, Range
from cgp_harness.model import Floats
from cgp_harness.mutation.words import Reveal
from cgp_harness.probing.variants.variants import Written

TRIES, ENOUGH = 4, 2
"""Points of one shape, and how many of them must be such that it can be asked for."""
MARGIN = 1 / 16


def specified_by(
    target: Any, task: FunctionTask, text: str = "", reveal: Reveal = "place",
    written: Sequence[Written] = (),
) -> Specification:
    """What a task asks for whose right answer is this class or function.

    Args:
        text: the file that it is from, of which small changes are mistakes.
        reveal: how much of it the words for these may give away.
        written: mistakes that the instructor has written down.

    Raises:
        HarnessError: it cannot be asked for.
    """
    oracle = Oracle.of(task.id, target, as_written=task.as_written)
    rough = _rough(oracle, task)
    first = rough.tried_sizes[0]
    found = _said(oracle, task) if task.everywhere else _domain(oracle, rough, task)
    judged = _judged(rough, found, task)
    asked = Asked(judged, Everywhere() if task.everywhere else Usable(
        oracle, judged, found.rough))
    point = asked.a_point(first)
    if not point:
        raise HarnessError(
            f"{task.id} is right nowhere that was tried", where=oracle.where,
            expected="numbers at which it is finite, and not a matter of rounding",
            fix="say in the assignment where it is right: `domain = [0.1, 3]`")
    changes = Changes(
        oracle, variants_of(oracle, text, written), reveal, point, task.from_source
    ) if text else None
    made = replace(
        judged, usable=asked.usable, changes=changes or NO_SOURCE,
        value_mistakes=tuple(replace(one, forward=kept(one.forward)) for one in (
            changes.known_values if changes else ())),
        gradient_mistakes=tuple(replace(one, vjp=kept(one.vjp)) for one in (
            changes.known_gradients if changes else ())),
        output_of=None if rough.elementwise else asked.output_of,
        forward=kept(oracle.forward),
        vjp=kept(oracle.vjp) if oracle.differentiable(point) else None,
        gradient_formula=task.gradient_formula or (
            f"the {'specified ' if task.as_written else ''}gradient of {task.id}"),
        terms=_terms(oracle, task.terms) if task.terms else {},
        output_dtype=_dtype(oracle, point),
        linear=_linear(oracle, point) if task.as_written else "linear")
    return replace(made, options=dict(other_options(oracle, made)))


def domain_of(target: Any, task: FunctionTask) -> Domain:
    """What is found out by trying this answer to a task.

    Raises:
        HarnessError: it cannot be asked for.
    """
    oracle = Oracle.of(task.id, target, as_written=task.as_written)
    return _domain(oracle, _rough(oracle, task), task)


def _rough(oracle: Oracle, task: FunctionTask) -> Specification:
    """What is known without trying at which numbers it is right."""
    shaping = Shaping(oracle, empty=task.everywhere)
    rough = Specification(
        name=task.id, formula=task.formula or task.id, forward=oracle.forward,
        meaning=task.meaning, none_where_unneeded=task.none_where_unneeded,
        inputs={one.name: one.axes for one in oracle.signature.arrays}, output="",
        numbers={one.name: one.numbers for one in oracle.signature.arrays
                 if one.numbers != "real"},
        output_of=shaping.output_of, always=task.always, absolute=task.absolute,
        relative=RELATIVE)
    if rough.elementwise:
        shaping.require_elementwise()
        return rough
    if not rough.tried_sizes:
        raise HarnessError(
            f"{task.id} cannot be called at any of the sizes that were tried", where=oracle.where,
            expected="axes of which each may have any size, as long as all of one name are equal",
            fix=f"what it raised last: {shaping.said[-1]}" if shaping.said else "")
    shaping.require_as_noted(rough.tried_sizes[0].inputs, rough.tried_sizes[0].output)
    return rough


def _domain(oracle: Oracle, rough: Specification, task: FunctionTask) -> Domain:
    everywhere = task.domain if isinstance(task.domain, tuple) else None
    return tried(
        oracle, rough, _given(oracle, task), task.wide or everywhere)


def _said(oracle: Oracle, task: FunctionTask) -> Domain:
    """What the task says, of an answer that is right everywhere."""
    domain = _given(oracle, task)
    if missing := [one.name for one in oracle.signature.arrays if one.name not in domain]:
        raise HarnessError(
            f"task {task.id!r} has no domain for {', '.join(missing)}",
            expected="`domain` beside `everywhere`: where numbers are drawn")
    ends = [end for one in domain.values() for end in one if not isinstance(end, str)]
    return Domain(domain, task.wide or (min(ends), max(ends)))


def _terms(oracle: Oracle, names: tuple[str, str]) -> Mapping[str, Vjp]:
    """The part of backward that is linear in g, and the rest, by what they are called."""
    def rest(g: Floats, *arrays: Floats) -> tuple[Floats, ...]:
        return oracle.vjp(np.zeros_like(g), *arrays)

    def of_g(g: Floats, *arrays: Floats) -> tuple[Floats, ...]:
        return tuple(map(np.subtract, oracle.vjp(g, *arrays), rest(g, *arrays)))

    return dict(zip(names, (of_g, rest), strict=True))


def _judged(rough: Specification, found: Domain, task: FunctionTask) -> Specification:
    """With where it is right, as the task says it or as it was found."""
    avoid = found.avoid if task.avoid is None else task.avoid
    alike = {(low, high) for name, (low, high) in found.domain.items()
             if name not in rough.numbers and not isinstance(high, str)}
    domain = alike.pop() if len(alike) == 1 else rough.domain
    return replace(
        rough, domain=domain, wide=found.wide, avoid=avoid, margin=_margin(avoid),
        domains={name: one for name, one in found.domain.items()
                 if one != domain or name in rough.numbers},
        relative=found.relative if task.relative is None else task.relative)


@dataclass(frozen=True, eq=False)
class Asked:
    """Shapes at which something can be asked for."""

    specification: Specification
    usable: Usable | Everywhere
    _known: dict[tuple[Shape, ...], Shape | None] = field(default_factory=dict)

    def output_of(self, inputs: tuple[Shape, ...]) -> Shape | None:
        """The output's shape; None if there is none, or no point that can be asked for."""
        if inputs not in self._known:
            assert self.specification.output_of is not None
            output = self.specification.output_of(inputs)
            asked = output is not None and bool(self.a_point(Sizes(inputs, output)))
            self._known[inputs] = output if asked else None
        return self._known[inputs]

    def a_point(self, sizes: Sizes) -> list[Floats]:
        """Arrays of these sizes at which it can be asked for; none if too few of some are such."""
        draw, found = np.random.default_rng(0), list[Floats]()
        for _ in range(TRIES):
            point = self.specification.drawn(sizes, draw)
            if self.usable.row(sizes, point):
                found.append(point)
            if len(found) == ENOUGH:
                return sizes.parts(found[0])
        return []


def _given(oracle: Oracle, task: FunctionTask) -> Mapping[str, Range]:
    arrays = oracle.signature.arrays
    names = [one.name for one in arrays]
    if isinstance(task.domain, tuple):
        return {one.name: task.domain for one in arrays if one.numbers == "real"}
    given = task.domain or {}
    for name in given:
        if name not in names:
            raise HarnessError(
                f"task {task.id!r} has a domain for {name!r}, which is no input",
                expected=f"one of {', '.join(names)}")
    return given


def _margin(avoid: tuple[float, ...]) -> float:
    """How near to kinks numbers are drawn: there must be room between two of them."""
    gaps = np.diff(np.sort(avoid))
    return min(MARGIN, float(gaps.min()) / 4) if len(gaps) else MARGIN


def _dtype(oracle: Oracle, point: list[Floats]) -> Literal["input", "float64"]:
    found = [oracle.dtype(point, one) for one in ("float32", "float64")]
    if found[1] == "float64" and found[0] in ("float32", "float64"):
        return "input" if found[0] == "float32" else "float64"
    raise HarnessError(
        f"{oracle.name} gives numbers of the dtype {found[0]} for float32, and {found[1]} for "
        "float64", where=oracle.where, expected="that of its inputs, or float64 for both",
        fix="end it with `.to(x.dtype)`")


def _linear(oracle: Oracle, point: list[Floats]) -> Literal["linear", "affine"] | None:
    """What its own backward is in g."""
    value = oracle.forward(*point)
    draw = np.random.default_rng(0)
    g, h = (draw.uniform(0.3, 3.0, value.shape) * draw.choice([-1.0, 1.0], value.shape)
            for _ in range(2))
    zero, of_g, of_h, of_both = (
        np.concatenate([one.reshape(-1) for one in oracle.vjp(each, *point)])
        for each in (0 * g, g, h, g + h))
    if not np.allclose(of_both - zero, of_g - zero + of_h - zero):
        return None
    return "affine" if zero.any() else "linear"
