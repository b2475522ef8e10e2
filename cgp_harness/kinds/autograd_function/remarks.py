"""What an instructor should know of a right answer before anybody is judged by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cgp_harness.assignment.solution import answers_to
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.words import pair, plural
from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from cgp_harness.kinds.autograd_function.specifications.from_solution.trying import RELATIVE
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes, Specification
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import Floats
from cgp_harness.probing.derivatives.ridders import ridders
from cgp_harness.probing.text import exactly
from cgp_harness.task import Assignment

STEP = 2.0**-8
"""Of differences along a line: less than numbers are away from kinks."""
SURE = 1e-5
"""Differences with a larger error of their own say nothing."""
Asked = tuple[Sizes, Floats, Floats]
"""Sizes, a point (D,) and a cotangent (E,)."""


def of_task(assignment: Assignment, task: FunctionTask) -> tuple[str, ...]:
    """What is to be said of the answers to a task; nothing of one that names a specification."""
    if task.specification:
        return ()
    return tuple(dict.fromkeys(
        text for one in answers_to(assignment, task).values() for text in remarks(one.target, task)
    ))


def remarks(target: Any, task: FunctionTask) -> tuple[str, ...]:
    """What is to be said of the class or function that answers a task, each in whole sentences.

    Raises:
        HarnessError: nobody can be judged by it.
    """
    specification = specified_by(target, task)
    if specification.vjp is None:
        return (f"Torch finds no derivative of {task.id}. So backward is compared with differences "
                "of the student's own forward, to 1e-7 instead of 1e-9.",)
    said = [_seam(specification), _unasked(target, task, specification)]
    if not task.as_written:
        said += [_own_backward(target, task, specification), _slope(specification)]
    return tuple(filter(None, said))


def _seam(specification: Specification) -> str:
    if specification.relative <= RELATIVE:
        return ""
    return (f"Two formulas of {specification.name} meet where they differ. So a submission may be "
            f"off by {specification.relative:.1g} of a number instead of {RELATIVE:.0e}.")


def _unasked(target: Any, task: FunctionTask, specification: Specification) -> str:
    """Arguments after the inputs that nobody is asked for."""
    asked = {one.partition(" ")[0] for one in specification.options}
    names = [one for one in Oracle.of(task.id, target).signature.options if one not in asked]
    if not names:
        return ""
    return (f"Submissions to {task.id} are asked with the default of {' and '.join(names)} alone: "
            "other values are tried of numbers that follow the inputs, where the solution has "
            "finite numbers of the same shape.")


def _own_backward(target: Any, task: FunctionTask, specification: Specification) -> str:
    """Where its own backward is not what torch finds for its forward."""
    if not Oracle.of(task.id, target).has_backward:
        return ""
    own = Oracle.of(task.id, target, as_written=True)
    for sizes, point, g in _points(specification):
        wanted = specification.gradients(sizes, point, g)
        assert wanted is not None  # else there is nothing to compare with
        try:
            found = np.concatenate([one.reshape(-1) for one in own.vjp(
                g.reshape(sizes.output), *sizes.parts(point))])
        except Exception as error:
            return (f"backward of {task.id} raises {type(error).__name__}: {error}. Submissions "
                    "are compared with the derivative that torch finds for forward.")
        off = ~(np.abs(found - wanted) <= specification.tolerance(wanted, "float64", g))
        if off.any():
            return _differs(specification, (sizes, point, g), found, wanted, int(np.argmax(off)))
    return ""


def _differs(
    specification: Specification, asked: Asked, found: Floats, wanted: Floats, i: int
) -> str:
    sizes, point, g = asked
    got, right = pair(float(found[i]), float(wanted[i]))
    if specification.elementwise:
        place = f"x = {exactly(point[i])}, g = {exactly(g[i])}"
    else:
        place = plural(sizes.inputs, tuple(specification.inputs))
    return (f"backward of {specification.name} gives {got} where torch finds the derivative {right}"
            f" for its forward ({place}). Submissions are compared with the latter. If backward is "
            "not meant to be the derivative, write `as_written = true` in the task; if it is, mend "
            "it.")


def _slope(specification: Specification) -> str:
    """Where torch's derivative is not the slope of the values: something in it is detached."""
    for sizes, point, g in _usual(specification):
        draw = np.random.default_rng(0)
        way = draw.uniform(0.5, 1.0, point.shape) * draw.choice([-1.0, 1.0], point.shape)
        gradient = specification.gradients(sizes, point, g)

        def along(
            offsets: Floats, sizes: Sizes = sizes, point: Floats = point, g: Floats = g,
            way: Floats = way,
        ) -> Floats:
            values = [specification.values(sizes, point + one * way) for one in offsets.reshape(-1)]
            return np.array([g @ one for one in values if one is not None]).reshape(offsets.shape)

        found = ridders(along, np.array([STEP]))
        slope, size = float(found.derivative[0]), float(np.abs(gradient * way).sum())
        if found.error[0] <= SURE * size and abs(slope - gradient @ way) > 1e2 * SURE * size:
            return (f"The derivative that torch finds for {specification.name} is not the slope of "
                    f"its values ({plural(sizes.inputs, tuple(specification.inputs))}): something "
                    "in it is detached, or no operation of torch's. Submissions are compared with "
                    "what torch finds.")
    return ""


def _usual(specification: Specification) -> Iterator[Asked]:
    for sizes in specification.tried_sizes[:2]:
        points, g, _ = ground.base(specification, sizes)
        yield from ((sizes, *one) for one in zip(points, g, strict=True))


def _points(specification: Specification) -> Iterator[Asked]:
    """Wherever submissions are asked for numbers."""
    yield from _usual(specification)
    first = specification.tried_sizes[0]
    if specification.elementwise:
        numbers = ground.numbers(specification)
        yield Sizes((numbers.shape,), numbers.shape), numbers, np.ones_like(numbers)
        return
    _, g, _ = ground.base(specification, first)
    yield from ((first, point, g[0]) for point in ground.magnitudes(specification, first))
