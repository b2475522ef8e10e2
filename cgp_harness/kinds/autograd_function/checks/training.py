"""`training`: does the network train with the student's Function as with the specified one?

Same starts, same batches, same SGD; only the Function is asked of the student's worker. Nothing is
left to chance, so nothing is left to statistics: each loss of each run must be the reference's. In
200 trainings each, Functions off by the last bit left it by 1e-12 at most, and a softplus off by
the 1e-12 that it may be by 9e-11.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from cgp_harness.checks.context import Outcome, failed, passed, stopped
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.probes.at_work import Asked, AsSpecified, Relu
from cgp_harness.kinds.autograd_function.probes.finding import RAISED
from cgp_harness.kinds.autograd_function.probes.training_course import BATCH, HIDDEN, TrainingCourse
from cgp_harness.kinds.autograd_function.questions import Shape, functions
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats
from cgp_harness.model.plot import Plot
from cgp_harness.probing.case_table import table
from cgp_harness.probing.digits import apart
from cgp_harness.probing.statistics.curve import curve
from cgp_harness.probing.training_loop import drive, of_rule, seeds_from
from cgp_harness.subject import SubjectError
from cgp_reference.optimizers import sgd

ITERATIONS, SEEDS = 60, 8
FEWER_SEEDS = 3
"""Where each start needs a call of its own: a call costs 0.1 ms, and 60 steps take four of them."""
RATE = 1e-3
"""The lecture's, for this network."""
CLOSE = 1e-8
"""Of the loss: 100 times what right Functions differ by."""
AFTER = 5
"""Iterations that a stored case goes on for."""
CHARGED_THERE = {"forward", "gradient"}
"""Checks that say at which shape a Function is wrong, and take the points for it."""
_STREAM = 9
"""Second word of the seed; those before are taken by probes and by other trainings."""


@dataclass(frozen=True)
class Parting:
    """The first loss that is another: after how many steps, on which seed, and both numbers."""

    step: int
    seed: int
    got: float
    expected: float


def training(context: FunctionContext) -> Outcome:
    """Train with the student's Function and with the specified one, and compare every loss."""
    task = context.task
    wanted = context.specification
    seeds = seeds_from(context.seed, _STREAM, _starts(wanted))
    expected, straight = _as_specified(wanted, seeds)
    try:
        losses, note = _of_student(context, wanted, seeds)
    except SubjectError as error:
        if error.kind not in RAISED or (
                found := _in_another_shape(context, wanted, seeds, expected)) is None:
            return stopped(error.problem)
        return passed(_otherwise(wanted, found, "raises"), plots=(
            _losses(found.losses, expected, straight),))
    at = parting(losses, expected)
    figures = (_losses(losses, expected, straight),)
    if at is None:
        return passed(_message(wanted, at) + note, plots=figures)
    found = _in_another_shape(context, wanted, seeds, expected)
    if found is not None:
        return passed(_otherwise(wanted, found, "is wrong"), plots=(
            _losses(found.losses, expected, straight),))
    return failed(
        _message(wanted, at) + note, plots=figures,
        counterexample=_case(task.id, at, losses, expected))


@lru_cache(maxsize=8)  # for all submissions
def _as_specified(
    wanted: Specification, seeds: tuple[int, ...]
) -> tuple[Floats, Floats | None]:
    """Losses (T, S) with the specified Function, and with ReLU where it is elementwise."""
    expected = trained(TrainingCourse(wanted, AsSpecified(wanted), seeds))
    straight = trained(TrainingCourse(wanted, Relu(), seeds)) if wanted.elementwise else None
    return expected, straight


@dataclass(frozen=True)
class _InShape:
    """Losses (T, S) that are the reference's, and the shape in which the numbers were sent."""

    shape: Shape
    losses: Floats


def _in_another_shape(
    context: FunctionContext, wanted: Specification, seeds: tuple[int, ...], expected: Floats
) -> _InShape | None:
    """The training of a Function that is right in another shape than that of all starts together.

    What it does at that shape costs `forward` or `gradient`; None where these are not asked.
    """
    if not wanted.elementwise or not CHARGED_THERE.issubset(context.task.checks):
        return None
    ran = False
    for shape in ((BATCH, HIDDEN), (len(seeds) * BATCH * HIDDEN,), ()):
        if ran and not shape:
            break  # number by number takes long: one start, for what runs in no other way
        starts = seeds if shape else seeds[:1]
        try:
            losses = trained(TrainingCourse(
                wanted, replace(_asked(context, wanted), shape=shape), starts))
        except SubjectError as error:
            if error.kind not in RAISED:
                raise
            continue
        ran = True
        if parting(losses, expected[:, :len(starts)]) is None:
            return _InShape(shape, losses)
    return None


