"""`update(params, grads)`: a class that moves a dict or a list of arrays in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cgp_harness.kinds.optimizer.contract.reading.arguments import needed
from cgp_harness.kinds.optimizer.contract.reading.form import Form, Reading, Wanted
from cgp_harness.kinds.optimizer.contract.reading.made import Made, Maker, maker
from cgp_harness.kinds.optimizer.contract.reading.moved import own


def readings(target: Any, wanted: Wanted) -> Iterator[Reading]:
    """Over a dict, then over a list."""
    method = getattr(target, "update", None)
    if not isinstance(target, type) or method is None or len(needed(method)) != 3:  # with self
        return
    made = maker(target, (), wanted)
    if made is None:
        return
    for names in (True, False):
        yield Reading(_begin(made, names=names), made.hyperparameters, made.fixed)


def _begin(made: Maker, *, names: bool) -> Any:
    return lambda values, given: _Walk(made, values, given, names=names)


class _Walk:
    def __init__(
        self, made: Maker, values: Sequence[Any], given: Mapping[str, float], *, names: bool
    ) -> None:
        self._made = Made(made, (), given)
        # The names of weights and biases, layer by layer, as such code has them.
        self._names = [f"{'Wb'[i % 2]}{i // 2 + 1}" for i in range(len(values))] if names else []
        self._params = self._held(values)

    def _held(self, values: Sequence[Any]) -> Any:
        return dict(zip(self._names, values, strict=True)) if self._names else list(values)

    @property
    def values(self) -> list[Any]:
        return [own(one) for one in self._listed(self._params)]

    def put(self, values: Sequence[Any]) -> None:
        for array, value in zip(self._listed(self._params), values, strict=True):
            array[...] = value

    def step(self, gradients: Sequence[Any], hyperparameters: Mapping[str, float]) -> None:
        self._made.be_given(hyperparameters)
        before = self.values
        answer = self._made.object.update(self._params, self._held(gradients))
        if type(answer) is type(self._params) and len(answer) == len(before) and all(
                (old == new).all() for old, new in zip(before, self.values, strict=True)):
            self._params = answer  # some return what they made instead
        # Arrays of ours: what the student keeps of theirs stays as it is.
        self._params = self._held(self.values)

    def _listed(self, held: Any) -> list[Any]:
        return [held[name] for name in self._names] if self._names else list(held)


FORM = Form(
    "update_params_grads", "class Adam with update(self, params, grads), in place",
    readings)
