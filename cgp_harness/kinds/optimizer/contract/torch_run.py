"""How a `torch.optim.Optimizer` moves its parameters; the steps are read off them (`moved.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import Parameter

from cgp_harness.kinds.optimizer.contract.reading.moved import MovedRun, MovingRule


class OptimizerRule(MovingRule, Protocol):
    """A rule in the form of an optimizer class: what of a `TorchRule` is needed here."""

    @property
    def optimizer(self) -> type[Any]:
        """The class."""
        ...

    def arguments(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Those of `__init__`, and of a parameter group."""
        ...


class TorchRun(MovedRun):
    """One list of parameters under an optimizer of the student's class.

    `second` and `factors`, if there are several parameter groups, are those of `run_in_groups`.
    """

    def __init__(
        self, rule: OptimizerRule, parameters: Sequence[Any], second: int = 0,
        factors: Mapping[str, float] | None = None,
    ) -> None:
        def begin(values: Sequence[Any], hyperparameters: Mapping[str, float]) -> _Copy:
            return _Copy(rule, list(map(_tensor, values)), hyperparameters, second, factors or {})

        super().__init__(rule, begin, parameters)


class _Copy:
    """Parameters of their own, and an optimizer over them."""

    def __init__(
        self, rule: OptimizerRule, values: Sequence[Tensor], hyperparameters: Mapping[str, float],
        second: int, factors: Mapping[str, float],
    ) -> None:
        self.rule, self.factors = rule, factors
        self.parameters = [Parameter(value) for value in values]
        self.count = -(-len(values) // second) if second else 1
        self.arguments = arguments = self._arguments(hyperparameters)
        own = [_changed(arguments[0], of_group) for of_group in arguments]
        groups = [
            self.parameters[begin:begin + second]
            for begin in (range(0, len(self.parameters), second) if second else ())]
        self.optimizer = rule.optimizer(
            [{"params": one, **more} for one, more in zip(groups, own, strict=True)]
            if second else self.parameters, **arguments[0])

    @property
    def values(self) -> list[Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]

    def put(self, values: Sequence[Any]) -> None:
        for parameter, value in zip(self.parameters, values, strict=True):
            # A fresh tensor: the student may have kept the old one as state.
            parameter.data = _tensor(value).to(parameter.dtype)

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        arguments = self._arguments(hyperparameters)
        for index, group in enumerate(self.optimizer.param_groups):
            which = min(index, len(arguments) - 1)  # a class may make groups of its own
            # Only what has changed: a class may adapt its own group's lr.
            group.update(_changed(self.arguments[which], arguments[which]))
        self.arguments = arguments
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = _tensor(gradient).to(parameter.dtype)
        self.optimizer.step()

    def _arguments(self, given: Mapping[str, float]) -> list[dict[str, Any]]:
        """Those of each parameter group."""
        return [
            self.rule.arguments({
                name: value * self.factors[name] ** group if name in self.factors else value
                for name, value in given.items()})
            for group in range(self.count)]


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in now.items() if value != before[key]}


def _tensor(value: Any) -> Tensor:
    # `moved.own` has copied it already.
    return value if isinstance(value, Tensor) else torch.from_numpy(value)
