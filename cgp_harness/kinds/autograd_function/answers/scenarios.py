"""What happens around one backward of a student's Function. Runs in the worker.

The scenarios are those of `questions.py`. Each turns points and cotangents into the
gradients that arrive, as numbers at once: what backward returned may change later.
"""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

import msgspec
import numpy as np
import torch

from cgp_harness.kinds.autograd_function.answers.calls import (
    Gradients,
    Node,
    called,
    changed_since,
    inputs_of,
    output_of,
    states,
)
from cgp_harness.kinds.autograd_function.answers.passing import SameMemory, SameObject
from cgp_harness.kinds.autograd_function.answers.recording import Watch, holds_tensor
from cgp_harness.kinds.autograd_function.requests import ReturnedValue, TensorDtype, Vjp, VjpAnswer
from cgp_harness.sandbox.protocol.message_fields import MOST, NAME_MAX, TEXT_MAX
from cgp_harness.sandbox.worker.arrays import Floats

Answered = tuple[VjpAnswer, bytes]
SENT_BY_NAME: dict[str, TensorDtype] = {name: name for name in get_args(TensorDtype)}
CHANGED_IN_PLACE = "modified by an inplace operation"
"""In torch's message, from 1.0 to 2.13, where the version of a saved tensor is not what it was."""


def plain(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """One forward, one backward, and what they changed, kept and returned."""
    node = called(request, watch.function, points[0])
    kept, before = _kept(node), states(node.inputs)
    gradients, refused = _watched_backward(watch, node, node.cotangent(cotangents[0]))
    changed = ""
    if watch.changed:
        changed = "cotangent"
    elif (index := changed_since(before, node.inputs)) >= 0:  # by forward is another matter
        changed = f"input {index}"
    answer = VjpAnswer(_arrived(gradients), _returned(watch), changed, kept, refused)
    return answer, node.row(gradients).tobytes()


def summed(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """Backward from the sum of the output."""
    node = called(request, watch.function, points[0])
    total = Node(node.inputs, node.output.sum())
    gradients = total.backward(torch.ones_like(total.output))
    return _answered(watch, gradients, [node.row(gradients)])


def retained(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """Backward twice through one node."""
    node = called(request, watch.function, points[0])
    rows = []
    for last in False, True:
        gradients = node.backward(node.cotangent(cotangents[0]), retain=not last)
        rows.append(node.row(gradients))
    return _answered(watch, gradients, rows)


def two_nodes(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """Two forwards before two backwards, in both orders."""
    rows = []
    for order in (1, 0), (0, 1):  # a stack of the student's own passes the first, a queue the other
        nodes = [called(request, watch.function, point) for point in points]
        for i in order:
            gradients = nodes[i].backward(nodes[i].cotangent(cotangents[i]))
            rows.append(nodes[i].row(gradients))
    return _answered(watch, gradients, rows)


def temporaries(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """Forward of inputs that are gone by the next: `w * c` in a call, where `w` is a weight."""
    rows = []
    for place in (SameObject, SameMemory):
        nodes, places = [], [place() for _ in request.shapes]
        # All at once: a leaf that is made in between may take the place.
        for leaves in [inputs_of(request, point) for point in points]:
            passing = [one.copy(leaf) for one, leaf in zip(places, leaves, strict=True)]
            output = output_of(watch.function, passing, request.given)
            nodes.append(Node(leaves, output, request.arriving))
            passing.clear()
        for node, cotangent in zip(nodes, cotangents, strict=True):
            gradients = node.backward(node.cotangent(cotangent))
            rows.append(node.row(gradients))
    return _answered(watch, gradients, rows)


def other_shape(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """A forward of other shapes between forward and backward, its numbers taken in turn."""
    node = called(request, watch.function, points[0])
    between = msgspec.structs.replace(request, shapes=request.between)
    numbers = sum(math.prod(shape) for shape in request.between)
    other = output_of(
        watch.function, inputs_of(between, np.resize(points[0], numbers)), request.given)
    gradients = node.backward(node.cotangent(cotangents[0]))
    del other  # its node has lived all the while
    return _answered(watch, gradients, [node.row(gradients)])


def changed_after_forward(
    request: Vjp, watch: Watch, points: Floats, cotangents: Floats
) -> Answered:
    """Inputs are changed in place between forward and backward: those that differ."""
    node = called(request, watch.function, points[0])
    later = called(request, watch.function, points[1]).inputs
    with torch.no_grad():
        for one, other in zip(node.inputs, later, strict=True):
            if not torch.equal(one, other):
                one.copy_(other)
    gradients: Gradients = (None,) * len(node.inputs)
    refused = ""
    try:
        gradients = node.backward(node.cotangent(cotangents[0]))
    except RuntimeError as error:
        refused = str(error)
        if CHANGED_IN_PLACE not in refused:
            raise
    return _answered(watch, gradients, [node.row(gradients)], refused)


def cycle(request: Vjp, watch: Watch, points: Floats, cotangents: Floats) -> Answered:
    """A forward whose output is dropped: does its node go with it?"""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        node = called(request, watch.target, points[0])
        inputs, behind = node.inputs, node.output.grad_fn
        alive = weakref.ref(behind) if behind is not None else lambda: None
        del node, behind
        collected = alive() is None
    finally:
        if was_enabled:
            gc.enable()
    return VjpAnswer((False,) * len(inputs), (), collected=collected), b""


def _watched_backward(
    watch: Watch, node: Node, cotangent: torch.Tensor
) -> tuple[Gradients, str]:
    """The gradients, and why torch refused what `backward` returned, if it did."""
    try:
        return node.backward(cotangent), ""
    except (RuntimeError, TypeError) as error:
        if not watch.finished:
            raise
        return (None,) * len(node.inputs), _sendable(str(error))


def _kept(node: Node) -> tuple[str, ...]:
    own = getattr(node.output.grad_fn, "__dict__", {})
    names = [name for name, value in own.items() if holds_tensor(value)]
    return tuple(_sendable(str(name))[:NAME_MAX] for name in names[:MOST])


def _answered(
    watch: Watch, gradients: Gradients, rows: Sequence[Floats], refused: str = ""
) -> Answered:
    answer = VjpAnswer(_arrived(gradients), _returned(watch), refused=_sendable(refused))
    return answer, np.concatenate(rows).tobytes()


def _arrived(gradients: Gradients) -> tuple[bool, ...]:
    return tuple(gradient is not None for gradient in gradients)


def _returned(watch: Watch) -> tuple[ReturnedValue, ...]:
    return tuple(
        ReturnedValue(None) if one is None
        else ReturnedValue(one[0][:MOST], SENT_BY_NAME.get(one[1], "other"))
        for one in watch.returned[:MOST]
    )


def _sendable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:TEXT_MAX]


SCENARIOS: Mapping[str, Callable[[Vjp, Watch, Floats, Floats], Answered]] = {
    "plain": plain, "sum": summed, "retained": retained, "two_nodes": two_nodes,
    "temporaries": temporaries, "other_shape": other_shape,
    "changed_after_forward": changed_after_forward, "cycle": cycle,
}
