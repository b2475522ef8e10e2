"""What of a signature, or of a dict, is a hyperparameter: numbers, and tuples of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import TYPE_CHECKING, Any

from cgp_reference.default_values import as_float, is_number

if TYPE_CHECKING:
    from cgp_harness.kinds.optimizer.contract.reading.form import Wanted

_STARRED = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD


@dataclass(frozen=True)
class Arguments:
    """Some arguments with defaults.

    Args:
        numbers: default of each hyperparameter, by name.
        tuples: the hyperparameters that make up each tuple, by the tuple's name.
        fixed: arguments with other defaults.
    """

    numbers: Mapping[str, float] = field(default_factory=dict)
    tuples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def given(self, values: Mapping[str, float]) -> dict[str, Any]:
        """Those of these values that are among them, tuples put together again."""
        single = {name: values[name] for name in self.numbers}
        return put_together(single, self.tuples)


def put_together(
    values: Mapping[str, float], tuples: Mapping[str, tuple[str, ...]]
) -> dict[str, Any]:
    """The values with each tuple in the place of its parts."""
    single = dict(values)
    whole = {name: tuple(single.pop(part) for part in parts) for name, parts in tuples.items()}
    return single | whole


def numbers_of(name: str, default: Any) -> dict[str, float]:
    """A default as hyperparameters: one for a number, one each for a tuple of them, else none.

    >>> numbers_of("lr", 1e-3), numbers_of("betas", (0.9, 0.999)), numbers_of("nesterov", False)
    ({'lr': 0.001}, {'beta1': 0.9, 'beta2': 0.999}, {})
    """
    if isinstance(default, tuple | list) and default and all(map(is_number, default)):
        stem = name.removesuffix("s")
        return {f"{stem}{i}": as_float(value) for i, value in enumerate(default, 1)}
    return {name: as_float(default)} if is_number(default) else {}


def of_options(options: Iterable[tuple[str, Any]]) -> Arguments:
    """Names with their defaults, sorted out."""
    numbers: dict[str, float] = {}
    tuples: dict[str, tuple[str, ...]] = {}
    fixed: dict[str, Any] = {}
    for name, default in options:
        found = numbers_of(name, default)
        if not found:
            fixed[name] = default
        elif found.keys() & numbers.keys():
            continue
        elif list(found) != [name]:
            tuples[name] = tuple(found)
        numbers |= found
    return Arguments(numbers, tuples, fixed)


def of_call(function: Callable[..., Any], skipped: int, wanted: Wanted) -> Arguments | None:
    """A function's arguments after the first; None if one of them is nothing that can be given.

    A hyperparameter without a default has the task's own.
    """
    options = []
    for argument in list(signature(function).values())[skipped:]:
        if argument.kind in _STARRED:
            continue
        default = argument.default
        if default is inspect.Parameter.empty:
            default = wanted.default(argument.name)
            if default is None:
                return None
        options.append((argument.name, default))
    return of_options(options)


def signature(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """Its arguments; none if they cannot be read."""
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}


def needed(function: Callable[..., Any]) -> list[str]:
    """The arguments that have no default, stars left out."""
    return [
        name for name, one in signature(function).items()
        if one.default is inspect.Parameter.empty and one.kind not in _STARRED]


def numbers_in(target: Any) -> Iterator[float]:
    """All numbers with a point that stand in a function's or a class's code, defaults apart."""
    functions = [target] if not isinstance(target, type) else [
        getattr(one, "__func__", one) for kind in target.__mro__ for one in vars(kind).values()]
    seen: set[float] = set()
    for function in functions:
        code = getattr(function, "__code__", None)
        for one in _of_code(code) if code is not None else ():
            if one not in seen:
                seen.add(one)
                yield one


def _of_code(code: CodeType) -> Iterator[float]:
    for one in code.co_consts:
        # `beta1, eps = 0.9, 1e-6` is one constant.
        for part in one if isinstance(one, tuple) else (one,):
            if isinstance(part, CodeType):
                yield from _of_code(part)
            elif isinstance(part, float) and 0 < part < float("inf"):
                yield part
