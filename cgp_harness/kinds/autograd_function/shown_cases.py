"""The smallest input at which a known mistake of a Function shows, for `cgp explain`: what is right
there and what comes instead, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, compress, product

import numpy as np

from cgp_harness.checks.known import Known, described, of_homework
from cgp_harness.kinds.autograd_function.diagnosis import bank
from cgp_harness.kinds.autograd_function.diagnosis.described import IN_FUNCTIONS
from cgp_harness.kinds.autograd_function.diagnosis.hints import OF_FUNCTIONS
from cgp_harness.kinds.autograd_function.diagnosis.mistake import ValueMistake
from cgp_harness.kinds.autograd_function.probes.case import grid
from cgp_harness.kinds.autograd_function.questions import Shape
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.kinds.autograd_function.specifications.specified import specified
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import Floats
from cgp_harness.probing import case as told
from cgp_harness.probing.text import exactly, number_pair
from cgp_harness.task import Assignment

CLEARLY = 1e-2
"""Of the larger of 1 and the right number: what is less far off is no example to look at."""
SHAPES = ((), (2,), (2, 2))
AXES = (1, 2)
PLAIN = (0.0, 1.0, 0.5, 2.0, -1.0, -0.5, 1.5, 2.5, -2.0, 10.0, 100.0, 200.0)
PLACES, FEW = 40, 8
"""How many points are tried at each shape, the simplest first; and of several inputs together."""
SENT = (1.0, 2.0, -1.0, 0.5)
Asked = tuple[Sizes, Floats, Floats]
"""A point (D,) and a cotangent (E,)."""


def _times(factor: Callable[[bank.Probe], float]) -> Callable[[Floats, bank.Probe], bank.Gradients]:
    return lambda g, probe: tuple(factor(probe) * one for one in probe.vjp(g))


FOR_EXAMPLE: Mapping[str, bank.Known] = {
    flag: bank.Known((flag,), "", "", gradients) for flag, gradients in (
        ("sign_flipped", _times(lambda _: -1.0)),
        ("factor", _times(lambda _: 2.0)),
        ("mean_over_batch", _times(lambda probe: 1 / len(np.atleast_1d(probe.cotangent)))),
        ("offset", lambda g, probe: tuple(one + 1.0 for one in probe.vjp(g))))}
"""Of mistakes that come in every size, one of a plain size."""


def known(assignment: Assignment, task: FunctionTask) -> Iterator[Known]:
    """The homework's own mistakes, then those that any Function may make."""
    own = {one.id: one for one in of_homework(assignment, task)}
    for flag, one in own.items():
        yield replace(one, case=partial(_own, assignment, task, flag))
    every = (*bank.of_cotangent(), *bank.ANY, *bank.ELEMENTWISE)
    further = [
        *((Known(each.flags[0], f"Your backward {each.phrase}.", each.hint), each)
          for each in every),
        *((one, FOR_EXAMPLE.get(one.id)) for one in described(IN_FUNCTIONS, OF_FUNCTIONS))]
    for one, example in further:
        if one.id not in own:
            yield one if example is None else replace(
                one, case=partial(_of_any, assignment, task, example))


def _own(assignment: Assignment, task: FunctionTask, flag: str) -> told.Case | None:
    right = _right(assignment, task)
    values = (*right.value_mistakes, *right.changes.values)
    gradients = (*right.gradient_mistakes, *right.changes.gradients)
    return next(filter(None, chain(
        (_forward(right, one) for one in values if one.id == flag),
        (_backward(right, bank.of_function(one)) for one in gradients if one.id == flag))), None)


def _of_any(assignment: Assignment, task: FunctionTask, mistake: bank.Known) -> told.Case | None:
    right = _right(assignment, task)
    if mistake in bank.ELEMENTWISE and not right.elementwise:
        return None
    return _backward(right, mistake)


def _right(assignment: Assignment, task: FunctionTask) -> Specification:
    return next(iter(specified(assignment, task).values()))


def _forward(right: Specification, mistake: ValueMistake) -> told.Case | None:
    def numbers(sizes: Sizes, point: Floats, _: Floats) -> tuple[Floats | None, Floats]:
        return right.values(sizes, point), np.ravel(mistake.forward(*sizes.parts(point)))

    return _smallest(right, "forward", numbers)


