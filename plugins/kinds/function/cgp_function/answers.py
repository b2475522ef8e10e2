"""How a function is called. Runs in the worker."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from cgp_function.requests import Evaluate, Evaluated
from cgp_harness.errors import PluginError
from cgp_harness.sandbox.worker.answering import ByName
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.returned_words import shown


def answer(
    request: Evaluate, target: Callable[..., Any], numbers: Floats
) -> tuple[Evaluated, bytes]:
    """The function's value on arrays that it cannot change.

    Raises:
        PluginError: it is no array of real numbers in the shape that is asked for.
    """
    ends = np.cumsum([math.prod(shape) for shape in request.shapes])
    # Over bytes: such an array can never be made writable.
    given: list[Any] = [
        np.frombuffer(part.tobytes(), np.float64).reshape(shape)
        for part, shape in zip(np.split(numbers, ends[:-1]), request.shapes, strict=True)]
    if request.library == "torch":
        import torch

        given = [torch.tensor(one) for one in given]
    value = target(*given)
    try:
        array = np.array(value.detach() if hasattr(value, "detach") else value)
    except (TypeError, ValueError):
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        raise PluginError(
            f"{request.name}() returned {shown(value)}", expected="an array of real numbers")
    if array.shape != request.value:
        raise PluginError(
            f"{request.name}() returned an array of shape {array.shape}",
            expected=f"one of shape {request.value} for arguments of shapes "
            f"{', '.join(map(str, request.shapes))}")
    return Evaluated(), array.astype(np.float64).tobytes()


class Answers(ByName):
    """Values."""

    def __init__(self) -> None:
        super().__init__(answer)
