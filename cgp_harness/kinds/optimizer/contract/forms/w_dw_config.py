"""`adam(w, dw, config=None) -> next_w, config`: state and hyperparameters in one dict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.reading.arguments import (
    Arguments,
    numbers_in,
    numbers_of,
    of_options,
    signature,
)
from cgp_harness.kinds.optimizer.contract.reading.copies import Values
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.made import same
from cgp_harness.kinds.optimizer.contract.reading.moved import own
from cgp_harness.registering.places import where_is

ARGUMENTS = 3


class _Asked(dict[str, Any]):
    """An empty config that notes what is asked for, and has the task's defaults."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted
        self.asked: dict[str, Any] = {}

    def __missing__(self, name: str) -> float:
        value = self._wanted.default(name)
        if value is None:
            raise KeyError(name)
        self[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self.asked[name] = default
        return super().get(name, default)


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """One way; the hyperparameters are what two calls leave in an empty config as it was."""
    if type(target) is not FunctionType:
        return
    arguments = list(signature(target).values())
    if len(arguments) < ARGUMENTS or not _is_config(arguments[2]):
        return
    if any(one.default is one.empty for one in arguments[ARGUMENTS:]):
        return
    options = _options(target, wanted)
    yield Reading(
        lambda values, given: _Walk(target, options, values, given), options.numbers, {})


def _is_config(argument: Any) -> bool:
    name = argument.name.lower()
    return argument.default is None or "conf" in name or "cfg" in name


def _options(target: FunctionType, wanted: Wanted) -> Arguments:
    asked = _Asked(wanted)
    _, first = _called(target, np.array([0.5, -1.0]), np.array([1.0, 2.0]), asked)
    first = {**asked.asked, **first}
    kept = dict(first)
    _, second = _called(target, np.array([0.5, -1.0]), np.array([2.0, -1.0]), kept)
    kept = {
        name: value for name, value in first.items()
        if wanted.is_hyperparameter(name) and numbers_of(name, value)
        and same(value, second.get(name, value))}
    return of_options([*kept.items(), *_unsaid(target, wanted, kept)])


def _unsaid(
    target: FunctionType, wanted: Wanted, known: Mapping[str, Any]
) -> Iterator[tuple[str, float]]:
    """Hyperparameters that are looked up in a copy of the config: another value moves elsewhere.

    Their default is the task's or a number in the code, by which it moves as without any.
    """
    found = {wanted.canonical.get(name) for name in known}
    plain = _walked(target, dict(known))
    for name, default in wanted.defaults.items():
        meant = wanted.canonical[name]
        if meant in found or _alike(plain, _walked(target, {**known, name: 0.7 * default + 0.01})):
            continue
        found.add(meant)
        yield name, next((
            one for one in (default, *numbers_in(target))
            if _alike(plain, _walked(target, {**known, name: one}))), default)


def _alike(one: Any, other: Any) -> bool:
    return np.array_equal(one, other, equal_nan=True)


def _walked(target: FunctionType, config: dict[str, Any]) -> Any:
    """Where two steps lead."""
    value = np.array([0.5, -1.0])
    for gradient in (np.array([1.0, 2.0]), np.array([2.0, -1.0])):
        value, config = _called(target, value, gradient, config)
    return value


def _called(
    target: FunctionType, value: Any, gradient: Any, config: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    answer = target(value, gradient, config)
    if not isinstance(answer, tuple | list) or len(answer) != 2 or not isinstance(answer[1], dict):
        raise PluginError(
            f"{target.__name__}() returned something else than two values", where=where_is(target),
            expected="next_w and config, the dict with what it keeps",
            fix="end the function with `return next_w, config`")
    return answer[0], answer[1]


class _Walk(Values):
    def __init__(
        self, target: FunctionType, options: Arguments, values: Sequence[Any],
        given: Mapping[str, float],
    ) -> None:
        super().__init__(values)
        self._target, self._options = target, options
        self._given = options.given(given)
        self._configs = [dict(self._given) for _ in values]

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        given = self._options.given(hyperparameters)
        changed = {name: one for name, one in given.items() if one != self._given[name]}
        self._given = given
        for index, (value, gradient) in enumerate(zip(self._values, gradients, strict=True)):
            answer, config = _called(
                self._target, value, gradient, self._configs[index] | changed)
            self._values[index], self._configs[index] = own(answer), config


FORM = Form("w_dw_config", "def adam(w, dw, config=None), which returns next_w, config", readings)
