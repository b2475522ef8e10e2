"""The request to an activation, and its answer."""

from __future__ import annotations

from msgspec import Struct

from cgp_harness.sandbox.protocol.message_fields import Dtype


class Activate(Struct, frozen=True, forbid_unknown_fields=True, tag="activate"):
    """Evaluate an activation; payload N numbers, the answer's N values, then N derivatives."""

    name: str
    shape: tuple[int, ...]


class Activated(Struct, frozen=True, forbid_unknown_fields=True, tag="activated"):
    """`dtypes`: what value and derivative came in."""

    dtypes: tuple[Dtype, Dtype]


REQUESTS = (Activate,)
