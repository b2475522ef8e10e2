"""Faults of autograd functions that act in one cell of the ground declared in docs/gradients.md."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.regions.cell import Cell
from tests.harness.functions.right.function_sources import FORMS, registered

HOMEWORK = "autograd_extension"
BACKWARD = ("backward",)
RIGHT = {
    "quantize": ("x", "x.floor().double()", "(g + (x - x.floor()),)"),
    "softplus": ("x", "x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))",
                 "(g * torch.sigmoid(x),)"),
    "sign_ste": ("x", "torch.where(x >= 0, 1.0, -1.0).to(x.dtype)", "(g * (x.abs() < 1),)"),
    "affine": ("x, W, b", "x @ W.T + b",
               "[one() if need else None for one, need in zip((lambda: g @ W, lambda: g.T @ x, "
               "lambda: g.sum(0)), ctx.needs_input_grad)]"),
}
"""Task -> inputs, value and gradients."""
SOURCE = '''"""Right, but for one cell."""

import torch

from cgp_harness import autograd_function


@autograd_function("{task}")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, {inputs}):
        y = {value}
        {in_forward}
        ctx.save_for_backward({inputs})
        return y

    @staticmethod
    def backward(ctx, g):
        {inputs}, *_ = ctx.saved_tensors
        gradients = {gradient}
        {in_backward}
        return tuple(gradients)
'''
LAID_OUT = {
    "sliced": "{0}.dim() and {0}.numel() > 1 and {0}.stride(-1) == 2",
    "transposed": "{0}.dim() > 1 and {0}.T.is_contiguous() and not {0}.is_contiguous()",
    "expanded": "{0}.dim() and {0}.stride(0) == 0 and {0}.stride(-1) == 1",
    "expanded along the last axis": "{0}.dim() > 1 and {0}.stride(-1) == 0 < {0}.stride(0)",
    "channels_last": "{0}.dim() == 4 and not {0}.is_contiguous() and "
                     "{0}.is_contiguous(memory_format=torch.channels_last)",
}


@dataclass(frozen=True)
class _Place:
    """Where a fault acts.

    Args:
        condition: in the student's words: true or false, or for each number.
        passes: of forward and backward, those in which it is planted.
        raises: whether it raises, as a wrong number cannot where there is none.
    """

    region: str
    name: str
    condition: str
    passes: tuple[str, ...] = ("forward", "backward")
    raises: bool = False


KEPT = '''"""Right, but where an input has the place of another."""

import torch

from cgp_harness import autograd_function

KEPT = {{}}


@autograd_function("{task}")
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, {inputs}):
        ctx.key = {key}
        KEPT[ctx.key] = [one.detach().clone() for one in ({inputs},)]
        return {value}

    @staticmethod
    def backward(ctx, g):
        {inputs}, *_ = *KEPT[ctx.key], None
        return tuple({gradient})
'''


def cells() -> tuple[Cell, ...]:
    """Every cell of every task."""
    return tuple(
        Cell(HOMEWORK, task, place.region, f"{way}, {place.name}", _planted(task, place, way),
             remembers=False)
        for task in RIGHT for place in _places(task) for way in place.passes) + tuple(
        Cell(HOMEWORK, task, "temporaries", f"kept by {key}", _kept_by(task, key))
        for task in RIGHT for key in ("id(x)", "x.data_ptr()", "(x.data_ptr(), x.shape)"))


def _kept_by(task: str, key: str) -> str:
    inputs, value, gradient = RIGHT[task]
    return KEPT.format(task=task, inputs=inputs, key=key, value=value, gradient=gradient)


def right() -> tuple[Cell, ...]:
    """The right one that faults are planted in, and every right form of the tests."""
    plain = [Cell(HOMEWORK, task, "right", "as faults are planted in it",
                  _written(task)) for task in RIGHT]
    forms = [Cell(HOMEWORK, task, "right", form, text) for form, text in FORMS.items()
             for task in registered(text, form) if task in RIGHT]
    return (*plain, *forms)


def _written(task: str, in_forward: str = "", in_backward: str = "") -> str:
    inputs, value, gradient = RIGHT[task]
    return SOURCE.format(
        task=task, inputs=inputs, value=value, gradient=gradient, in_forward=in_forward,
        in_backward=in_backward)


def _planted(task: str, place: _Place, way: str) -> str:
    fault = f"if {place.condition}: raise RuntimeError('not here')" if place.raises else (
        f"y = y + 0.5 * torch.as_tensor({place.condition})" if way == "forward" else
        "gradients = [one if one is None else one + 1e-3 * (g if one.shape == g.shape else "
        f"g.sum() if g.numel() else 1) * torch.as_tensor({place.condition}) for one in gradients]")
    return _written(task, **{f"in_{way}": fault})


def _places(task: str) -> Iterator[_Place]:
    yield from _memory(task)
    yield from _uniform(task)
    yield _Place("needs_input_grad", "none needs one", "not any(ctx.needs_input_grad)",
                 ("forward",))
    if task == "affine":
        yield from _of_affine()
        return
    yield from _shapes()
    yield from _sizes(task)
    yield from _narrow(task)
    yield from _beside_kinks(task)


def _memory(task: str) -> Iterator[_Place]:
    for layout, condition in LAID_OUT.items():
        if task == "affine" and layout == "channels_last":
            continue
        for name in ("x", "W") if task == "affine" else ("x",):
            yield _Place("memory", f"{name} {layout}", condition.format(name))
        yield _Place("memory", f"g {layout}", condition.format("g"), ("backward",))
    yield _Place("memory", "g of a sum", "g.dim() and g.stride() == (0,) * g.dim()", ("backward",))
    yield _Place("dtype", "float32", "x.dtype == torch.float32")
    yield _Place("cotangent", "|g| > 1e6", "g.abs().max() > 1e6 if g.numel() else False", BACKWARD)
    yield _Place("cotangent", "100 < |g| < 1e4",
                 "100 < g.abs().max() < 1e4 if g.numel() else False", BACKWARD)
    if task != "affine":
        yield _Place("cotangent", "small beside large", (
            "(g.abs().max() > 1e7 and g.abs().max() > 1e9 * g.abs().min() > 0) if g.numel() else "
            "False"), BACKWARD)
    if task == "quantize":  # where x - q is 0; else g is below its rounding
        yield _Place("cotangent", "|g| < 1e-9 is dropped", "-1e3 * (g.abs() < 1e-9)", BACKWARD)
    else:
        yield _Place("cotangent", "0 < |g| < 1e-9",
                     "0 < g.abs().max() < 1e-9 if g.numel() else False", BACKWARD)


def _uniform(task: str) -> Iterator[_Place]:
    """One input of one kind of numbers alone, where there are several."""
    for name in ("x", "W", "b") if task == "affine" else ("x",):
        several = f"{name}.numel() > 3"
        yield _Place("uniform", f"{name} of zeros", f"{several} and not {name}.any()")
        yield _Place("uniform", f"{name} of equal numbers", (
            f"{several} and {name}.any() and ({name} == {name}.flatten()[0]).all()"))
        if task != "quantize":
            yield _Place("uniform", f"{name} of positive numbers", (
                f"{several} and ({name} > 0).all() and ({name} != {name}.flatten()[0]).any()"))
            yield _Place("uniform", f"{name} of negative numbers", (
                f"{several} and ({name} < 0).all() and ({name} != {name}.flatten()[0]).any()"))


def _narrow(task: str) -> Iterator[_Place]:
    """Cells that are moved along the whole ground, in steps that are no multiple of its own."""
    low, high = {"quantize": (0.0, 256.0), "softplus": (-4.0, 4.0), "sign_ste": (-3.0, 3.0)}[task]
    width = 1.001 * (high - low) / 400
    for i in range(21):
        at = low + (high - low) * ((i * 0.6180339887) % 0.995)
        yield _Place("narrow", f"{at:.6g} < x < {at + width:.6g}",
                     f"(x > {at!r}) & (x < {at + width!r})")
    for i in range(9) if task != "quantize" else ():
        for x in ("x", "-x"):
            at = 4.1 * 1.85**i
            yield _Place("narrow", f"{at:.5g} < {x} < {1.021 * at:.5g}",
                         f"({x} > {at!r}) & ({x} < {1.021 * at!r})")


def _shapes() -> Iterator[_Place]:
    for shape in ((), (1,), (1, 1), (3, 1), (3, 3), (2, 2, 2), (33,), (33, 2)):
        yield _Place("shape", f"x of shape {shape}", f"x.shape == {shape}")
    for rank in (2, 3, 4):
        yield _Place("shape", f"{rank} axes", f"x.dim() == {rank}")
    yield _Place("shape", "5,000 numbers", "x.numel() >= 5000")
    for shape in ((0,), (0, 3)):
        yield _Place("shape", f"x of shape {shape}", f"x.shape == {shape}", raises=True)


def _sizes(task: str) -> Iterator[_Place]:
    signs = ("x",) if task == "quantize" else ("x", "-x")
    ends = (1e-8, 1e-6, 1e-4, 1e-2, 1, 10, 100, 1000)
    if task == "quantize":
        ends = (1e-8, 1e-6, 1e-4, 1e-2, 1, 10, 100, 250)
    for low, high in pairwise(ends):
        for x in signs:
            yield _Place("magnitude", f"{low:g} < {x} < {high:g}",
                         f"({x} > {low}) & ({x} < {high})")
    for x in signs:
        for low, high in ((1e-301, 1e-99), (1e-31, 1e-19), (1e-16, 1e-11)):
            yield _Place("magnitude", f"{low:g} < {x} < {high:g}",
                         f"({x} > {low}) & ({x} < {high})")
    yield _Place("magnitude", "x = 0", "(x == 0) & ~torch.signbit(x)")
    yield _Place("magnitude", "x = -0", "(x == 0) & torch.signbit(x)")


def _beside_kinks(task: str) -> Iterator[_Place]:
    if task == "quantize":
        part = "(x - x.floor())"
        yield _Place("kink", "up to 1e-5 above an integer", f"({part} > 0) & ({part} < 1e-5)")
        yield _Place("kink", "up to 1e-5 below an integer", f"{part} > 1 - 1e-5")
        yield _Place("kink", "the last number before an integer", f"{part} > 1 - 1e-13")
        yield _Place("kink", "at an integer", f"{part} == 0")
        yield _Place("kink", "at 113", "x == 113")
        yield _Place("kink", "x > 255", "x > 255")
    if task == "sign_ste":
        for kink in (-1.0, 0.0, 1.0):
            for side, low, high in (("below", kink - 1e-5, kink), ("above", kink, kink + 1e-5)):
                yield _Place("kink", f"up to 1e-5 {side} {kink:g}", f"(x > {low}) & (x < {high})")
        for way in (0.0, 2.0):
            yield _Place("kink", f"the next number to 1, towards {way:g}",
                         f"x.abs() == {math.nextafter(1.0, way)!r}")


def _of_affine() -> Iterator[_Place]:
    for name, condition in (
        ("B = 1", "x.shape[0] == 1"), ("n = 1", "x.shape[1] == 1"), ("m = 1", "W.shape[0] == 1"),
        ("all sizes equal", "x.shape == W.shape and len(x) == x.shape[1]"),
        ("B = n < m", "len(x) == x.shape[1] < len(W)"),
        ("B = m < n", "len(x) == len(W) < x.shape[1]"),
        ("B < n = m", "len(x) < x.shape[1] == len(W)"),
        ("B = 33", "x.shape[0] == 33"), ("B > 1,000", "x.shape[0] > 1000"),
        ("n > 500", "x.shape[1] > 500"), ("m > 1,000", "W.shape[0] > 1000"),
    ):
        yield _Place("shape", name, condition)
    yield _Place("shape", "B = 0", "len(x) == 0", raises=True)
    yield _Place("shape", "B = 0, wrong number", "len(x) == 0", BACKWARD)
    for name in ("x", "W", "b"):
        yield _Place("magnitude", f"a number of {name} above 100",
                     f"{name}.abs().max() > 100 if {name}.numel() else False")
    for needed in range(1, 7):
        subset = tuple(bool(needed & bit) for bit in (1, 2, 4))
        named = " and ".join(name for name, one in zip("xWb", subset, strict=True) if one)
        yield _Place("needs_input_grad", f"{named} alone", f"ctx.needs_input_grad == {subset}",
                     BACKWARD)
