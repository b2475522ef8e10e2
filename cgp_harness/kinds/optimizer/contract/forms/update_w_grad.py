"""`update(w, grad) -> w`: a class with an object for each parameter, or one that is told names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.arguments import needed
from cgp_harness.kinds.optimizer.contract.reading.copies import Values
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.made import Made, Maker, maker
from cgp_harness.kinds.optimizer.contract.reading.moved import own


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """One way: with a name as third argument, there is one object for all parameters."""
    method = getattr(target, "update", None)
    if not isinstance(target, type) or method is None:
        return
    _, *arguments = needed(method) or ("",)
    named = len(arguments) == 3 and "name" in arguments[2]
    if len(arguments) != 2 and not named:
        return
    made = maker(target, (), wanted)
    if made is not None:
        yield Reading(_begin(made, named=named), made.hyperparameters, made.fixed)


def _begin(made: Maker, *, named: bool) -> Any:
    return lambda values, given: _Walk(made, values, given, named=named)


class _Walk(Values):
    def __init__(
        self, made: Maker, values: Sequence[Any], given: Mapping[str, float], *, named: bool
    ) -> None:
        super().__init__(values)
        self._named = named
        one = Made(made, (), given)
        self._objects = [
            one if named or not index else Made(made, (), given) for index in range(len(values))]

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        for one in dict.fromkeys(self._objects):
            one.be_given(hyperparameters)
        for index, (value, gradient) in enumerate(zip(self._values, gradients, strict=True)):
            name = (f"W{index}",) if self._named else ()
            answer = self._objects[index].object.update(value, gradient, *name)
            self._values[index] = own(value if answer is None else answer)


FORM = Form("update_w_grad", "class Adam with update(self, w, grad), which returns w", readings)
