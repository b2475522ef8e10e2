"""Questions to a submission's Functions, over its worker: `questions.Functions`."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from cgp_harness.kinds.autograd_function.questions import (
    ROWS,
    Call,
    Differentiated,
    Forwarded,
    Layout,
    Numbers,
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
from cgp_harness.sandbox.host.asking import AskingByName, require_believable
from cgp_harness.sandbox.host.problems import WHAT_MAX, printable


class WorkerFunctions(AskingByName):
    """Turns questions into requests, and checks the grader's own numbers."""

    def forward(self, call: Call, points: Floats) -> Forwarded:
        """See `questions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        request = Forward(*fields(call))
        answer, payload = self.ask(
            request, ForwardAnswer, _bytes(points), 8 * len(points) * outputs)
        require_believable(holds=-1 <= answer.changed < len(call.shapes))
        values = np.frombuffer(payload, np.float64).reshape(len(points), outputs)
        return Forwarded(
            values, answer.dtype, answer.shape, answer.differentiable, answer.changed)

    def vjp(
        self, call: Call, points: Floats, cotangents: Floats, scenario: Scenario = "plain"
    ) -> Differentiated:
        """See `questions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        _require(cotangents, outputs)
        rows = ROWS.get(scenario, 1)
        request = Vjp(*fields(call), scenario, call.between)
        answer, payload = self.ask(
            request, VjpAnswer, _bytes(points) + _bytes(cotangents), 8 * rows * inputs)
        require_believable(holds=len(answer.arrived) == len(call.shapes))
        return Differentiated(
            gradients=np.frombuffer(payload, np.float64).reshape(rows, inputs),
            arrived=answer.arrived,
            returned=tuple(Returned(one.shape, one.dtype) for one in answer.returned),
            changed=printable(answer.changed), kept=tuple(map(printable, answer.kept)),
            refused=printable(answer.refused, WHAT_MAX), collected=answer.collected,
        )

    def vjp_many(self, call: Call, points: Floats, cotangents: Floats) -> Floats:
        """See `questions.Functions`."""
        inputs, outputs = _sizes(call)
        _require(points, inputs)
        _require(cotangents, outputs)
        request = VjpMany(*fields(call))
        _, payload = self.ask(
            request, VjpManyAnswer, _bytes(points) + _bytes(cotangents),
            8 * len(points) * inputs)
        return np.frombuffer(payload, np.float64).reshape(len(points), inputs)


def _sizes(call: Call) -> tuple[int, int]:
    return sum(math.prod(shape) for shape in call.shapes), math.prod(call.output)


Fields = tuple[
    str, tuple[Shape, ...], Shape, Literal["float32", "float64"], tuple[bool, ...], Layout, Layout,
    str, tuple[Numbers, ...], tuple[float, ...]]


def fields(call: Call) -> Fields:
    """What every request about it says."""
    needs = call.needs or (True,) * len(call.shapes)
    real: Numbers = "real"
    return (
        call.function, call.shapes, call.output, call.dtype, needs, call.layout, call.arriving,
        call.device, call.numbers or (real,) * len(call.shapes), call.given)


def _require(rows: Floats, size: int) -> None:
    """Keep the grader's own mistakes from being laid at the student's door."""
    if rows.ndim != 2 or rows.shape[1] != size:
        raise ValueError(f"rows of shape {rows.shape} for {size} numbers")


def _bytes(rows: Floats) -> bytes:
    return np.ascontiguousarray(rows, np.float64).tobytes()


asking = WorkerFunctions
