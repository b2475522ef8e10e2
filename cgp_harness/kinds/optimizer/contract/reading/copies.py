"""Where the parameters are that a form lets the student's code move (`form.Copy`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.moved import own


class Values:
    """Arrays or tensors, each exchanged for what the code gives back."""

    def __init__(self, values: Sequence[Any]) -> None:
        self._values = list(values)

    @property
    def values(self) -> list[Any]:
        """See `form.Copy`."""
        return [own(one) for one in self._values]

    def put(self, values: Sequence[Any]) -> None:
        """See `form.Copy`."""
        self._values = [own(one) for one in values]


class Parameters:
    """Objects with `data` and `grad`, which the code moves."""

    def __init__(self, parameters: Sequence[Any]) -> None:
        self._parameters = list(parameters)

    @property
    def values(self) -> list[Any]:
        """See `form.Copy`."""
        return [own(one.data) for one in self._parameters]

    def put(self, values: Sequence[Any]) -> None:
        """See `form.Copy`."""
        for one, value in zip(self._parameters, values, strict=True):
            one.data = own(value)

    def let_arrive(self, gradients: Sequence[Any]) -> None:
        """Each gets its gradient."""
        for one, gradient in zip(self._parameters, gradients, strict=True):
            one.grad = gradient
