"""What the headers of frames are made of: names, texts and lists, each with a cap."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

Arrays = Literal["numpy", "torch", "scalar"]
Dtype = Literal["float16", "bfloat16", "float32", "float64", "int32", "int64", "other"]
Shapes = tuple[tuple[int, ...], ...]

TEXT_MAX, NAME_MAX = 2000, 200
COLUMN_MAX = 1_000_000
MOST = 100
"""Rules and problems of one file, states and hyperparameters of one rule."""
Name = Annotated[str, Meta(max_length=NAME_MAX)]
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Numbers = Annotated[dict[Name, float], Meta(max_length=MOST)]


Column = Annotated[int, Meta(ge=0, le=COLUMN_MAX)]


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """A file, by its path inside the submission, and a line in it; 0 if that is not known."""

    file: Text = ""
    line: Annotated[int, Meta(ge=0, lt=2**31)] = 0
