"""Expressions of one node that are asked about in every run: a covering design over the grammar.

Every operator meets every kind of operand in each of its places, at numbers that make the operand
positive and, where there are such, negative. Beside them stand exponents of all kinds, names that
stand twice, and numbers at which something special happens.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cgp_harness.kinds.backprop.probes.case import DIFFERENCES, LARGEST_STEP, LARGEST_VALUE, Case
from cgp_harness.kinds.backprop.probes.grammar import (
    CALLS,
    KINDS,
    SLOTS,
    Tree,
    is_defined,
    names,
    parts,
    text,
    value,
)

VALUES = (0.5, 1.5, -0.8, 1.2, -0.5, 0.8, -1.5, 0.6, 2.0, 0.3)
"""Not 1, at which powers and factors cannot be told apart."""
TELLING = 0.2
"""A partial of this size tells mistakes apart; smaller ones are taken where there are no larger."""
STEPS = tuple(itertools.product(range(10), (3, 1, 7)))
"""Where in VALUES the first name begins, and how far on the next one is."""

ABOVE: Mapping[str, tuple[Tree, ...]] = {
    "number": ("2",), "variable": ("x",), "parameter": ("a",),
    "+": (("+", "x", "a"),), "-": (("-", "a", "x"),), "*": (("*", "a", "x"),),
    "/": (("/", "x", "a"),), "^": (("^", "x", "2"),), "neg": (("neg", "x"), ("neg", "a")),
    **{call: ((call, "x"), (call, "a")) for call in CALLS},
}
"""The smallest trees of each kind."""
SUMS, POWERS = frozenset("+-*") | {"neg", "number", "variable", "parameter"}, frozenset("/^")


def pairs() -> Iterator[tuple[tuple[str, int], str, Tree]]:
    """Every place of every operator with every kind of operand, and the tree that has them."""
    for turn, ((symbol, place), kind) in enumerate(itertools.product(SLOTS, KINDS)):
        forms = ABOVE[kind]
        operand = forms[turn % len(forms)]
        if symbol not in {"+", "-", "*", "/", "^"}:
            tree: Tree = (symbol, operand)
            yield (symbol, place), kind, ("*", "b", tree) if kind == "number" else tree
        else:
            # The other operand: a parameter or a variable; of a power above all, a number too.
            other = "xb" if "x" not in names(operand) and turn % 2 else "b"
            powers = ["2"] if (symbol, place) == ("^", 0) and kind != "number" else []
            for beside in (*powers, other):
                yield (symbol, place), kind, (
                    (symbol, operand, beside) if place == 0 else (symbol, beside, operand))


EXPONENTS = ("x^3", "x^4", "x^1", "x^0.5", "x^1.5", "x^-0.5", "x^-1", "x^-2", "x^-3", "x^0",
             "a*x^2.5", "x^a", "x^-a", "a^x", "2^x", "0.5^x", "x^(1/2)", "(a*x)^-2", "(a + x)^3",
             "x^(a + b)", "x^a^b", "(x^a)^b", "(a - x)^2", "x^2^a", "(x^2 + 1)^0.5", "a*(b*x)^1.5")
QUOTIENTS = ("x/2", "x/0.5", "2/x", "1/(a + x)", "a/b/x", "a/(b/x)", "a*x/b", "a/(b*x)", "a/x^2",
             "x/(x^2 + 1)", "x/(x + a)", "x^x", "a*x + x^2", "x/x^3", "(x + a)/(x - b)", "x^2/x",
             "a^2 - a/x", "-x^2", "(-x)^3", "-a/x", "a/-x", "2*x^2", "x^-2*a", "-(a/x)^2")
SHAPED = ("sigmoid(a*x + b)", "tanh(a*x - b*xb)", "relu(a*x - b)", "relu(-a*x)", "identity(a*x)",
          "b*sigmoid(a - x)", "tanh(a*sigmoid(b*x))", "sigmoid(tanh(relu(a*x)))",
          "tanh(a)*tanh(x)", "sigmoid(a)*sigmoid(x)*b", "identity(a)*x + identity(x*b)",
          "-tanh(-a*x)", "relu(a*x)*relu(b)", "sigmoid(a*x) + tanh(b*x)", "x*sigmoid(x)",
          "a*tanh(a*x)", "relu(x) - a*relu(-x)", "a - (b - relu(c*x))", "3*sigmoid(2*x)")
PRODUCTS = ("a*x + b", "x*a - b*xb", "a*b*x", "a*(b*x)", "2*a - x", "a - (b - x)", "a - (b + x)",
            "-(a - x)", "-(a + x)*b", "-a*x", "a*-x", "(a + x)*(b - xb)", "((a + x)*b - c)*xb",
            "0.5*x", "x*3", "1e-1*x + 2.5e1*a", "-x - a", "a*b*c*x*xb", "x + a + b + xb - c",
            "(((a - x)*b - x)*c)", "-(-(-x))*a", "2 - x*a", "a + 3 - x")
TWICE = ("x + x", "a + a", "x*x", "a*a", "x - a*x", "a*x - a", "a*x + b*x", "x*(x + a)",
         "a*(a - x)", "x*x*x", "a*a*a", "a*x + a*x", "x + a*x + b*x", "x*x*x*x - x",
         "a*a*a*a - x", "a*x*(x - a)", "(x + a)*(x - a)", "a - (x - a)*b", "-x*-x*a",
         "2*x - (3*x - a*x*x)", "a*b + b*x + x*a", "(a*x + a)*(a*x - b)", "x*xb + xb*x*a")

_SPECIAL: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("a*x", (0.0, 1.5)), ("a*x", (0.5, 0.0)), ("x*xb + a", (0.0, 0.5, 0.0)), ("x - a", (0.8, 0.8)),
    ("a*x", (-2.5, 3.0)), ("x*x - a", (0.0, 0.5)), ("x*a", (0.8, 0.8)), ("x*x", (-2.5,)),
)
_SPECIAL_POWERS: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("x^2", (0.0,)), ("x^3", (0.0,)), ("a*x^2 + b", (0.0, 1.5, 0.5)), ("x/a", (0.0, 0.8)),
    ("x^2", (-1.5,)), ("x^3", (-1.5,)), ("x^-1", (-1.5,)), ("x^-2", (-1.5,)), ("x^a", (0.8, 0.0)),
    ("x^4", (-1.2,)), ("x^1", (0.0,)), ("a/x", (-1.5, -0.5)), ("x/a", (0.3, -1.5)),
    ("a/(x - 2)", (0.5, 0.8)),
)
_SPECIAL_CALLS: tuple[tuple[str, tuple[float, ...]], ...] = (
    *((f"{call}(x)", (at,)) for call in ("sigmoid", "tanh", "identity")
      for at in (0.0, 0.5, -0.5, 2.0, -2.0)),
    ("relu(x)", (2.0,)), ("relu(x)", (-2.0,)), ("relu(x)", (0.01,)), ("relu(x)", (-0.01,)),
    ("1000*sigmoid(x)", (-8.0,)), ("1e6*sigmoid(x)", (-14.0,)), ("30*tanh(x) + 30", (-3.5,)),
    ("4*tanh(x)", (3.0,)), ("8*sigmoid(x)", (4.5,)), ("4*tanh(a*x)", (-1.5, 2.0)),
)

FAR: Mapping[str, tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]] = {
    "a*x*x*x*x*x + b*x": ((0.7, 0.2, -0.6), (
        (6.0, -3.0, 0.5), (-5.0, 0.02, -40.0), (1e-3, 2.0, 1e-4), (-0.02, -300.0, 1e-2),
        (100.0, -2.5, 1e7), (-1e-6, 3e5, 2e-6), (2e3, 1e-8, -1e-7))),
    "a*x^5 + b*x^2": ((0.7, 0.2, -0.6), (
        (6.0, -3.0, 0.5), (-9.0, 0.2, 40.0), (1e-3, 50.0, 1e-3), (-200.0, 3.0, 1e5),
        (1e-5, 2e6, -1e5))),
    "x^0.5": ((0.3,), ((1e-2,), (400.0,), (1e-8,), (1e10,))),
    "a^x": ((0.8, 1.5), ((9.0, 3.0), (-7.0, 0.2), (5.0, 0.01), (20.0, 4.0))),
    "a/x": ((0.7, 0.5), ((0.01, 2.0), (-0.02, 0.5), (500.0, -2.0), (1e-5, 3e4), (2e6, -1e-3))),
    "x^-2": ((1.5,), ((0.05,), (-0.05,), (300.0,), (1e-4,))),
    "a*sigmoid(x)": ((0.7, 1.5), tuple((at, 1.5) for at in (
        6.5, -6.5, 12.0, -12.0, 20.0, -20.0, 40.0, -40.0, 100.0, -100.0))),
    "1e6*sigmoid(x)": ((-14.0,), ((-20.0,), (-30.0,), (9.0,))),
    "a*tanh(x)": ((0.7, 1.5), tuple((at, 0.8) for at in (
        4.0, -4.0, 7.0, -7.0, 11.0, -11.0, 25.0, -25.0, 100.0, -100.0))),
    "sigmoid(a*x - b)": ((0.5, 0.8, 0.3), ((3.0, 4.0, -2.0), (-3.0, 4.0, 3.0))),
    "0.2*relu(x - a)*x*x*x*x + b*x": ((0.8, 0.3, 0.7), (
        (1e-3, 0.0009, 0.5), (-1e-6, 0.0, 0.5), (2.0, 1.99999, 0.5), (2.0, 2.00001, 0.5),
        (9.0, -20.0, 3.0), (-9.0, 20.0, 3.0))),
}
"""A form, numbers where differences would do, and numbers at which only derivatives do: asked of
those alone whose partials of this form are exact at the former, as no differences of up to four
values are."""


@lru_cache(maxsize=1)
def mixed() -> tuple[Case, ...]:
    """Activations that meet powers and quotients, in a node that another reads."""
    return tuple(
        Case((*one.texts, "xq = c*xp"), ("xq",), (*one.values, 0.8), (1.0,))
        for slot, kind, tree in pairs() if _stage(slot[0], kind) == "mixed"
        for one in _cases(tree, next(_operands(tree, slot))))


@lru_cache(maxsize=8)
def covering(stage: str) -> tuple[Case, ...]:
    """The fixed cases of `sums`, `powers`, `calls` or `twice`."""
    forms, special = {
        "sums": (PRODUCTS, _SPECIAL), "powers": ((*EXPONENTS, *QUOTIENTS), _SPECIAL_POWERS),
        "calls": (SHAPED, _SPECIAL_CALLS), "twice": (TWICE, ()),
    }[stage]
    found = [Case.of_one(form, numbers) for form, numbers in special]
    found += [near for near, _ in far(stage)]
    for slot, kind, tree in pairs():
        if _stage(slot[0], kind) == stage:
            found += _cases(tree, next(_operands(tree, slot)))
    for form in forms:
        (tree,) = Case.of_one(form, (0.5,) * 9).trees
        found += _cases(tree, tree[-1])
    return tuple(dict.fromkeys(found))


def _operands(tree: Tree, slot: tuple[str, int]) -> Iterator[Tree]:
    """What stands in this place of this operator, anywhere in the tree."""
    symbol, place = slot
    for part in parts(tree):
        if part[0] == symbol and isinstance(part, tuple):
            yield part[1 + place]


def _cases(tree: Tree, watched: Tree) -> Iterator[Case]:
    """The expression where the part that is watched is positive, where negative, and where 0."""
    form = text(tree)
    for numbers in _points(tree, watched):
        yield Case.of_one(form, numbers)


@lru_cache(maxsize=8)
def far(stage: str) -> tuple[tuple[Case, tuple[Case, ...]], ...]:
    """The forms of `FAR` of a stage: near, and far."""
    return tuple(
        (Case.of_one(form, near),
         tuple(Case.of_one(form, one, far=True) for one in others))
        for form, (near, others) in FAR.items() if _stage_of(form) == stage)


def _stage(symbol: str, kind: str) -> str:
    met = {symbol, kind}
    if met & POWERS:
        return "mixed" if met & set(CALLS) else "powers"
    return "sums" if met <= SUMS else "calls"


def _stage_of(form: str) -> str:
    return "powers" if POWERS & set(form) else "calls" if "(" in form else "sums"


def _points(tree: Tree, watched: Tree) -> Iterator[tuple[float, ...]]:
    order = names(tree)
    for sign in (1, -1, 0):
        found: list[tuple[float, tuple[float, ...]]] = []
        for begin, step in STEPS:
            point = dict(zip(order, _numbers(begin, step, len(order)), strict=True))
            at = value(watched, point)
            if (at > 0) - (at < 0) == sign and (least := _least(tree, point)) is not None:
                found.append((least, tuple(point.values())))
                if least >= TELLING:
                    break
        if found:
            yield max(found)[1]


def _numbers(begin: int, step: int, count: int) -> tuple[float, ...]:
    return tuple(VALUES[(begin + step * i) % len(VALUES)] for i in range(count))


def _least(tree: Tree, point: Mapping[str, float]) -> float | None:
    """The least partial; None where numbers are large, or differences not near enough."""
    at, least = value(tree, point), TELLING
    if not abs(at) <= LARGEST_VALUE or not is_defined(tree, point):
        return None
    for name in point:
        h = LARGEST_STEP
        up, down = (value(tree, {**point, name: point[name] + by}) for by in (h, -h))
        if not math.isfinite(up + down):
            return None
        slope = (up - down) / (2 * h)
        if abs(up - 2 * at + down) / (2 * h) > 0.7 * DIFFERENCES * max(1.0, abs(slope)):
            return None
        least = min(least, abs(slope))
    return least
