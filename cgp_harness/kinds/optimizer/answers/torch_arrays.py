"""What a rule computes with: torch tensors. Runs in the worker, at the first request for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from cgp_harness.sandbox.protocol.message_fields import Dtype
from cgp_harness.sandbox.worker.arrays import (
    Floats,
    Shape,
    as_parameter,
    expand,
    numbers,
    split,
)


class TorchArrays:
    """Gradients and states are tensors of the parameter's shape, on one device.

    torch has no read-only tensors: an in-place change is found by the tensor's `_version` after the
    step, and reported at the rule instead of at the line.
    """

    watched = True

    def __init__(
        self, rule: Any, shapes: Sequence[Shape], dtype: str, *,
        writable: bool = False, reuse_buffer: bool = False, device: str = "cpu",
    ) -> None:
        self._rule, self._shapes, self._device = rule, shapes, torch.device(device)
        if self._device.type != "cpu":
            torch.use_deterministic_algorithms(True)
        self._dtype = torch.float64 if dtype == "float64" else torch.float32
        self._on_cpu = self._device.type == "cpu"
        self._as_sent = self._on_cpu and self._dtype is torch.float64
        self._writable = writable
        self._buffers, self._own = (
            self.parameters() if reuse_buffer else None for _ in range(2))
        self._given: list[tuple[torch.Tensor, int]] = []

    def parameters(self) -> list[Any]:
        """Parameters at zero."""
        return [
            torch.zeros(shape, dtype=self._dtype, device=self._device) for shape in self._shapes]

    def gradients(self, row: Floats) -> list[Any]:
        """One step's gradients as the rule gets them."""
        given = self._filled(self._buffers, row)
        self._given = [(tensor, tensor._version) for tensor in given]
        return given

    def values(self, row: Floats) -> list[Any]:
        """The parameters' values as the rule gets them."""
        given = self._filled(self._own, row)
        self._given += [(tensor, tensor._version) for tensor in given]
        return given

    def _filled(self, buffers: list[Any] | None, row: Floats) -> list[Any]:
        parts = [torch.from_numpy(values.copy()) for values in split(row, self._shapes)]
        if buffers is None and self._as_sent:
            return parts
        if buffers is None:
            return [values.to(self._device, self._dtype) for values in parts]
        for tensor, values in zip(buffers, parts, strict=True):
            tensor.copy_(values)
        return buffers

    def step(self, value: Any, index: int) -> tuple[Floats, Dtype]:
        """A returned step as flat float64, and its dtype."""
        array, dtype = numbers(self._rule, value, "a step")
        return as_parameter(self._rule, array, self._shapes[index]), dtype

    def plain(self, values: Sequence[Any]) -> tuple[Floats, Dtype] | None:
        """Those of a single parameter that are float64 in its shape, in the host's memory."""
        if len(values) != 1 or not self._is_plain(values[0], self._shapes[0]):
            return None
        return _without_graph(values[0]).numpy().reshape(-1), "float64"

    def states(self, values: Sequence[Any], index: int, names: Sequence[str]) -> tuple[Any, ...]:
        """A parameter's returned state, copied."""
        shape = self._shapes[index]
        return tuple([
            _without_graph(value).clone() if self._is_there(value, shape)
            else self._state(value, shape, name)
            for value, name in zip(values, names, strict=True)])

    def _state(self, value: Any, shape: Shape, name: str) -> torch.Tensor:
        array, dtype = numbers(self._rule, value, f"the state {name!r}")
        if array.shape != shape:
            expand(self._rule, array.shape, array.size, shape, name)
        if type(value) in (int, float):
            return torch.full(shape, value, dtype=self._dtype, device=self._device)
        kept = torch.from_numpy(array.reshape(shape) if array.shape == shape else array)
        kept = (kept.to(torch.bfloat16) if dtype == "bfloat16" else kept).to(self._device)
        return kept if array.shape == shape else kept.reshape(()).expand(shape).clone()

    def need_no_copy(self, states: Sequence[tuple[Any, ...]]) -> bool:
        """No: the rule may keep what it returned, and change it."""
        return False

    def _is_plain(self, value: Any, shape: Shape) -> bool:
        """Whether it is of float64 in a shape, dense, in the host's memory."""
        return (
            type(value) is torch.Tensor and value.dtype is torch.float64 and value.is_cpu
            and value.layout is torch.strided and value.shape == shape)

    def _is_there(self, value: Any, shape: Shape) -> bool:
        """Whether a state need not go through numpy to be copied: it is where it is wanted."""
        if self._on_cpu:
            return self._is_plain(value, shape)
        return (
            isinstance(value, torch.Tensor) and value.device.type == self._device.type
            and value.shape == shape and value.is_floating_point())

    def changed(self, states: Sequence[tuple[Any, ...]]) -> int:
        """Index of a parameter whose inputs were changed; -1 for none."""
        if self._writable:
            return -1
        for index, (tensor, version) in enumerate(self._given):
            if tensor._version != version:
                return index % len(self._shapes)
        for index, state in enumerate(states):
            # These are tensors of ours, fresh at every step: any edit shows as a version.
            for tensor in state:
                if tensor._version:
                    return index
        return -1


def _without_graph(value: torch.Tensor) -> torch.Tensor:
    # It takes 1 µs to detach, a tenth of a small step; what a rule computes has no graph.
    return value.detach() if value.requires_grad else value
