"""The request to a function, and its answer."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from msgspec import Struct

Shape = tuple[int, ...]
Library = Literal["numpy", "torch"]
Numbers = Literal["real", "int", "bool"]
DTYPES = {"real": np.float64, "int": np.int64, "bool": np.bool_}


class Evaluate(Struct, frozen=True, forbid_unknown_fields=True, tag="function_evaluate"):
    """Call a function; payload its arguments one after the other, the answer's its value.

    Attributes:
        shapes: of the arguments.
        numbers: of what each of them is; all travel as float64.
        value: the shape that the value must have.
        library: what the arguments are arrays of.
    """

    name: str
    shapes: tuple[Shape, ...]
    numbers: tuple[Numbers, ...]
    value: Shape
    library: Library


class Evaluated(Struct, frozen=True, forbid_unknown_fields=True, tag="function_evaluated"):
    """The value is in the payload."""


REQUESTS = (Evaluate,)


def arrays_of(
    parts: Sequence[Any], numbers: Sequence[Numbers], library: Library
) -> tuple[Any, ...]:
    """Arguments as a function gets them: read-only arrays of numpy, or tensors."""
    # Over bytes: such an array can never be made writable.
    arrays = tuple(
        np.frombuffer(np.asarray(part, DTYPES[one]).tobytes(), DTYPES[one]).reshape(np.shape(part))
        for part, one in zip(parts, numbers, strict=True))
    if library == "numpy":
        return arrays
    import torch

    return tuple(torch.tensor(one) for one in arrays)
