"""The request to a function, and its answer."""

from typing import Literal

from msgspec import Struct

Shape = tuple[int, ...]
Library = Literal["numpy", "torch"]


class Evaluate(Struct, frozen=True, forbid_unknown_fields=True, tag="function_evaluate"):
    """Call a function; payload its arguments one after the other, the answer's its value.

    Attributes:
        shapes: of the arguments.
        value: the shape that the value must have.
        library: what the arguments are arrays of.
    """

    name: str
    shapes: tuple[Shape, ...]
    value: Shape
    library: Library


class Evaluated(Struct, frozen=True, forbid_unknown_fields=True, tag="function_evaluated"):
    """The value is in the payload."""


REQUESTS = (Evaluate,)
