"""`init(params) -> state` and `update(grads, state, params) -> updates, state`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import Any

from cgp_harness.errors import PluginError
from cgp_harness.kinds.optimizer.contract.reading.arguments import Arguments, of_call, signature
from cgp_harness.kinds.optimizer.contract.reading.copies import Values
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.moved import own

Structure = Callable[[Sequence[Any]], list[Any]]


@dataclass(frozen=True)
class _Pair:
    """Two functions, made of hyperparameters.

    Args:
        made: hyperparameters -> init and update.
    """

    made: Callable[[Mapping[str, float]], tuple[Any, Any]]
    arguments: Arguments


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """Of a class, of a function that returns both, or of an update beside its init: over a list,
    over a dict, parameter by parameter."""
    pair = _pair(target, wanted)
    if pair is None:
        return
    numbers, fixed = pair.arguments.numbers, pair.arguments.fixed
    # An array may be gone through like a list, and passes, but a list is no array.
    for together in (list, dict, None):
        yield Reading(partial(_Walk, pair, together), numbers, fixed)


def _pair(target: Any, wanted: Wanted) -> _Pair | None:
    if isinstance(target, type):
        if not (callable(getattr(target, "init", None))
                and callable(getattr(target, "update", None))):
            return None
        arguments = of_call(target, 0, wanted)
    elif type(target) is FunctionType:
        if (beside := _beside(target, wanted)) is not None:
            return beside
        arguments = of_call(target, 0, wanted)
    else:
        return None
    if arguments is None or not (isinstance(target, type) or arguments.numbers):
        return None

    def made(values: Mapping[str, float]) -> tuple[Any, Any]:
        return _both(target(**arguments.given(values)))

    if type(target) is FunctionType:
        try:
            made(arguments.numbers)
        except PluginError:  # another kind of function
            return None
    return _Pair(made, arguments)


def _both(answer: Any) -> tuple[Any, Any]:
    if callable(getattr(answer, "init", None)) and callable(getattr(answer, "update", None)):
        return answer.init, answer.update
    if isinstance(answer, tuple | list) and len(answer) == 2 and all(map(callable, answer)):
        return answer[0], answer[1]
    raise PluginError("it returns something else than init and update")


def _beside(target: FunctionType, wanted: Wanted) -> _Pair | None:
    """`adam_update(grads, state, …)` and the init of the same name in its file."""
    own_name = target.__name__.lower()
    arguments = list(signature(target))
    if len(arguments) < 2 or "state" not in arguments[1].lower() or "update" not in own_name:
        return None
    rest = own_name.replace("update", "").strip("_")
    inits = [
        one for name, one in target.__globals__.items()
        if type(one) is FunctionType and "init" in name.lower()
        and name.lower().replace("init", "").replace("state", "").strip("_") == rest]
    takes = 3 if len(arguments) > 2 and "param" in arguments[2].lower() else 2
    found = of_call(target, takes, wanted)
    if len(inits) != 1 or found is None:
        return None

    def update(values: Mapping[str, float], *given: Any) -> Any:
        return target(*given[:takes], **found.given(values))

    return _Pair(lambda values: (inits[0], partial(update, values)), found)


class _Walk(Values):
    def __init__(
        self, pair: _Pair, together: Any, values: Sequence[Any], given: Mapping[str, float]
    ) -> None:
        super().__init__(values)
        self._pair, self._together = pair, together
        self._given = dict(given)
        init, self._update = pair.made(given)
        self._states = [init(one) for one in self._parts(values)]

    def _parts(self, values: Sequence[Any]) -> list[Any]:
        if self._together is None:
            return list(values)
        if self._together is list:
            return [list(values)]
        return [{f"w{index}": value for index, value in enumerate(values)}]

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        if self._given != hyperparameters:
            self._given = dict(hyperparameters)
            _, self._update = self._pair.made(hyperparameters)  # the state goes on
        updates: list[Any] = []
        for index, (values, grads) in enumerate(
                zip(self._parts(self._values), self._parts(gradients), strict=True)):
            answer = self._answer(grads, self._states[index], values)
            update, self._states[index] = answer
            updates += (
                [update] if self._together is None else
                update if self._together is list else [update[name] for name in values])
        self._values = [
            own(value + update) for value, update in zip(self._values, updates, strict=True)]

    def _answer(self, grads: Any, state: Any, values: Any) -> tuple[Any, Any]:
        takes = 3 if isinstance(self._update, partial) or len(signature(self._update)) > 2 else 2
        answer = self._update(*(grads, state, values)[:takes])
        if not isinstance(answer, tuple | list) or len(answer) != 2:
            raise PluginError(
                "update() returned something else than two values",
                expected="the updates, which are added to the parameters, and the new state",
                fix="end it with `return updates, state`")
        return answer[0], answer[1]


FORM = Form(
    "init_update", "init(params) and update(grads, state, params), which returns updates, state",
    readings)
