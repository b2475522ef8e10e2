"""How a `torch.optim.Optimizer` is stepped, and its steps read off the parameters that it moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import Parameter

from cgp_reference.rule import RuleError

ROUNDINGS = 8
"""Roundings of a position that a step read off it may be wrong by: one per in-place operation."""


class OptimizerRule(Protocol):
    """A rule in the form of an optimizer class: what of a `TorchRule` is needed here."""

    @property
    def name(self) -> str:
        """What it is registered as."""
        ...

    @property
    def where(self) -> str:
        """File and line of the class."""
        ...

    @property
    def optimizer(self) -> type[Any]:
        """The class."""
        ...

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """Their defaults."""
        ...

    @property
    def moves(self) -> bool:
        """Whether it is also run on parameters that move."""
        ...

    def arguments(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Those of `__init__`, and of a parameter group."""
        ...


class TorchRun:
    """One list of parameters under an optimizer of the student's class.

    The steps are read off two copies of the parameters, each with an optimizer of its own. One
    copy is put back to 0 before every step: there a step is read exactly, while 1e-11 off a
    position of 1 would be wrong by 1e-5 of itself. The other copy moves on as in any training, so
    that a rule which looks at the position (weight decay, a look back at earlier values) shows.
    Where the two differ by more than rounding, the copy that moves is right. They go by turns, the
    one or the other first, so that what the class counts for all its optimizers shows in both.

    `second` and `factors`, if there are several parameter groups, are those of `run_in_groups`.
    """

    def __init__(
        self, rule: OptimizerRule, parameters: Sequence[Any], second: int = 0,
        factors: Mapping[str, float] | None = None,
    ) -> None:
        self.rule = rule
        self.given = list(parameters)
        self.second, self.factors = second, factors or {}
        self.copies: tuple[_Copy, ...] = ()
        self.turn = -1

    def step(
        self, gradients: Sequence[Any], hyperparameters: Mapping[str, float],
        parameters: Sequence[Any] = (),
    ) -> list[Any]:
        """The step to subtract from each parameter, given the gradient of each.

        `parameters`: the values that the copy which moves has before this step; as it left them if
        there are none.

        Raises:
            RuleError: the optimizer changed the shape of a parameter.
        """
        arguments = self._arguments({**self.rule.hyperparameters, **hyperparameters})
        if not self.copies:
            at = (self.given, parameters or self.given)[:1 + self.rule.moves]
            self.copies = tuple(
                _Copy(self.rule, list(map(_tensor, begin)), arguments, self.second) for begin in at)
        anchored, *others = self.copies
        anchored.put_back()
        for moving in others if parameters else ():
            moving.put(list(map(_tensor, parameters)))
        self.turn = -self.turn
        taken = {one: one.step(gradients, arguments) for one in self.copies[::self.turn]}
        steps = taken[anchored]
        for moving in others:
            steps = list(map(_settled, steps, taken[moving], moving.before, moving.values))
        return [_as_given(step, one) for step, one in zip(steps, self.given, strict=True)]

    def _arguments(self, given: Mapping[str, float]) -> list[dict[str, Any]]:
        """Those of each parameter group."""
        count = -(-len(self.given) // self.second) if self.second else 1
        return [
            self.rule.arguments({
                name: value * self.factors[name] ** group if name in self.factors else value
                for name, value in given.items()})
            for group in range(count)]


class _Copy:
    """Parameters of their own, and an optimizer over them."""

    def __init__(
        self, rule: OptimizerRule, values: Sequence[Tensor], arguments: Sequence[Mapping[str, Any]],
        second: int,
    ) -> None:
        self.rule = rule
        self.parameters = [Parameter(value.clone()) for value in values]
        self.arguments = list(arguments)
        own = [_changed(arguments[0], of_group) for of_group in arguments]
        groups = [
            self.parameters[begin:begin + second]
            for begin in (range(0, len(self.parameters), second) if second else ())]
        self.optimizer = rule.optimizer(
            [{"params": one, **more} for one, more in zip(groups, own, strict=True)]
            if second else self.parameters, **arguments[0])
        self.before = self.values

    @property
    def values(self) -> list[Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]

    def put_back(self) -> None:
        self.put([one.data.new_zeros(one.shape) for one in self.parameters])

    def put(self, values: Sequence[Tensor]) -> None:
        for parameter, value in zip(self.parameters, values, strict=True):
            # A fresh tensor: the student may have kept the old one as state.
            parameter.data = value.to(parameter.dtype)

    def step(
        self, gradients: Sequence[Any], arguments: Sequence[Mapping[str, Any]]
    ) -> list[Tensor]:
        for index, group in enumerate(self.optimizer.param_groups):
            which = min(index, len(arguments) - 1)  # a class may make groups of its own
            # Only what has changed: a class may adapt its own group's lr.
            group.update(_changed(self.arguments[which], arguments[which]))
        self.arguments = list(arguments)
        self.before = self.values
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = _tensor(gradient).to(parameter.dtype)
        self.optimizer.step()
        for old, new in zip(self.before, self.values, strict=True):
            if old.shape != new.shape:
                raise RuleError(
                    f"{self.rule.name} changed the shape of a parameter from {tuple(old.shape)} "
                    f"to {tuple(new.shape)}", where=self.rule.where,
                )
        return [old - new for old, new in zip(self.before, self.values, strict=True)]


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in now.items() if value != before[key]}


def _tensor(value: Any) -> Tensor:
    if isinstance(value, torch.Tensor):
        tensor = value.detach().clone()
    else:  # a Python number would become float32
        tensor = torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
    return tensor if tensor.is_floating_point() else tensor.double()


def _settled(exact: Tensor, seen: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """`exact`, but `seen` where it is another number by more than rounding of the position.

    A position that has become infinite or NaN says nothing, now and from then on.
    """
    room = ROUNDINGS * torch.finfo(seen.dtype).eps * torch.maximum(before.abs(), after.abs())
    differs = ~((exact - seen).abs() <= room)
    return torch.where(torch.isfinite(seen) & differs, seen, exact)


def _as_given(step: Tensor, given: Any) -> Any:
    if isinstance(given, torch.Tensor):
        return step
    return step.item() if isinstance(given, (int, float)) else step.numpy()
