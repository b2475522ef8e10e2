"""A function in the place of one that looks like it: a smooth one, or one with another value at 0.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.guarded import NUMBERS
from cgp_harness.mutation.left_out import is_module
from cgp_harness.mutation.place import Place, Scope, place

Of = Callable[[str, ast.expr], ast.expr]
"""The name of a function, and a value: the call."""
_SMOOTH = "a smooth function stands where another belongs"
_APPROXIMATE = "an approximation stands where a function belongs"
_ONE_SIDE = "only one sign of a value counts"
_AT_ZERO = "a function has another value at 0"
_COST = 2.5


def relatives(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Of a sign, a size, the larger of a value and 0, the error function."""
    if not isinstance(node, ast.Call) or (found := _called(node, scope)) is None:
        return
    name, x, of = found
    if name == "sign":
        for op, opposite, at in ((ast.Gt(), ast.LtE(), -1), (ast.GtE(), ast.Lt(), 1)):
            signs = ast.BinOp(_where(x, op), ast.Sub(), _where(x, opposite))
            yield place("function", node, signs, _COST, _AT_ZERO, f"the sign of 0 is {at}")
            half = _where(x, op) if at < 0 else ast.UnaryOp(ast.USub(), _where(x, opposite))
            yield place("function", node, half, _COST, _ONE_SIDE,
                        f"{name}({text(x)}) counts where it is {-at}, and nowhere else")
    for general, what, by in _alike(name, x, of, scope):
        yield place("function", node, by, _COST, general,
                    f"{what} stands where {name}(x) belongs, x being {text(x)}")


def _alike(
    name: str, x: ast.expr, of: Of, scope: Scope
) -> Iterator[tuple[str, str, ast.expr]]:
    """What it is, as formulas have it with x for the value, and as code."""
    if name == "sign":
        yield _SMOOTH, "tanh(x)", of("tanh", x)
        inside = ast.BinOp(_size(_plus(x, 1)), ast.Sub(), _size(_plus(x, -1)))
        yield _SMOOTH, "x between -1 and 1", ast.BinOp(inside, ast.Div(), ast.Constant(2))
        for what, small in (("1", ast.Constant(1)), *_small(scope)):
            near = ast.BinOp(_size(x), ast.Add(), small)
            yield _SMOOTH, f"x / (abs(x) + {what})", ast.BinOp(x, ast.Div(), near)
            yield _SMOOTH, f"x / sqrt(x**2 + {what})", ast.BinOp(x, ast.Div(), _root(x, small))
    elif name == "abs":
        for what, small in _small(scope):
            yield _SMOOTH, f"sqrt(x**2 + {what})", _root(x, small)
    elif name in ("relu", "maximum"):
        yield _SMOOTH, "log(1 + exp(x))", of("log", _plus(of("exp", x), 1))
    elif name == "erf":
        cubed = _times(2 * 0.044715, ast.BinOp(x, ast.Pow(), ast.Constant(3)))
        for what, inner in (
            ("tanh(x)", x), ("tanh(x / sqrt(2))", _times(0.5**0.5, x)),
            ("tanh(1.702 x / sqrt(2))", _times(1.702 * 0.5**0.5, x)),
            ("tanh(2 / sqrt(pi) * (x + 0.08943 x**3))",
             _times(2 / math.pi**0.5, ast.BinOp(x, ast.Add(), cubed))),
        ):
            yield _APPROXIMATE, what, of("tanh", inner)


def _called(node: ast.Call, scope: Scope) -> tuple[str, ast.expr, Of] | None:
    """A function of one value, the value, and what calls another function as this one is called:
    `f(x)`, `module.f(x)`, `module.maximum(x, 0)`, `x.f()`."""
    func, values = node.func, [one for one in node.args if text(one) not in ("0", "0.0")]
    if node.keywords or not isinstance(func, (ast.Name, ast.Attribute)):
        return None
    if isinstance(func, ast.Attribute) and not is_module(func.value, scope):
        return None if node.args else (func.attr, func.value, lambda name, x: ast.Call(
            ast.Attribute(x, name, ast.Load()), [], []))
    if len(values) != 1:
        return None

    def of(name: str, x: ast.expr) -> ast.expr:
        named = ast.Attribute(func.value, name, ast.Load()) if isinstance(
            func, ast.Attribute) else ast.Name(name, ast.Load())
        return ast.Call(named, [x], [])

    name = func.attr if isinstance(func, ast.Attribute) else func.id
    return ("abs" if name in ("absolute", "fabs") else name), values[0], of


def _small(scope: Scope) -> Iterator[tuple[str, ast.expr]]:
    for name in scope.hyperparameters:
        if scope.role(name) == "number":
            yield name, ast.Name(name, ast.Load())
    for number in NUMBERS:
        yield f"{number:g}", ast.Constant(number)


def _where(x: ast.expr, op: ast.cmpop) -> ast.expr:
    """1 where it holds, else 0, in the dtype of x."""
    one = ast.BinOp(x, ast.Pow(), ast.Constant(0))
    return ast.BinOp(ast.Compare(x, [op], [ast.Constant(0)]), ast.Mult(), one)


def _size(x: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("abs", ast.Load()), [x], [])


def _plus(x: ast.expr, number: float) -> ast.expr:
    return ast.BinOp(x, ast.Add(), ast.Constant(number))


def _times(number: float, x: ast.expr) -> ast.expr:
    return ast.BinOp(ast.Constant(number), ast.Mult(), x)


def _root(x: ast.expr, small: ast.expr) -> ast.expr:
    return ast.BinOp(ast.BinOp(ast.BinOp(x, ast.Pow(), ast.Constant(2)), ast.Add(), small),
                     ast.Pow(), ast.Constant(0.5))
