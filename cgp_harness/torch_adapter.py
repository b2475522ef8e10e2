"""A student's subclass of `torch.optim.Optimizer`, with the face of `cgp_reference.rule.Rule`.

torch is imported only where a rule is run: whoever wrote such a class has imported it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cgp_reference.rule import Rule, RuleError

from cgp_harness.errors import PluginError

if TYPE_CHECKING:
    from torch import Tensor

ROUNDINGS = 8
"""Roundings of a position that a step read off it may be wrong by: one per in-place operation."""

_NO_STATE: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class TorchRule:
    """A step-size rule in the form of an optimizer class.

    Args:
        name: what the rule is registered as.
        optimizer: the class.
        hyperparameters: default of each number in the signature of `__init__`. A tuple of numbers
            becomes one each: `betas=(0.9, 0.999)` is `beta1` and `beta2`.
        fixed: arguments with other defaults (a flag, None). They are never passed.
        tuples: the hyperparameters that make up each tuple, by the tuple's name.
        where: file and line of the class.
        state: empty, since the class keeps its own.
    """

    name: str
    optimizer: type[Any]
    hyperparameters: Mapping[str, float]
    fixed: Mapping[str, Any]
    tuples: Mapping[str, tuple[str, ...]]
    where: str
    state: Mapping[str, float] = _NO_STATE

    def run(self, parameters: Sequence[Any]) -> TorchRun:
        """Begin to train `parameters`: numbers, numpy arrays or tensors."""
        return TorchRun(self, parameters)

    def arguments(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Keyword arguments of the class for these hyperparameters, tuples put together again."""
        single = dict(values)
        put_together = {
            name: tuple(single.pop(part) for part in parts) for name, parts in self.tuples.items()
        }
        return single | put_together


AnyRule = Rule | TorchRule


def torch_rule(optimizer: type[Any], name: str) -> TorchRule:
    """Read a rule off the signature of a class's `__init__`.

    Raises:
        PluginError: the class cannot be made with default values; the message says why.
    """
    where, shown = where_is(optimizer), f"{optimizer.__name__}.__init__()"
    arguments = list(inspect.signature(optimizer.__init__).parameters.values())[1:]
    if not arguments or arguments[0].kind is inspect.Parameter.KEYWORD_ONLY:
        raise PluginError(
            f"{shown} takes no parameters to train", where=where,
            expected="the parameters first, as in torch.optim",
            fix="write `def __init__(self, params, …)`",
        )
    numbers: dict[str, float] = {}
    fixed: dict[str, Any] = {}
    tuples: dict[str, tuple[str, ...]] = {}
    for argument in arguments[1:]:
        _refuse_unusable(argument, shown, where)
        default = argument.default
        found = {argument.name: default}
        if isinstance(default, tuple) and default and all(map(_is_number, default)):
            stem = argument.name.removesuffix("s")
            found = {f"{stem}{i}": value for i, value in enumerate(default, 1)}
            tuples[argument.name] = tuple(found)
        elif not _is_number(default):
            fixed[argument.name] = default
            continue
        if twice := sorted(found.keys() & numbers.keys()):
            raise PluginError(
                f"{shown} has two arguments for {twice[0]!r}", where=where,
                expected=f"either {twice[0]!r} or a tuple that holds it",
            )
        numbers |= {key: float(value) for key, value in found.items()}
    return TorchRule(
        name=name, optimizer=optimizer, where=where, hyperparameters=MappingProxyType(numbers),
        fixed=MappingProxyType(fixed), tuples=MappingProxyType(tuples),
    )


class TorchRun:
    """One list of parameters under an optimizer of the student's class.

    The steps are read off two copies of the parameters, each with an optimizer of its own. One
    copy is put back to 0 before every step: there a step is read exactly, while 1e-11 off a
    position of 1 would be wrong by 1e-5 of itself. The other copy moves on as in any training, so
    that a rule which looks at the position (weight decay, a look back at earlier values) shows.
    Where the two differ by more than rounding, the copy that moves is right.
    """

    def __init__(self, rule: TorchRule, parameters: Sequence[Any]) -> None:
        self.rule = rule
        self.given = list(parameters)
        self.copies: tuple[_Copy, ...] = ()

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> list[Any]:
        """The step to subtract from each parameter, given the gradient of each.

        Raises:
            RuleError: the optimizer changed the shape of a parameter.
        """
        arguments = self.rule.arguments({**self.rule.hyperparameters, **hyperparameters})
        if not self.copies:
            begin = [_tensor(parameter) for parameter in self.given]
            at_zero = [value * 0 for value in begin]
            self.copies = tuple(_Copy(self.rule, start, arguments) for start in (at_zero, begin))
        anchored, moving = self.copies
        anchored.put_back()
        exact = anchored.step(gradients, arguments)
        seen = moving.step(gradients, arguments)
        steps = map(_settled, exact, seen, moving.before, moving.values)
        return [_as_given(step, one) for step, one in zip(steps, self.given, strict=True)]


class _Copy:
    """Parameters of their own, and an optimizer over them."""

    def __init__(
        self, rule: TorchRule, values: Sequence[Tensor], arguments: Mapping[str, Any]
    ) -> None:
        from torch.nn import Parameter

        self.rule = rule
        self.parameters = [Parameter(value.clone()) for value in values]
        self.arguments = dict(arguments)
        self.optimizer = rule.optimizer(self.parameters, **arguments)
        self.before = self.values

    @property
    def values(self) -> list[Tensor]:
        return [parameter.detach().clone() for parameter in self.parameters]

    def put_back(self) -> None:
        for parameter in self.parameters:
            # A fresh tensor: the student may have kept the old one as state.
            parameter.data = parameter.detach() * 0 if False else _zeros(parameter)

    def step(self, gradients: Sequence[Any], arguments: Mapping[str, Any]) -> list[Tensor]:
        # Only what has changed: a class may adapt its own group's lr.
        changed = {key: value for key, value in arguments.items() if value != self.arguments[key]}
        for group in self.optimizer.param_groups:
            group.update(changed)
        self.arguments.update(changed)
        self.before = self.values
        for parameter, gradient in zip(self.parameters, gradients, strict=True):
            parameter.grad = _tensor(gradient).to(parameter.dtype)
        self.optimizer.step()
        for old, new in zip(self.before, self.values, strict=True):
            if old.shape != new.shape:
                raise RuleError(
                    f"{self.rule.name} gave a parameter of shape {tuple(old.shape)} "
                    f"the shape {tuple(new.shape)}", where=self.rule.where,
                    expected="the shape that it had",
                )
        return [old - new for old, new in zip(self.before, self.values, strict=True)]
