"""Where an exception was raised, as plain small data: what an interpretation may look at.

Texts of the source, types, shapes and dtypes; never what a student's own object says of itself.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

SHORT_MAX, PARTS_MAX, AXES_MAX = 200, 12, 8

Short = Annotated[str, Meta(max_length=SHORT_MAX)]
Shape = Annotated[tuple[int, ...], Meta(max_length=AXES_MAX)]
Shorts = Annotated[tuple[Short, ...], Meta(max_length=PARTS_MAX)]


class Value(Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a place of the source, as far as that is known.

    Attributes:
        type: its class's name; empty if nothing is known.
        shape: of an array or a tensor; of a tuple or a list its length.
        dtype: of an array or a tensor.
        grad: whether a tensor requires a gradient.
        text: of a short number, a text or a module: which.
    """

    type: Short = ""
    shape: Shape = ()
    dtype: Short = ""
    grad: bool = False
    text: Short = ""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the expression that failed: its source, and what it is.

    `origin`: of a name, the assignment in the same function that it comes from.
    """

    source: Short
    value: Value = Value()
    origin: Short = ""


class Scene(Struct, frozen=True, forbid_unknown_fields=True):
    """Where and on what an exception was raised.

    Attributes:
        error: name of its class, and of those above it up to `Exception`.
        text: what it says.
        node: what failed: `BinOp`, `UnaryOp`, `Compare`, `Call`, `Attribute`, `Subscript`, `Name`,
            `Assign` (taking apart), `Raise` (its own doing), …; empty if that is not known.
        operator: of a `BinOp`, `UnaryOp` or `Compare`, as it is written.
        source: the expression; of a `SyntaxError` the line.
        column: of a `SyntaxError`, where in that line, from 1; 0 if that is not known.
        parts: operands; the function, then its arguments; the object of an attribute, the object
            and the index of a subscript; targets, then the value that is taken apart.
        statement: the first line of the statement that it is in.
        function: the student's function that was running, or that was called, as `Class.name`.
        arguments: its own.
        near: names that are there and look like the one that is not.
        below: of a name that is not defined, the line further down that defines it.
        inside: and what else defines one for itself: `adam()`, or a class: `Softplus`.
        modules: names of modules in the file, each `np=numpy`.
        inner: whether it was raised below, in a library that the expression calls.
    """

    error: Shorts
    text: Short = ""
    node: Short = ""
    operator: Short = ""
    source: Short = ""
    column: Annotated[int, Meta(ge=0, lt=2**31)] = 0
    parts: Annotated[tuple[Part, ...], Meta(max_length=PARTS_MAX)] = ()
    statement: Short = ""
    function: Short = ""
    arguments: Shorts = ()
    near: Shorts = ()
    below: Short = ""
    inside: Short = ""
    modules: Shorts = ()
    inner: bool = False
