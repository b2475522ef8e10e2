"""How a function is called. Runs in the worker."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_function.requests import Evaluate, Evaluated, arrays_of
from cgp_harness.errors import PluginError
from cgp_harness.sandbox.worker.answering import ByName
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.returned_words import shown


def answer(
    request: Evaluate, target: Callable[..., Any], numbers: Floats
) -> tuple[Evaluated, bytes]:
    """The function's value on arrays that it must not change.

    Raises:
        PluginError: it changes them, or its value is no array of real numbers in the shape that is
            asked for.
    """
    ends = np.cumsum([math.prod(shape) for shape in request.shapes])
    parts = [
        part.reshape(shape)
        for part, shape in zip(np.split(numbers, ends[:-1]), request.shapes, strict=True)]
    given = arrays_of(parts, request.numbers, request.library)
    value = target(*given)
    if any(_array(one).astype(np.float64).tobytes() != part.tobytes()
           for one, part in zip(given, parts, strict=True)):
        raise PluginError(
            f"{request.name}() changes an argument in place", expected="arguments left alone",
            fix="write `y = x * 2` instead of `x *= 2` or `x.mul_(2)`")
    array = _array(value)
    if array.dtype.kind not in "biuf":
        raise PluginError(
            f"{request.name}() returned {shown(value)}", expected="an array of real numbers")
    if array.shape != request.value:
        raise PluginError(
            f"{request.name}() returned an array of shape {array.shape}",
            expected=f"one of shape {request.value} for arguments of shapes "
            f"{', '.join(map(str, request.shapes))}")
    return Evaluated(), array.astype(np.float64).tobytes()


def _array(value: Any) -> NDArray[Any]:
    try:
        return np.array(value.detach() if hasattr(value, "detach") else value)
    except (TypeError, ValueError):
        return np.array(None)


class Answers(ByName):
    """Values."""

    def __init__(self) -> None:
        super().__init__(answer)
