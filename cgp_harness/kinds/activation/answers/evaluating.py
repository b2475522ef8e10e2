"""Evaluates a submission's activations, on arrays that they cannot change. Runs in the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from cgp_harness.errors import PluginError
from cgp_harness.kinds.activation.requests import Activate, Activated
from cgp_harness.sandbox.protocol.message_fields import Dtype
from cgp_harness.sandbox.worker.arrays import SENT_BY_NAME, Floats
from cgp_harness.sandbox.worker.returned_words import with_article

IN_SHAPE = "value and derivative in the shape of x"


def answer(
    request: Activate, target: Callable[[Floats], Any], numbers: Floats
) -> tuple[Activated, bytes]:
    """The activation at these numbers: its values, then its derivatives.

    Raises:
        PluginError: the activation does not return two arrays like its input.
        BaseException: whatever the activation itself raises.
    """
    # Over bytes: such an array can never be made writable. Never of shape (): numpy's functions
    # make numbers of such arrays, in which nothing can be masked.
    request = msgspec.structs.replace(request, shape=request.shape or (1,))
    x = np.frombuffer(numbers.tobytes(), np.float64).reshape(request.shape)
    answered = target(x)
    if not isinstance(answered, (tuple, list)) or len(answered) != 2:
        raise PluginError(
            f"{request.name}() returned {_shown(answered)}", expected="a pair (value, derivative)",
            fix="end the function with `return value, derivative`",
        )
    value, of_value = _numbers(request, answered[0], "value")
    derivative, of_derivative = _numbers(request, answered[1], "derivative")
    return Activated((of_value, of_derivative)), value.tobytes() + derivative.tobytes()


def _numbers(request: Activate, given: Any, noun: str) -> tuple[Floats, Dtype]:
    """A copy of what was returned, as float64, and the dtype that it came in."""
    array = _plain(request, given, noun)
    if array.shape != request.shape:
        raise PluginError(
            f"{request.name}() returned a {noun} of shape {array.shape} for x of shape "
            f"{request.shape}", expected=IN_SHAPE,
            fix="" if array.shape else "write `np.full_like(x, …)` for one number everywhere",
        )
    # Whole numbers and truth values become float64 without loss: `x > 0` is ReLU's derivative.
    return array.astype(np.float64), SENT_BY_NAME.get(array.dtype.name, "other")


def _plain(request: Activate, given: Any, noun: str) -> NDArray[Any]:
    if np.ma.isMaskedArray(given):  # beneath the mask anything may stand
        raise PluginError(
            f"{request.name}() returned a {noun} that is a masked array", expected=IN_SHAPE,
            fix="choose numbers with `np.where(condition, a, b)`")
    try:
        array = np.array(given.detach() if hasattr(given, "detach") else given)
    except (TypeError, ValueError) as error:
        raise PluginError(
            f"{request.name}() returned a {noun} that is no array of numbers", expected=IN_SHAPE,
        ) from error
    if array.dtype.kind not in "biuf":
        found = f"of dtype {array.dtype}" if array.ndim else f"that is {_shown(given)}"
        raise PluginError(
            f"{request.name}() returned a {noun} {found}", expected="real numbers",
        )
    return array


def _shown(answered: object) -> str:
    if answered is None:
        return "None"
    if isinstance(answered, (tuple, list)):
        return f"{len(answered)} values"
    if isinstance(answered, np.ndarray):
        return "one array"
    return with_article(type(answered).__name__)
