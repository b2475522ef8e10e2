"""Requests to a Function, and their answers; the fields are those of `questions.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cgp_harness.sandbox.protocol.message_fields import MOST, Name, Shapes, Text

Scenario = Literal[
    "plain", "sum", "retained", "two_nodes", "temporaries", "other_shape",
    "changed_after_forward", "cycle",
]
Layout = Literal[
    "plain", "sliced", "transposed", "expanded", "expanded_last", "channels_last"]
Shape = tuple[int, ...]
TensorDtype = Literal[
    "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
    "complex64", "complex128", "list", "other",
]
"""More than a step may come in: a quantizer that forgets to convert gives `uint8`. A list is what
should be a tuple."""
Numbers = Literal["real", "int", "bool"]
"""Of what an input is; those of another kind are exact in float64, as which they travel."""
SentShape = Annotated[tuple[int, ...], Meta(max_length=MOST)]


# --- requests ----------------------------------------------------------------------------------


class FunctionCall(Struct, frozen=True, forbid_unknown_fields=True):
    """What every request says: the fields are those of `questions.Call`."""

    name: str
    shapes: Shapes
    output: Shape
    dtype: Literal["float32", "float64"]
    needs: tuple[bool, ...]
    layout: Layout
    arriving: Layout
    device: str
    numbers: tuple[Numbers, ...]
    given: Annotated[tuple[int | float, ...], Meta(max_length=MOST)]


class Forward(FunctionCall, frozen=True, forbid_unknown_fields=True, tag="forward"):
    """Call a Function at K points; payload (K, D), the answer's (K, E), both float64."""


class Vjp(FunctionCall, frozen=True, forbid_unknown_fields=True, tag="vjp"):
    """One watched scenario; payload (P, D) then (P, E), the answer's (R, D)."""

    scenario: Scenario
    between: Shapes


class VjpMany(FunctionCall, frozen=True, forbid_unknown_fields=True, tag="vjp_many"):
    """K times forward and backward; payload (K, D) then (K, E), the answer's (K, D)."""


# --- answers -----------------------------------------------------------------------------------


class ForwardAnswer(Struct, frozen=True, forbid_unknown_fields=True, tag="forwarded"):
    """The outputs are in the payload, zeros if `shape` is another than was expected."""

    dtype: TensorDtype
    shape: SentShape
    differentiable: bool
    changed: int


class ReturnedValue(Struct, frozen=True, forbid_unknown_fields=True):
    """What `backward` returned for one input."""

    shape: SentShape | None
    dtype: TensorDtype | Literal[""] = ""


class VjpAnswer(Struct, frozen=True, forbid_unknown_fields=True, tag="differentiated"):
    """The gradients are in the payload, 0 where none arrived."""

    arrived: Annotated[tuple[bool, ...], Meta(max_length=MOST)]
    returned: Annotated[tuple[ReturnedValue, ...], Meta(max_length=MOST)]
    changed: Name = ""
    kept: Annotated[tuple[Name, ...], Meta(max_length=MOST)] = ()
    refused: Text = ""
    collected: bool = True


class VjpManyAnswer(Struct, frozen=True, forbid_unknown_fields=True, tag="differentiated_many"):
    """The gradients are in the payload."""


REQUESTS = (Forward, Vjp, VjpMany)
