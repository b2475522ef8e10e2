"""Objects of a student's class, and how one goes on with other hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.contract.reading.arguments import Arguments, of_call
from cgp_harness.kinds.optimizer.contract.reading.form import Wanted
from cgp_harness.kinds.optimizer.contract.reading.moved import is_tensor
from cgp_reference.default_values import as_float, is_number


@dataclass(frozen=True)
class Maker:
    """How an object of a class is made, given its hyperparameters.

    Args:
        target: the class.
        arguments: of `__init__`, after those that are given besides.
        attributes: numbers that `__init__` sets under an accepted name and takes no argument for,
            with what it sets: they are hyperparameters too.
    """

    target: Callable[..., Any]
    arguments: Arguments
    attributes: Mapping[str, float] = field(default_factory=dict)

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Default of each that can be given."""
        return {**self.arguments.numbers, **self.attributes}

    @property
    def fixed(self) -> Mapping[str, Any]:
        """Arguments that are never given."""
        return self.arguments.fixed

    def made(self, given: Sequence[Any], values: Mapping[str, float]) -> Any:
        """An object, made of some first arguments and the hyperparameters."""
        one = self.target(*given, **self.arguments.given(values))
        for name in self.attributes:
            setattr(one, name, values[name])
        return one


def maker(target: type, given: Sequence[Any], wanted: Wanted) -> Maker | None:
    """How it is made of some first arguments; None if it cannot be.

    Raises:
        Exception: whatever `__init__` raises.
    """
    arguments = of_call(target, len(given), wanted)
    if arguments is None:
        return None
    plain = Maker(target, arguments)
    taken = {wanted.canonical.get(name) for name in arguments.numbers}
    one, found = plain.made(given, plain.hyperparameters), dict[str, float]()
    for name, value in {**vars(target), **getattr(one, "__dict__", {})}.items():
        meant = wanted.canonical.get(name)
        if meant is not None and meant not in taken and is_number(value):
            found[name] = as_float(value)
            taken.add(meant)
    return replace(plain, attributes=found)


class Made:
    """An object that goes on as it is when its hyperparameters change.

    Args:
        given: first arguments of `__init__`.
    """

    def __init__(
        self, maker: Maker, given: Sequence[Any], hyperparameters: Mapping[str, float]
    ) -> None:
        self._maker, self._given = maker, given
        self._values = dict(hyperparameters)
        self.object = maker.made(given, hyperparameters)

    def be_given(self, hyperparameters: Mapping[str, float]) -> None:
        """From now on these; what `__init__` makes differently of them is exchanged, and no more.

        So a rate is found wherever and however it is kept; state and counters stay.
        """
        if hyperparameters == self._values:
            return
        before, now = (
            self._maker.made(self._given, values)
            for values in (self._values, hyperparameters))
        self._values = dict(hyperparameters)
        exchange(vars(self.object), vars(before), vars(now))


def exchange(kept: dict[str, Any], before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """In `kept`, what differs before and now; dicts in it entry by entry."""
    for name, value in now.items():
        old = before.get(name)
        if isinstance(value, dict) and isinstance(old, dict) and isinstance(kept.get(name), dict):
            exchange(kept[name], old, value)
        elif not same(old, value):
            kept[name] = value


def same(one: Any, other: Any, depth: int = 4) -> bool:
    """Whether two values that two calls of `__init__` made are alike, as far as that shows.

    >>> same([1, {"m": None}], [1, {"m": None}]), same((0.9, 0.5), (0.9, 0.6))
    (True, False)
    """
    if one is other or depth == 0:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray) or is_tensor(one):
        return bool(one.shape == other.shape and (one == other).all())
    if isinstance(one, bool | int | float | complex | str | bytes | np.generic):
        return bool(one == other)
    return _alike(_parts(one), _parts(other), depth - 1)


def _parts(value: Any) -> Mapping[Any, Any]:
    """What a value is made of: entries, items, what a function closes over, attributes."""
    if isinstance(value, dict):
        return value
    if isinstance(value, FunctionType):
        return {number: one.cell_contents for number, one in enumerate(value.__closure__ or ())}
    return dict(enumerate(value)) if isinstance(value, list | tuple) else (
        getattr(value, "__dict__", {}))


def _alike(one: Mapping[Any, Any], other: Mapping[Any, Any], depth: int) -> bool:
    return one.keys() == other.keys() and all(
        same(value, other[name], depth) for name, value in one.items())
