"""A student's subclass of `torch.optim.Optimizer`, with the face of `cgp_reference.rule.Rule`.

torch is imported only to run one (`torch_run.py`): whoever wrote the class has imported it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.reading.arguments import numbers_of, put_together
from cgp_harness.registering.places import where_is_class
from cgp_reference.rule import Rule
from cgp_reference.signature import GRADIENTS

if TYPE_CHECKING:
    from cgp_harness.kinds.optimizer.contract.torch_run import TorchRun


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
        moves: whether it is also run on parameters that move; else on such alone that stay at zero,
            where a rule that looks at them is another, in half the time.
    """

    name: str
    optimizer: type[Any]
    hyperparameters: Mapping[str, float]
    fixed: Mapping[str, Any]
    tuples: Mapping[str, tuple[str, ...]]
    where: str
    state: Mapping[str, float] = field(default_factory=dict)
    moves: bool = True
    form: str = "torch_class"

    def run(self, parameters: Sequence[Any]) -> TorchRun:
        """Begin to train `parameters`: numbers, numpy arrays or tensors."""
        from cgp_harness.kinds.optimizer.contract.torch_run import TorchRun

        return TorchRun(self, parameters)

    def run_in_groups(
        self, parameters: Sequence[Any], second: int, factors: Mapping[str, float]
    ) -> TorchRun:
        """The same in several parameter groups.

        Args:
            parameters: of all groups.
            second: index of the second group's first parameter; every group has as many.
            factors: how many times its value in the group before a hyperparameter is in a group.
        """
        from cgp_harness.kinds.optimizer.contract.torch_run import TorchRun

        return TorchRun(self, parameters, second, factors)

    def arguments(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Keyword arguments of the class for these hyperparameters, tuples put together again."""
        return put_together(values, self.tuples)


AnyRule = Rule | TorchRule


def torch_rule(optimizer: type[Any], name: str) -> TorchRule:
    """Read a rule off the signature of a class's `__init__`.

    Raises:
        PluginError: the class cannot be made with default values; the message says why.
    """
    where, shown = where_is_class(optimizer), f"{optimizer.__name__}.__init__()"
    arguments = list(inspect.signature(optimizer.__init__).parameters.values())[1:]
    _refuse_unnamed(arguments, shown, where)
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
        default = argument.default
        if default is inspect.Parameter.empty:
            raise PluginError(
                f"argument {argument.name!r} of {shown} has no default value", where=where,
                expected="every argument after the parameters with a default",
                fix="remove it; step() finds the gradient of each parameter in p.grad"
                if argument.name.lower() in GRADIENTS
                else f"write `{argument.name}=…` in the signature",
            )
        found = numbers_of(argument.name, default)
        if not found:
            fixed[argument.name] = default
            continue
        if list(found) != [argument.name]:
            tuples[argument.name] = tuple(found)
        if twice := sorted(found.keys() & numbers.keys()):
            raise PluginError(
                f"{shown} has two arguments for {twice[0]!r}", where=where,
                expected=f"either {twice[0]!r} or a tuple that holds it",
            )
        numbers |= found
    return TorchRule(
        name=name, optimizer=optimizer, where=where, hyperparameters=MappingProxyType(numbers),
        fixed=MappingProxyType(fixed), tuples=MappingProxyType(tuples),
    )


def _refuse_unnamed(arguments: list[inspect.Parameter], shown: str, where: str) -> None:
    for argument in arguments:
        if argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            star = "*" if argument.kind is argument.VAR_POSITIONAL else "**"
            raise PluginError(
                f"{shown} takes {star}{argument.name}", where=where,
                expected="every hyperparameter by name, since names say what each one is",
            )
        if argument.kind is argument.POSITIONAL_ONLY and argument is not arguments[0]:
            raise PluginError(
                f"argument {argument.name!r} of {shown} cannot be given by name", where=where,
                fix="remove the `/` from the signature",
            )