def _otherwise(wanted: Specification, found: _InShape, what: str) -> str:
    shape = (_starts(wanted), BATCH, HIDDEN)
    [name] = wanted.inputs
    starts = found.losses.shape[1]
    return (f"{_message(wanted, None, starts)} That is so for {name} of shape "
            f"{found.shape}; for {name} of shape {shape} the Function {what}, which costs nothing "
            "here.")


def _asked(context: FunctionContext, wanted: Specification) -> Asked:
    return Asked(functions(context.subject), context.task.id, tuple(wanted.inputs))


def _starts(wanted: Specification) -> int:
    return SEEDS if wanted.elementwise else FEWER_SEEDS


def _of_student(
    context: FunctionContext, wanted: Specification, seeds: tuple[int, ...]
) -> tuple[Floats, str]:
    """Losses with the student's Function, and a note on where it computed if not as usual.

    Raises:
        SubjectError: the Function raises in the host's memory too, or its worker is gone.
    """
    asked, device = _asked(context, wanted), context.device
    if device.torch:
        try:
            there = trained(TrainingCourse(wanted, replace(asked, device=device.torch), seeds))
            return there, f" Its tensors were on the device {device.name}."
        except SubjectError as error:
            if error.kind not in RAISED:
                raise
    losses = trained(TrainingCourse(wanted, asked, seeds))
    return losses, device.torch and (
        f" It does not compute on tensors of the device {device.name}, so these were in the host's "
        "memory.")


def trained(course: TrainingCourse) -> Floats:
    """Losses (T, S) under SGD.

    Raises:
        SubjectError: what the Function raises.
    """
    start = course.start
    step = of_rule(sgd, len(start), len(course.seeds), {"lr": RATE})
    return drive(step, course, ITERATIONS).losses


def parting(losses: Floats, expected: Floats) -> Parting | None:
    """Where losses (T, S) first leave the expected ones; of those at this step the farthest."""
    with np.errstate(all="ignore"):
        off = np.abs(losses - expected) / np.abs(expected)
    off = np.where(np.isfinite(off), off, np.inf)
    steps = np.flatnonzero((off > CLOSE).any(axis=1))
    if not len(steps):
        return None
    step = int(steps[0])
    seed = int(np.argmax(off[step]))
    return Parting(step, seed, float(losses[step, seed]), float(expected[step, seed]))


def _message(wanted: Specification, at: Parting | None, starts: int = 0) -> str:
    where = "in its hidden units" if wanted.elementwise else "as its layers"
    network = f"With your Function {where}, the 2-10-2 network"
    begun = starts or _starts(wanted)
    where_from = "one start" if begun == 1 else f"each of {begun} starts"
    runs = f"({ITERATIONS} iterations of SGD from {where_from})"
    if at is None:
        return f"{network} trains as the reference does, to {CLOSE:.0e} of every loss {runs}."
    got, expected = apart(at.got, at.expected)
    when = ("The first loss is another already, so it is forward that differs"
            if at.step == 0 else f"After {_steps(at.step)} the loss is another")
    return (f"{network} does not train as the reference does {runs}. {when}: {got}, expected "
            f"{expected} (start {at.seed + 1}).")


def _case(function: str, at: Parting, losses: Floats, expected: Floats) -> dict[str, Any]:
    """The losses from one start: those before the parting, and some after it."""
    rows = [
        (k, losses[k, at.seed], expected[k, at.seed])
        for k in range(min(at.step + AFTER, len(losses)))
    ]
    return {"function": function, "start": at.seed + 1, **table(
        f"loss at each iteration, start {at.seed + 1}", ("iteration", "got", "expected"), rows,
        first_difference=at.step)}


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _losses(losses: Floats, expected: Floats, straight: Floats | None) -> Plot:
    own = (curve("with the specified Function", "reference", expected),
           curve("with your Function", "student", losses))
    without = () if straight is None else (curve("straight: ReLU instead", "sgd", straight),)
    return Plot(
        kind="losses", name="losses",
        title=f"2-10-2: median and 5 to 95 % of {losses.shape[1]} seeds",
        x_label="iteration", y_label="loss", series=(*without, *own))
