"""A student's Function, at points and back. Runs in the worker."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from cgp_harness.kinds.autograd_function.answers.calls import (
    Request,
    called,
    changed_since,
    inputs_of,
    numbers,
    output_of,
    states,
)
from cgp_harness.kinds.autograd_function.answers.recording import Watch
from cgp_harness.kinds.autograd_function.answers.scenarios import SCENARIOS, SENT_BY_NAME
from cgp_harness.kinds.autograd_function.requests import (
    Forward,
    ForwardAnswer,
    VjpAnswer,
    VjpMany,
    VjpManyAnswer,
)
from cgp_harness.sandbox.protocol.message_fields import MOST
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_reference.errors import ExplainedError

Answer = ForwardAnswer | VjpAnswer | VjpManyAnswer


def answer(request: Request, target: Any, payload: Floats) -> tuple[Answer, bytes]:
    """Call the Function as the request says.

    Args:
        request: what to do; D is the size of all inputs, E that of the output.
        target: the student's class.
        payload: (P, D) numbers, then (P, E) unless only forward is asked for; flat.

    Raises:
        ExplainedError: it gives something else than a tensor of the shape that is asked for.
    """
    inputs = sum(math.prod(shape) for shape in request.shapes)
    outputs = 0 if isinstance(request, Forward) else math.prod(request.output)
    # Nothing to send of an empty input: it is then one point.
    count = len(payload) // (inputs + outputs) if inputs + outputs else 1
    points = payload[:count * inputs].reshape(count, inputs)
    cotangents = payload[count * inputs:].reshape(count, outputs)
    # Whatever the submission has set; a forward that needs no gradient is asked without.
    with torch.set_grad_enabled(any(request.needs)):
        if isinstance(request, Forward):
            return _forwarded(request, target, points)
        if isinstance(request, VjpMany):
            return _differentiated(request, target, points, cotangents)
        return SCENARIOS[request.scenario](request, Watch(target), points, cotangents)


def _forwarded(request: Forward, target: Any, points: Floats) -> tuple[ForwardAnswer, bytes]:
    values = np.zeros((len(points), math.prod(request.output)))
    shape, dtype, differentiable, changed = request.output, "", True, -1
    for row, out in zip(points, values, strict=True):
        inputs = inputs_of(request, row)
        output = output_of(target, inputs, request.given)
        dtype = dtype or str(output.dtype).removeprefix("torch.")
        differentiable = differentiable and output.requires_grad
        changed = max(changed, changed_since(states(inputs_of(request, row)), inputs))
        shape = tuple(output.shape)[:MOST]
        if shape != request.output:
            values[:] = 0.0
            break
        out[:] = numbers(output)
    header = ForwardAnswer(SENT_BY_NAME.get(dtype, "other"), shape, differentiable, changed)
    return header, values.tobytes()


def _differentiated(
    request: VjpMany, target: Any, points: Floats, cotangents: Floats
) -> tuple[VjpManyAnswer, bytes]:
    rows = []
    for point, row in zip(points, cotangents, strict=True):
        node = called(request, target, point)
        gradients = node.backward(node.cotangent(row))
        for number, (one, gradient) in enumerate(zip(node.inputs, gradients, strict=True), 1):
            if one.requires_grad and gradient is None:
                raise ExplainedError(
                    f"no gradient arrives at input {number} of {request.name}",
                    expected="a gradient for every input that requires one")
        rows.append(node.row(gradients))
    return VjpManyAnswer(), np.concatenate(rows).tobytes()
