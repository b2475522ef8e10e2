"""What a rule computes with: numpy arrays, or one Python float at a time. Runs in the worker.

Each kind of array gives gradients to a rule and takes what it returns. Whatever is taken is copied:
the rule's own arrays stay the rule's own, and nothing it keeps can change behind its back.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from cgp_harness.sandbox.protocol.message_fields import Dtype
from cgp_reference.rule import RuleError

Floats = NDArray[np.float64]
FLOAT64 = np.dtype(np.float64)
Shape = tuple[int, ...]
SENT_BY_NAME: dict[str, Dtype] = {name: name for name in get_args(Dtype)}


class Arrays(Protocol):
    """One kind of array, for one list of parameters.

    `watched`: whether `changed` finds anything out.
    """

    watched: bool

    def parameters(self) -> list[Any]:
        """Parameters at zero."""
        ...

    def gradients(self, row: Floats) -> list[Any]:
        """One step's gradients, (D,), as the rule gets them."""
        ...

    def values(self, row: Floats) -> list[Any]:
        """The parameters' values before a step, (D,), as the rule gets them: like gradients."""
        ...

    def step(self, value: Any, index: int) -> tuple[Floats, Dtype]:
        """A returned step as flat float64, and the dtype that it came in."""
        ...

    def plain(self, values: Sequence[Any]) -> tuple[Floats, Dtype] | None:
        """What `step` gives for all parameters, in a row, if nothing is to be said of any; it may
        be the rule's own array, to be copied before the rule is called again."""
        ...

    def states(self, values: Sequence[Any], index: int, names: Sequence[str]) -> tuple[Any, ...]:
        """A parameter's returned state, copied, as the rule gets it at the next step."""
        ...

    def need_no_copy(self, states: Sequence[tuple[Any, ...]]) -> bool:
        """Whether `states` would give each value of each parameter as it is."""
        ...

    def changed(self, states: Sequence[tuple[Any, ...]]) -> int:
        """Index of a parameter whose inputs of this step were changed in place; -1 if none was.

        Args:
            states: of each parameter, as they were given.
        """
        ...


class NumpyArrays:
    """Gradients and states are arrays of the parameter's shape, read-only unless `writable`."""

    watched = False  # numpy itself refuses, at the student's own line

    def __init__(
        self, rule: Any, shapes: Sequence[Shape], dtype: str, *,
        writable: bool = False, reuse_buffer: bool = False,
    ) -> None:
        self._rule, self._shapes, self._dtype = rule, shapes, np.dtype(dtype)
        self._writable = writable
        self._buffers, self._own = (
            self.parameters() if reuse_buffer else None for _ in range(2))

    def parameters(self) -> list[Any]:
        """Parameters at zero."""
        return [np.zeros(shape, self._dtype) for shape in self._shapes]

    def gradients(self, row: Floats) -> list[Any]:
        """One step's gradients as the rule gets them."""
        return self._given(row, self._buffers)

    def values(self, row: Floats) -> list[Any]:
        """The parameters' values as the rule gets them."""
        return self._given(row, self._own)

    def _given(self, row: Floats, buffers: list[Any] | None) -> list[Any]:
        parts = split(row, self._shapes)
        if buffers is None and self._dtype is FLOAT64:
            given = [values.copy() for values in parts]
        elif buffers is None:
            given = [values.astype(self._dtype) for values in parts]
        else:
            for array, values in zip(buffers, parts, strict=True):
                array[...] = values
            given = [array.view() for array in buffers]
        for array in given:
            array.setflags(write=self._writable)  # half the time of `flags.writeable`
        return given

    def step(self, value: Any, index: int) -> tuple[Floats, Dtype]:
        """A returned step as flat float64, and its dtype."""
        array, dtype = numbers(self._rule, value, "a step")
        return as_parameter(self._rule, array, self._shapes[index]), dtype

    def plain(self, values: Sequence[Any]) -> tuple[Floats, Dtype] | None:
        """Those of a single parameter that are float64 in its shape: most are."""
        if len(values) != 1:
            return None
        [value] = values
        if type(value) is not np.ndarray or value.dtype is not FLOAT64 or (
                value.shape != self._shapes[0]):
            return None
        return value.reshape(-1), "float64"

    def states(self, values: Sequence[Any], index: int, names: Sequence[str]) -> tuple[Any, ...]:
        """A parameter's returned state, copied."""
        shape, own = self._shapes[index], []
        for value, name in zip(values, names, strict=True):
            if type(value) is np.ndarray and value.dtype is FLOAT64 and value.shape == shape:
                array = value.copy()
            else:
                array = self._state(value, shape, name)
            array.setflags(write=self._writable)
            own.append(array)
        return tuple(own)

    def _state(self, value: Any, shape: Shape, name: str) -> NDArray[Any]:
        if type(value) in (int, float):
            return np.full(shape, value, self._dtype)  # a bare number has no dtype to insist on
        array, _ = numbers(self._rule, value, f"the state {name!r}")
        if array.shape == shape:
            return array
        expand(self._rule, array.shape, array.size, shape, name)
        return np.full(shape, array.reshape(()))

    def need_no_copy(self, states: Sequence[tuple[Any, ...]]) -> bool:
        """No: the rule may keep what it returned, and change it."""
        return False

    def changed(self, states: Sequence[tuple[Any, ...]]) -> int:
        """Index of a parameter whose inputs were changed; -1 for none."""
        return -1


