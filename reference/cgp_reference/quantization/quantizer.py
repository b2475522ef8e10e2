"""Numbers cut down to bytes, and what has no byte."""

from __future__ import annotations

import numpy as np

from cgp_reference.data import Array
from cgp_reference.errors import ExplainedError

LARGEST = 255.0


class QuantizationError(ExplainedError):
    """A number that no byte stands for."""


def quantize(values: Array) -> Array:
    """Each number cut down to a byte, as `tensor.to(torch.uint8)` cuts, and back.

    Raises:
        QuantizationError: a number is not in (-1, 256).

    >>> quantize(np.array([-0.5, 0.5, 255.9])) + 0.0
    array([  0.,   0., 255.])
    """
    if values.size:
        require_byte(float(values.min()), float(values.max()))
    return np.trunc(values)


def require_byte(least: float, largest: float) -> None:
    """Refuse what C, and so torch, does not define: -1.5 becomes 255 on one machine, 0 on another.

    Numbers in (-1, 0) become 0 everywhere. The lecture's own data have two or three in 2,000.
    """
    if not (least > -1.0 and largest < LARGEST + 1.0):
        wrong = largest if least > -1.0 else least
        raise QuantizationError(
            f"{wrong:.6g} does not fit into a byte",
            expected="numbers in (-1, 256): what uint8 makes of others depends on the device",
            fix="clamp(0, 255) before quantizing",
        )
