"""Faults of an activation that act in one cell of the ground declared in docs/gradients.md."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from benchmarks.regions.cell import Cell
from tests.harness.functions.right.function_sources import FORMS, registered

HOMEWORK, TASK = "autograd_extension", "mine"
SOURCE = '''"""Right, but for one cell."""

import numpy as np

from cgp_harness import activation


@activation("mine")
def mine(x):
    y = np.tanh(x)
    value, derivative = y, 1 - y * y
    {fault}
    return value, derivative
'''
ENDS = (0.0, 1.0, 2.0, 4.0, 6.0, 20.0, 100.0, 400.0, 1000.0)
NARROW, NARROW_FAR = 0.0201, 1.026
"""Widths of faults up to 6.5, and beyond as a ratio of their ends."""
SHAPES = {
    "one number": "x.size == 1", "two axes": "x.ndim == 2", "three axes": "x.ndim == 3",
    "four axes": "x.ndim == 4", "5,000 numbers": "x.size >= 5000", "(33, 2)": "x.shape == (33, 2)",
}


def cells() -> tuple[Cell, ...]:
    """In value and derivative: each range of x, each kind of shape, each way to lose digits."""
    found: dict[tuple[str, str], str] = {}
    for noun in ("value", "derivative"):
        for low, high in pairwise(ENDS):
            for x in ("x", "-x"):
                condition = f"({x} > {low}) & ({x} <= {high})"
                found["magnitude", f"{noun}, {low:g} < {x} <= {high:g}"] = (
                    f"{noun} = {noun} + 1e-3 * x * ({condition})")
        for low, high in _narrow():
            found["narrow", f"{noun}, {low:.4g} < x < {high:.4g}"] = (
                f"{noun} = {noun} + 1e-3 * x * ((x > {low!r}) & (x < {high!r}))")
        for name, condition in SHAPES.items():
            found["shape", f"{noun}, {name}"] = f"{noun} = {noun} + 1e-3 * ({condition})"
        found["digits", f"{noun} of dtype float32"] = f"{noun} = {noun}.astype(np.float32)"
        found["digits", f"{noun} rounded to float32"] = (
            f"{noun} = {noun}.astype(np.float32).astype(np.float64)")
        found["digits", f"{noun} of x rounded to float32"] = (
            f"{noun} = {{}}".format({"value": "np.tanh(x.astype(np.float32).astype(float))",
                                     "derivative": "1 - np.tanh(x.astype(np.float32)"
                                     ".astype(float))**2"}[noun]))
        found["magnitude", f"{noun}, 0 < |x| < 1e-5"] = (
            f"{noun} = {noun} + 1e-3 * ((x != 0) & (np.abs(x) < 1e-5))")
        found["digits", f"{noun} to six decimals"] = f"{noun} = np.round({noun}, 6)"
    for exponent in (-8.9, -6.3, -4.1, -2.9):   # a value shows nothing in so small an interval
        for x in ("x", "-x"):
            low, high = 10**exponent, 2.2 * 10**exponent
            found["narrow", f"derivative, {low:.4g} < {x} < {high:.4g}"] = (
                f"derivative = derivative + 1e-3 * (({x} > {low!r}) & ({x} < {high!r}))")
    found["magnitude", "derivative, x = 0"] = "derivative = derivative + 1e-3 * (x == 0)"
    found["digits", "derivative at x to three decimals"] = (
        "derivative = 1 - np.tanh(np.round(x, 3))**2")
    found["digits", "derivative, factor 1.00005"] = "derivative = 1.00005 * derivative"
    return tuple(
        Cell(HOMEWORK, TASK, region, name, SOURCE.format(fault=fault))
        for (region, name), fault in found.items())


def _narrow() -> Iterator[tuple[float, float]]:
    """Cells that are moved along the whole ground, in steps that are no multiple of its own."""
    for i in range(33):
        low = -6.5 + 0.3937 * i
        yield low, low + NARROW
    for i in range(13):
        low = 6.6 * 1.46**i
        yield low, low * NARROW_FAR
        yield -low * NARROW_FAR, -low


def right() -> tuple[Cell, ...]:
    """The one that faults are planted in, and every right form of the tests."""
    plain = Cell(HOMEWORK, TASK, "right", "as faults are planted in it", SOURCE.format(fault=""))
    return (plain, *(Cell(HOMEWORK, TASK, "right", form, text) for form, text in FORMS.items()
                     if TASK in registered(text, form)))
