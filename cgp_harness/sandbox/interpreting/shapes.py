"""Shapes that do not fit."""

from __future__ import annotations

import re

from cgp_harness.sandbox.interpreting.meaning import (
    ARRAY,
    TENSOR,
    Interpretation,
    Meaning,
    bracketed,
    found,
    is_a,
    shown,
)
from cgp_harness.sandbox.protocol.scene import Part, Scene

Shape = tuple[int, ...]
_PRODUCTS = re.compile(r"(\w+\.)?(matmul|mm|dot|bmm|inner)$")
_MISFIT = (
    r"cannot be multiplied|core dimension|not aligned|size mismatch|must be a matrix|1D tensors "
    r"expected|inconsistent tensor size|enough dimensions|vector . matrix|must be matrices|"
    r"tensors? expected"
)


def product(scene: Scene) -> Meaning | None:
    """A matrix product whose inner sizes differ, or of what is no matrix."""
    pair = _factors(scene)
    if pair is None or not found(_MISFIT, scene):
        return None
    (left, a), (right, b) = pair
    if len(a) == 0 or len(b) == 0:
        one = left if not a else right
        return Meaning(
            f"`{one}` is one number, and a matrix product needs arrays on both sides",
            f"write `{left} * {right}`",
        )
    inner = (a[-1], b[-2] if len(b) > 1 else b[0])
    if inner[0] == inner[1]:
        return (
            Meaning(
                f"`{scene.source}` is given shapes {shown(a)} and {shown(b)}, and takes others",
                f"write `{left} @ {right}`",
            )
            if "@" not in scene.source
            else None
        )
    turned = [f"`{text}` gives {shown(shape)}" for text, shape in _transposed(left, a, right, b)]
    return Meaning(
        f"`{scene.source}` multiplies a {shown(a)} by a {shown(b)}: the inner sizes, {inner[0]} "
        f"and "
        f"{inner[1]}, must be equal",
        f"transpose so that they are: {', '.join(turned)}" if turned else "",
    )


def _factors(scene: Scene) -> tuple[tuple[str, Shape], tuple[str, Shape]] | None:
    parts: tuple[Part, ...] = ()
    if scene.operator == "@":
        parts = scene.parts[:2]
    elif scene.node == "Call" and scene.parts and _PRODUCTS.search(scene.parts[0].source):
        parts = scene.parts[1:]
        if len(parts) == 1:  # x.mm(W)
            return None
    if len(parts) != 2:
        return None
    told = found(r"\((\d+)x(\d+) and (\d+)x(\d+)\)", scene)
    sizes = [tuple(map(int, told.group(i, i + 1))) for i in (1, 3)] if told else [None, None]
    shapes: list[Shape] = []
    for part, size in zip(parts, sizes, strict=True):
        known = (
            size
            if size is not None
            else part.value.shape
            if part.value.type in (ARRAY, TENSOR, "int", "float")
            else None
        )
        if known is None:
            return None
        shapes.append(known)
    return (parts[0].source, shapes[0]), (parts[1].source, shapes[1])


def _transposed(left: str, a: Shape, right: str, b: Shape) -> list[tuple[str, Shape]]:
    if len(a) != 2 or len(b) != 2:
        return []
    fits: list[tuple[str, Shape]] = []
    if a[1] == b[1]:
        fits.append((f"{bracketed(left)} @ {_turn(right)}", (a[0], b[0])))
    if a[0] == b[0]:
        fits.append((f"{_turn(left)} @ {bracketed(right)}", (a[1], b[1])))
    if not fits and a[0] == b[1]:
        fits.append((f"{_turn(left)} @ {_turn(right)}", (a[1], b[0])))
    return fits


def _turn(source: str) -> str:
    return source.removesuffix(".T") if source.endswith(".T") else f"{bracketed(source)}.T"


def elementwise(scene: Scene) -> Meaning | None:
    """Sizes that broadcasting cannot bring together."""
    told = found(r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)", scene)
    shapes = found(
        r"broadcast together with (?:remapped )?shapes (\([\d, ]*\)) (\([\d, ]*\))", scene
    )
    if told is None and shapes is None:
        return None
    known = [part.value.shape for part in scene.parts[:2] if part.value.type in (ARRAY, TENSOR)]
    if scene.node in ("BinOp", "AugAssign", "Compare") and len(known) == 2:
        sizes = f"shapes {shown(known[0])} and {shown(known[1])}"
    elif shapes:
        sizes = " and ".join(
            f"{'shapes ' * (i == 1)}{shown(tuple(map(int, re.findall(r'[0-9]+', shapes[i]))))}"
            for i in (1, 2)
        )
    else:
        sizes = f"an axis of {told[1]} and one of {told[2]}" if told else ""
    return Meaning(
        f"`{scene.source}` joins {sizes}, number by number: counted from the last axis, sizes must "
        "be equal, or one of them 1",
        "sum over, or reshape, the axis that one of them has too much",
    )


def reshaping(scene: Scene) -> Meaning | None:
    """`view` of what lies otherwise in memory; a shape for another number of values."""
    if found("view size is not compatible", scene):
        return Meaning(
            "`view` needs numbers that lie in memory one after the other, and after a transpose "
            "they do not",
            f"write `{scene.source.replace('.view(', '.reshape(')}`",
        )
    told = found(r"shape '\[([\d, -]*)\]' is invalid for input of size (\d+)", scene)
    other = found(r"cannot reshape array of size (\d+) into shape \(([\d, -]*)\)", scene)
    if told is None and other is None:
        return None
    size, shape = (told[2], told[1]) if told else (other[1], other[2]) if other else ("", "")
    sizes = ", ".join(re.findall(r"-?\d+", shape))
    return Meaning(
        f"`{scene.source}` lays {size} numbers out in the shape ({sizes}), which has room for "
        "another number of them",
        "take the sizes from the array itself, as in `x.reshape(x.shape[0], -1)`",
    )


def axis(scene: Scene) -> Meaning | None:
    """An axis that is not there."""
    told = found(r"expected to be in range of \[-\d+, (\d+)\], but got (-?\d+)", scene)
    other = found(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", scene)
    if not (told or other) or not is_a(scene, "IndexError", "AxisError"):
        return None
    wanted = told[2] if told else other[1] if other else ""
    axes = int(told[1]) + 1 if told else int(other[2]) if other else 0
    there = (
        "none"
        if axes == 0
        else "only axis 0"
        if axes == 1
        else (f"{', '.join(map(str, range(axes - 1)))} and {axes - 1}")
    )
    return Meaning(
        f"`{scene.source}` asks for axis {wanted}, and there is {there}"
        if axes < 2
        else f"`{scene.source}` asks for axis {wanted}, and there are {there}",
        "axes are counted from 0; -1 is the last",
    )


TABLE: tuple[Interpretation, ...] = (product, elementwise, reshaping, axis)
