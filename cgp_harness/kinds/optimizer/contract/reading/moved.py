"""The steps of code that moves its parameters itself, read off what it moves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from cgp_reference.rule import RuleError

ROUNDINGS = 8
"""Roundings of a position that a step read off it may be wrong by: one per in-place operation."""


class MovingRule(Protocol):
    """What of a rule is needed here."""

    @property
    def name(self) -> str:
        """What it is registered as."""
        ...

    @property
    def where(self) -> str:
        """File and line of its code."""
        ...

    @property
    def hyperparameters(self) -> Mapping[str, float]:
        """Their defaults."""
        ...

    @property
    def moves(self) -> bool:
        """Whether it is also run on parameters that move."""
        ...


class MovedRun:
    """One list of parameters under the student's code.

    The steps are read off two copies of the parameters, each with state of its own. One
    copy is put back to 0 before every step: there a step is read exactly, while 1e-11 off a
    position of 1 would be wrong by 1e-5 of itself. The other copy moves on as in any training, so
    that a rule which looks at the position (weight decay, a look back at earlier values) shows.
    Where the two differ by more than rounding, the copy that moves is right. They go by turns, the
    one or the other first, so that what the class counts for all its optimizers shows in both.

    Args:
        begin: values and hyperparameters -> a copy (`form.Copy`).
        axes: how many each parameter has at least: what writes `p[:] -= step` is never given a
            single number at home.
    """

    def __init__(
        self, rule: MovingRule, begin: Callable[..., Any], parameters: Sequence[Any], axes: int = 0
    ) -> None:
        self.rule, self._begin = rule, begin
        self.given, self._axes = list(parameters), axes
        self.copies: tuple[Any, ...] = ()
        self.turn = -1

    def step(
        self, gradients: Sequence[Any], hyperparameters: Mapping[str, float],
        parameters: Sequence[Any] = (),
    ) -> list[Any]:
        """The step to subtract from each parameter, given the gradient of each.

        `parameters`: the values that the copy which moves has before this step; as it left them if
        there are none.

        Raises:
            RuleError: a parameter has another shape afterwards, or is no array any more.
        """
        given = {**self.rule.hyperparameters, **hyperparameters}
        if not self.copies:
            at = (self.given, parameters or self.given)[:1 + self.rule.moves]
            self.copies = tuple(self._begin(list(map(self._own, begin)), given) for begin in at)
        anchored, *others = self.copies
        anchored.put([zeros(self._own(one)) for one in self.given])
        for moving in others if parameters else ():
            moving.put(list(map(self._own, parameters)))
        self.turn = -self.turn
        taken = {}
        for one in self.copies[::self.turn]:
            before = list(map(own, one.values))
            one.step([self._own(gradient) for gradient in gradients], given)
            taken[one] = before, self._after(before, one.values)
        steps = [old - new for old, new in zip(*taken[anchored], strict=True)]
        for moving in others:
            steps = list(map(_settled, steps, *taken[moving]))
        return [_as_given(step, one) for step, one in zip(steps, self.given, strict=True)]

    def _own(self, value: Any) -> Any:
        array = own(value)
        return array if len(array.shape) >= self._axes else array.reshape(1)

    def _after(self, before: Sequence[Any], values: Sequence[Any]) -> list[Any]:
        after = []
        for old, value in zip(before, values, strict=True):
            new = own(value)
            if old.shape != new.shape:
                raise RuleError(
                    f"{self.rule.name} changed the shape of a parameter from {tuple(old.shape)} "
                    f"to {tuple(new.shape)}", where=self.rule.where)
            if type(new) is np.ndarray and new.dtype.kind not in "iuf":
                raise RuleError(
                    f"{self.rule.name} left a {type(value).__name__} where a parameter was",
                    where=self.rule.where, expected="real numbers in the parameter's shape")
            after.append(new)
        return after


def own(value: Any) -> Any:
    """A copy, as a tensor if it is one, else as a numpy array; of floating-point numbers if of any.
    """
    if is_tensor(value):
        tensor = value.detach().clone()
        return tensor if tensor.is_floating_point() else tensor.double()
    array = np.array(value)
    return array.astype(np.float64) if array.dtype.kind in "iub" else array


def zeros(value: Any) -> Any:
    """As many zeros, in its shape."""
    array = own(value)
    array[...] = 0
    return array


def is_tensor(value: object) -> bool:
    """Whether it is torch's; torch is not imported to find out."""
    kind = getattr(sys.modules.get("torch"), "Tensor", None)
    return isinstance(kind, type) and isinstance(value, kind)


def _settled(exact: Any, before: Any, after: Any) -> Any:
    """`exact`, but what was seen where it is another number by more than rounding of the position.

    A position that has become infinite or NaN says nothing, now and from then on.
    """
    library: Any = sys.modules["torch"] if is_tensor(after) else np
    seen = before - after
    room = ROUNDINGS * library.finfo(seen.dtype).eps * library.maximum(abs(before), abs(after))
    differs = ~(abs(exact - seen) <= room)
    return library.where(library.isfinite(seen) & differs, seen, exact)


def _as_given(step: Any, given: Any) -> Any:
    if isinstance(given, (int, float)):
        return step.item()
    return (step if is_tensor(given) else np.asarray(step)).reshape(given.shape)
