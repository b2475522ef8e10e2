"""Questions to a submission's Functions, over its worker: `subject.functions.Functions`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from cgp_harness.kinds.autograd_function.questions import (
    ROWS,
    Call,
    Differentiated,
    Forwarded,
    Layout,
    Returned,
    Scenario,
    Shape,
)
from cgp_harness.kinds.autograd_function.requests import (
    Forward,
    ForwardAnswer,
    Vjp,
    VjpAnswer,
    VjpMany,
    VjpManyAnswer,
)
from cgp_harness.model import Floats
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.problems import WHAT_MAX, printable
from cgp_harness.subject import SubjectError

Ask = Callable[[Any, type[Any], bytes, int], tuple[Any, bytearray]]
"""Request, kind of its answer, payload, length of the answer's payload -> answer and payload.

Raises `SubjectError` where the submission failed.
"""


class WorkerFunctions:
    """Turns questions into requests, and checks the grader's own numbers."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def forward(self, call: Call, points: Floats) -> Forwarded:
        """See `subject.functions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        request = Forward(*_fields(call))
        answer, payload = self._ask(
            request, ForwardAnswer, _bytes(points), 8 * len(points) * outputs)
        _believable(-1 <= answer.changed < len(call.shapes))
        values = np.frombuffer(payload, np.float64).reshape(len(points), outputs)
        return Forwarded(
            values, answer.dtype, answer.shape, answer.differentiable, answer.changed)

    def vjp(
        self, call: Call, points: Floats, cotangents: Floats, scenario: Scenario = "plain"
    ) -> Differentiated:
        """See `subject.functions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        _require(cotangents, outputs)
        rows = ROWS.get(scenario, 1)
        request = Vjp(*_fields(call), scenario, call.between)
        answer, payload = self._ask(
            request, VjpAnswer, _bytes(points) + _bytes(cotangents), 8 * rows * inputs)
        _believable(len(answer.arrived) == len(call.shapes))
        return Differentiated(
            gradients=np.frombuffer(payload, np.float64).reshape(rows, inputs),
            arrived=answer.arrived,
            returned=tuple(Returned(one.shape, one.dtype) for one in answer.returned),
            changed=printable(answer.changed), kept=tuple(map(printable, answer.kept)),
            refused=printable(answer.refused, WHAT_MAX), collected=answer.collected,
        )

    def vjp_many(self, call: Call, points: Floats, cotangents: Floats) -> Floats:
        """See `subject.functions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        _require(cotangents, outputs)
        request = VjpMany(*_fields(call))
        _, payload = self._ask(
            request, VjpManyAnswer, _bytes(points) + _bytes(cotangents),
            8 * len(points) * inputs)
        return np.frombuffer(payload, np.float64).reshape(len(points), inputs)


def _sizes(call: Call) -> tuple[int, int]:
    return sum(math.prod(shape) for shape in call.shapes), math.prod(call.output)


Fields = tuple[
    str, tuple[Shape, ...], Shape, Literal["float32", "float64"], tuple[bool, ...], Layout, Layout,
    str]


def _fields(call: Call) -> Fields:
    needs = call.needs or (True,) * len(call.shapes)
    return (
        call.function, call.shapes, call.output, call.dtype, needs, call.layout, call.arriving,
        call.device)


def _require(rows: Floats, size: int) -> None:
    """Keep the grader's own mistakes from being laid at the student's door."""
    if rows.ndim != 2 or rows.shape[1] != size:
        raise ValueError(f"rows of shape {rows.shape} for {size} numbers")


def _believable(holds: bool) -> None:
    """The numbers of an answer are the submission's own affair; its form is not."""
    if not holds:
        raise SubjectError(problems.of_violation(), "protocol")


def _bytes(rows: Floats) -> bytes:
    return np.ascontiguousarray(rows, np.float64).tobytes()
