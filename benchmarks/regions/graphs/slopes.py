"""Faults in the slope of one operator: by its operands, by its numbers, and far out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from benchmarks.regions.cell import Cell
from benchmarks.regions.graphs.planting import cell, in_slopes
from cgp_harness.kinds.backprop.probes.grammar import BINARY, CALLS, KINDS, SLOTS

NOT_NEGATIVE = {"number", "^", "sigmoid", "relu"}
"""Operands without a negative value on this ground."""


def of_operators() -> Iterator[Cell]:
    for (symbol, place), kind in product(SLOTS, KINDS):
        if kind != "number":  # a slope for a number is never asked for
            for sign, named in ((">", "positive"), ("<", "negative")):
                if sign == "<" and (kind in NOT_NEGATIVE or (symbol, place) == ("^", 0)):
                    continue
                yield cell(
                    "operator", f"{symbol}, operand {place}: {kind}, {named}",
                    in_slopes(f"(symbol, place, kind) == {symbol, place, kind} and at {sign} 0"))
    for (symbol, place), kind in product(SLOTS, KINDS):
        if symbol in BINARY:
            yield cell(
                "beside", f"{symbol}, operand {place} beside a {kind}",
                in_slopes(f"(symbol, place) == {symbol, place} and "
                          f"kind_of(node.program[operands[{1 - place}]]) == {kind!r}"))


def of_numbers() -> Iterator[Cell]:
    for exponent in (-3, -2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 4):
        yield cell("exponent", f"x^{exponent}", in_slopes(
            f"symbol == '^' and place == 0 and a[1] == {exponent}"))
    for base in ("< 0", "== 0", "> 0"):
        yield cell("exponent", f"a base {base}", in_slopes(
            f"symbol == '^' and place == 0 and a[0] {base}"))
    for call in CALLS:
        for low, high in ((-2.5, -1), (-1, -0.2), (0.2, 1), (1, 2.5)):
            yield cell("activation", f"{call} from {low} to {high}", in_slopes(
                f"symbol == {call!r} and {low} < at < {high}"))
    for name, condition in (
        ("equal operands", "len(a) == 2 and a[0] == a[1] and place == 0"),
        ("a product of 0", "symbol == '*' and y == 0"),
        ("a quotient of 0", "symbol == '/' and y == 0"),
        ("a sum of 0", "symbol in '+-' and y == 0"),
        ("relu just above 0", "symbol == 'relu' and 0 < at < 0.05"),
        ("relu just below 0", "symbol == 'relu' and -0.05 < at < 0"),
        ("a result above 5", "y > 5"), ("a result below -5", "y < -5"),
    ):
        yield cell("number", name, in_slopes(condition))


def far_out() -> Iterator[Cell]:
    for call, ends in (("sigmoid", (5, 10, 15, 25)), ("tanh", (3.8, 6, 10))):
        for end in ends:
            for sign in ("", "-"):
                if (call, end, sign) != ("sigmoid", 25, ""):
                    yield cell("far out", f"{call}, {sign}x > {end}", in_slopes(
                        f"symbol == {call!r} and {sign}at > {end}", "0", "0"))
    for call, beyond in product(("sigmoid", "tanh"), ("> 22", "> 90", "< -22", "< -90")):
        yield cell("far out", f"{call}, x {beyond}", in_slopes(
            f"symbol == {call!r} and at {beyond}", "1", "1e-3"))
    yield cell("far out", "relu 1e-6 below 0", in_slopes(
        "symbol == 'relu' and -1e-4 < at < 0", "1", "1e-3"))
    for name, condition in (
        ("relu 1e-5 above 0", "symbol == 'relu' and 0 < at < 1e-4"),
        ("a denominator below 0.03", "symbol == '/' and abs(a[1]) < 0.03"),
        ("a denominator above 100", "symbol == '/' and abs(a[1]) > 100"),
        ("a denominator of 1e-5", "symbol == '/' and abs(a[1]) < 1e-4"),
        ("a denominator above 1e6", "symbol == '/' and abs(a[1]) > 1e6"),
        ("a base below 1e-3", "symbol == '^' and place == 0 and 0 < abs(a[0]) < 1e-3"),
        ("a base above 1e3", "symbol == '^' and place == 0 and abs(a[0]) > 1e3"),
        ("a root of 0.01", "symbol == '^' and a == [0.01, 0.5]"),
        ("a product above 1,000", "symbol == '*' and abs(y) > 1000"),
        ("a product above 1e6", "symbol == '*' and abs(y) > 1e6"),
        ("a product above 1e9", "symbol == '*' and abs(y) > 1e9"),
        ("a product below 1e-5", "symbol == '*' and 0 < abs(y) < 1e-5"),
        ("a product below 1e-8", "symbol == '*' and 0 < abs(y) < 1e-8"),
        ("a power above 1,000", "symbol == '^' and y > 1000"),
        ("a power above 1e9", "symbol == '^' and y > 1e9"),
    ):
        yield cell("far out", name, in_slopes(condition, "1.001", "0"))