def _backward(right: Specification, mistake: bank.Known) -> told.Case | None:
    vjp = right.vjp
    if vjp is None:
        return None

    def numbers(sizes: Sizes, point: Floats, g: Floats) -> tuple[Floats | None, Floats]:
        inputs, sent = tuple(sizes.parts(point)), g.reshape(sizes.output)
        value = right.values(sizes, point)
        output = np.zeros(sizes.output) if value is None else value.reshape(sizes.output)
        probe = bank.Probe(inputs, sent, output, lambda g: vjp(g, *inputs), vjp, ())
        real = ~right.whole(sizes)
        wanted = right.gradients(sizes, point, g)
        assert wanted is not None  # there is a vjp
        return wanted[real], np.concatenate(
            [np.zeros(0), *map(np.ravel, mistake.gradients(sent, probe))])[real]

    return _smallest(right, "backward", numbers)


def _smallest(
    right: Specification, method: str,
    numbers: Callable[[Sizes, Floats, Floats], tuple[Floats | None, Floats]],
) -> told.Case | None:
    """The first case at which a number is clearly another one."""
    for sizes, point, g in _asked(right):
        with np.errstate(all="ignore"):
            wanted, got = numbers(sizes, point, g)
        if wanted is None or wanted.shape != got.shape:
            return None
        off = np.abs(got - wanted) > CLEARLY * np.maximum(1.0, np.abs(wanted))
        if (off & np.isfinite(got)).any():
            return _shown(right, method, (sizes, point, g), wanted, got)
    return None


def _asked(right: Specification) -> Iterator[Asked]:
    """Simple numbers at small shapes, the smallest first."""
    shapes = (
        [Sizes((shape,), shape) for shape in SHAPES] if right.elementwise else sorted(
            filter(None, (right.sizes(**dict(zip(right.letters, axes, strict=True)))
                          for axes in product(AXES, repeat=len(right.letters)))),
            key=lambda one: one.numbers))
    for sizes in shapes:
        each = [_numbers(right, name, sizes) for name in right.inputs]
        places = min(PLACES, max(map(len, each))) if right.elementwise else FEW
        for first, place in product(range(len(SENT)), range(places)):
            point = np.concatenate([
                np.resize(np.roll(taken, -place), shape).ravel()
                for taken, shape in zip(each, sizes.inputs, strict=True)])
            if right.where_usable(sizes, point[None]).all():
                yield sizes, point, np.resize(np.roll(SENT, -first), sizes.outputs)


def _numbers(right: Specification, name: str, sizes: Sizes) -> Sequence[float]:
    """Those that an input may have, the plain ones first."""
    bounds = right.interval(name, sizes, right.domain)
    taken = [*right.always, *grid(right, bounds, whole=name in right.numbers)]
    if 0 in right.always:
        taken.insert(0, -0.0)
    return [*(one for one in PLAIN if one in taken), *(
        one for one in taken if one not in PLAIN or str(one) == "-0.0")]


def _shown(
    right: Specification, method: str, asked: Asked, wanted: Floats, got: Floats
) -> told.Case:
    sizes, point, g = asked
    names = tuple(right.inputs)
    given = dict(zip(names, sizes.parts(point), strict=True))
    of: tuple[str, ...] = ("output",)
    shapes: tuple[Shape, ...] = (sizes.output,)
    if method == "backward":
        given["g"] = g.reshape(sizes.output)
        real = [name not in right.numbers for name in names]
        of = tuple(f"gradient of {name}" for name in compress(names, real))
        shapes = tuple(compress(sizes.inputs, real))
    places = [f"{name}{list(index) if index else ''}"
              for name, shape in zip(of, shapes, strict=True) for index in np.ndindex(*shape)]
    rows = [(place, *number_pair(float(one), float(other)))
            for place, one, other in zip(places, wanted, got, strict=True) if one != other]
    listed = ", ".join(f"{name} = {exactly(values.tolist())}" for name, values in given.items())
    return told.Case(
        f"{method} at {listed}", ("number", "right", "with mistake"),
        tuple(rows[:told.MOST_ROWS]), 0, max(0, len(rows) - told.MOST_ROWS))