class ScalarArrays:
    """Every number of every parameter is a parameter of its own, a Python float."""

    watched = False

    def __init__(self, rule: Any, size: int, dtype: str) -> None:
        self._rule, self._size, self._dtype = rule, size, dtype

    def parameters(self) -> list[Any]:
        """Parameters at zero."""
        return [0.0] * self._size

    def gradients(self, row: Floats) -> list[Any]:
        """One step's gradients as the rule gets them."""
        rounded: list[Any] = row.astype(self._dtype).tolist()
        return rounded

    values = gradients

    def step(self, value: Any, index: int) -> tuple[Floats, Dtype]:
        """A returned step as flat float64, and its dtype."""
        return np.array([self._number(value, "a step")]), "float64"

    def plain(self, values: Sequence[Any]) -> tuple[Floats, Dtype] | None:
        """Those that are floats: most are."""
        return (np.array(values), "float64") if set(map(type, values)) == {float} else None

    def states(self, values: Sequence[Any], index: int, names: Sequence[str]) -> tuple[Any, ...]:
        """A parameter's returned state, copied."""
        return tuple([
            self._number(value, f"the state {name!r}")
            for value, name in zip(values, names, strict=True)])

    def need_no_copy(self, states: Sequence[tuple[Any, ...]]) -> bool:
        """Whether all are floats, which nobody can change."""
        return set(map(type, itertools.chain.from_iterable(states))) <= {float}

    def changed(self, states: Sequence[tuple[Any, ...]]) -> int:
        """Index of a parameter whose inputs were changed; -1 for none."""
        return -1

    def _number(self, value: Any, noun: str) -> float:
        if type(value) is float:
            return value
        array, _ = numbers(self._rule, value, noun)
        if array.size != 1:
            raise misfit(self._rule, f"{noun} of shape {array.shape} for a number")
        return float(array.reshape(())[()])


def numbers(rule: Any, value: Any, noun: str) -> tuple[NDArray[Any], Dtype]:
    """A copy of what a rule returned, as a plain array of real numbers, and its own dtype."""
    if type(value) is np.ndarray and value.dtype is FLOAT64:  # most are; this is the shortest
        return value.copy(), "float64"
    if hasattr(value, "detach"):  # a torch tensor; numpy has no bfloat16
        value = value.detach().cpu()
        dtype = str(value.dtype).removeprefix("torch.")
        value = value.float().numpy() if dtype == "bfloat16" else value.numpy()
    else:
        dtype = ""
    try:
        array = np.array(value)
    except (TypeError, ValueError) as error:
        raise misfit(rule, f"{noun} that is no array of numbers") from error
    if array.dtype.kind == "c":
        raise misfit(rule, f"{noun} of complex numbers")
    if array.dtype.kind not in "iuf":
        found = f"of dtype {array.dtype}" if array.ndim else f"that is a {type(value).__name__}"
        raise misfit(rule, f"{noun} {found}")
    return array, SENT_BY_NAME.get(dtype or _name(array.dtype), "other")


@functools.cache
def _name(dtype: np.dtype[Any]) -> str:
    return dtype.name  # computed by numpy each time, 6 µs: a quarter of a small step


def as_parameter(rule: Any, array: NDArray[Any], shape: Shape) -> Floats:
    """The step as flat float64, if it has the parameter's shape."""
    if array.shape != shape and not array.size == 1 == math.prod(shape):
        raise misfit(rule, f"a step of shape {array.shape} for a parameter of shape {shape}")
    if array.dtype is not FLOAT64:
        with np.errstate(all="ignore"):
            array = array.astype(np.float64)
    return array.reshape(-1)


def expand(rule: Any, got: Shape, size: int, shape: Shape, name: str) -> None:
    """Allow a single number for a whole parameter's state, and nothing else."""
    if size != 1:
        raise misfit(rule, f"the state {name!r} of shape {got} for a parameter of shape {shape}")


def misfit(rule: Any, got: str) -> RuleError:
    """The rule returned something else than numbers in the parameter's shape."""
    return RuleError(
        f"{rule.name}() returned {got}", where=rule.where,
        expected="real numbers in the shape of the gradient",
    )


def split(row: Floats, shapes: Sequence[Shape]) -> list[Floats]:
    """Each parameter's part of a row (D,), in its shape."""
    if len(shapes) == 1:
        return [row.reshape(shapes[0])]
    begin, parts = 0, []
    for shape in shapes:
        end = begin + math.prod(shape)
        parts.append(row[begin:end].reshape(shape))
        begin = end
    return parts
