"""Requests to what a submission registered with one change made in its source, of any kind.

Changes are numbered from 1; the first is none, the source as it is. What they are the worker says;
which of them is right, only the grader knows.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from cgp_harness.sandbox.protocol.message_fields import MOST, Name, Text

CHANGES_MAX = 10_000
Line = Annotated[int, Meta(ge=1, lt=2**31)]


class Try(Struct, frozen=True, forbid_unknown_fields=True, tag="try"):
    """Answer a request of the kind by each of `count` changes from `first` on.

    The payload is that of the request. The answer's is that of `count` answers, `size` numbers
    each: not numbers where there is none of that size. Of several, those that change nothing which
    the request calls are not asked: not numbers either.
    """

    kind: str
    name: str
    request: msgspec.Raw
    first: int
    count: int
    size: int


class Make(Struct, frozen=True, forbid_unknown_fields=True, tag="make"):
    """Have a change in place until another is made; 0: none."""

    kind: str
    name: str
    change: int


class Show(Struct, frozen=True, forbid_unknown_fields=True, tag="show"):
    """What a change is."""

    kind: str
    name: str
    change: int


class Tried(Struct, frozen=True, forbid_unknown_fields=True, tag="all_tried"):
    """`changes`: how many there are in all."""

    changes: Annotated[int, Meta(ge=0, le=CHANGES_MAX)]


class Made(Struct, frozen=True, forbid_unknown_fields=True, tag="made"):
    """`before`: the change that was in place."""

    before: int


class Shown(Struct, frozen=True, forbid_unknown_fields=True, tag="change"):
    """What is said of a change, where it is made, and the code before and after."""

    says: Name
    file: Text
    lines: Annotated[tuple[Line, ...], Meta(max_length=MOST)]
    before: Text
    after: Text


REQUESTS = (Try, Make, Show)
