"""`adam(params, states, hyperparams)`: parameters with `grad`, moved in place with their states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.arguments import needed
from cgp_harness.kinds.optimizer.contract.reading.copies import Parameters
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.moved import own, zeros
from cgp_harness.kinds.optimizer.contract.reading.samples import samples
from cgp_harness.kinds.optimizer.contract.reading.tensor import parameter
from cgp_reference.signature import is_step_number

MOST_STATES = 3


class _Asked(dict[str, Any]):
    """Hyperparameters that note which are asked for, and have the task's defaults.

    Attributes:
        numbers: those, with the defaults.
        counters: names of the step number.
    """

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted
        self.numbers: dict[str, float] = {}
        self.counters: dict[str, int] = {}

    def __missing__(self, name: str) -> float:
        value = self._wanted.default(name)
        if value is not None:
            return self.numbers.setdefault(name, value)
        if not is_step_number(name):
            raise KeyError(name)
        return self.counters.setdefault(name, 1)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            return super().get(name)
        if isinstance(default, int | float) and self._wanted.default(name) is not None:
            return self.numbers.setdefault(name, float(default))
        try:
            return self[name]
        except KeyError:
            return default


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """The one way that a call of it goes through: one state for each parameter, or two or three.

    States begin at zero, and the step number, which the function itself raises, at 1.
    """
    if type(target) is not FunctionType:
        return
    arguments = needed(target)
    if len(arguments) != 3 or "stat" not in arguments[1].lower():
        return
    counts = range(1, MOST_STATES + 1)
    raised: Exception | None = None
    for sample in samples():
        for count in counts:
            asked, parameters = _Asked(wanted), list(map(parameter, sample))
            for one in parameters:
                one.grad = own(one.data)
            try:
                target(parameters, [_states(one, count) for one in sample], asked)
            except Exception as error:
                raised = raised or error
                continue
            yield _reading(target, count, asked.numbers, asked.counters)
            return
    if raised is not None:
        raise raised


def _states(value: Any, count: int) -> Any:
    return zeros(value) if count == 1 else tuple(zeros(value) for _ in range(count))


def _reading(
    target: FunctionType, count: int, numbers: Mapping[str, float], counters: Mapping[str, int]
) -> Reading:
    return Reading(lambda values, _: _Walk(target, count, counters, values), dict(numbers))


class _Walk(Parameters):
    def __init__(
        self, target: FunctionType, count: int, counters: Mapping[str, int], values: Sequence[Any]
    ) -> None:
        super().__init__(list(map(parameter, values)))
        self._target = target
        self._states = [_states(value, count) for value in values]
        self._given: dict[str, Any] = dict(counters)
        self._counters = tuple(counters)

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        self.let_arrive(gradients)
        self._given |= hyperparameters
        before = {name: self._given[name] for name in self._counters}
        self._target(self._parameters, self._states, self._given)
        for name, count in before.items():
            if self._given[name] == count:  # some leave that to whoever calls them
                self._given[name] = count + 1


FORM = Form(
    "params_states_hyperparams", "def adam(params, states, hyperparams), in place",
    readings)
