"""An operator in the place of another, operands in the place of each other, other parentheses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, place

_OTHER: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add, ast.Pow),
    ast.Div: (ast.Mult, ast.Sub), ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
}
_INVERSE = {(ast.Add, ast.Sub), (ast.Sub, ast.Add), (ast.Mult, ast.Div), (ast.Div, ast.Mult),
            (ast.Pow, ast.Mult), (ast.FloorDiv, ast.Div)}
"""These are likelier than the others."""
_BINDING = {ast.Add: 1, ast.Sub: 1, ast.Mult: 2, ast.Div: 2, ast.MatMult: 2, ast.Pow: 3}
_FUNCTIONS = {
    "maximum": ("minimum", "add"), "minimum": ("maximum",), "max": ("min", "sum", "mean"),
    "min": ("max",), "exp": ("log", "expm1", "exp2"), "log": ("exp", "log1p", "log2"),
    "log1p": ("log",), "log2": ("log",), "log10": ("log",), "exp2": ("exp",), "expm1": ("exp",),
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",),
    "cosh": ("sinh",), "tanh": ("sigmoid",), "sigmoid": ("tanh",), "abs": ("sign", "square"),
    "sign": ("abs",), "sqrt": ("square",), "square": ("sqrt", "abs"), "floor": ("ceil", "round"),
    "ceil": ("floor",), "round": ("floor", "ceil"), "relu": ("abs",), "logaddexp": ("maximum",),
    "add_": ("sub_",), "sub_": ("add_",), "mul_": ("div_",), "div_": ("mul_",),
    "add": ("sub", "mul"), "subtract": ("add",), "sub": ("add",), "multiply": ("divide", "add"),
    "mul": ("div", "add"), "divide": ("multiply",), "div": ("mul",), "addcmul_": ("addcdiv_",),
    "addcdiv_": ("addcmul_",), "cbrt": ("sqrt",), "var": ("std",), "std": ("var",),
    "sum": ("mean",), "mean": ("sum",),
}
"""Functions that are taken for each other."""


def exchanged(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Operators, operands, functions, comparisons."""
    if isinstance(node, ast.BinOp):
        for other in _OTHER.get(type(node.op), ()):
            inverse = (type(node.op), other) in _INVERSE or not scope.hyperparameters
            yield _stands("operator", node, ast.BinOp(node.left, other(), node.right),
                          2 if inverse else 2.6, "one operator stands where another belongs")
        if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow, ast.MatMult)):
            yield _stands("operands", node, ast.BinOp(node.right, node.op, node.left), 2,
                          "two operands are exchanged")
    elif isinstance(node, ast.Call):
        name = (node.func.attr if isinstance(node.func, ast.Attribute) else
                node.func.id if isinstance(node.func, ast.Name) else "")
        for other_name in _FUNCTIONS.get(name, ()):
            func: ast.expr = ast.Name(other_name, ast.Load())
            if isinstance(node.func, ast.Attribute):
                func = ast.Attribute(node.func.value, other_name, ast.Load())
            yield place("function", node, ast.Call(func, node.args, node.keywords), 2,
                        "one function stands where another belongs",
                        f"{other_name}() stands where {name}() belongs",
                        alike=f"{name} -> {other_name}")
        yield from _base_two(node, name)
        yield from _norm_of_size(node, name)
        yield from _average(node, name, scope)
        if len(node.args) >= 2:
            first, second, *rest = node.args
            yield _stands("operands", node, ast.Call(
                node.func, [second, first, *rest], node.keywords), 2, "two operands are exchanged")
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for comparison in (ast.Lt, ast.LtE, ast.Gt, ast.GtE):
            if not isinstance(node.ops[0], comparison):
                yield _stands(
                    "comparison", node, ast.Compare(node.left, [comparison()], node.comparators),
                    2, "one comparison stands where another belongs")
    elif isinstance(node, ast.IfExp):
        yield _stands("operands", node, ast.IfExp(node.test, node.orelse, node.body), 2,
                      "two cases are exchanged")
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _stands("constant", node, ast.Constant(not node.value), 2,
                      "a switch stands the other way round")


def _base_two(node: ast.Call, name: str) -> Iterator[Place]:
    """`log1p`, of which there is none to base 2."""
    if name == "log1p" and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        two = ast.Attribute(node.func.value, "log2", ast.Load())
        one_more = ast.BinOp(ast.Constant(1), ast.Add(), node.args[0])
        yield place("function", node, ast.Call(two, [one_more], []), 2,
                    "one function stands where another belongs",
                    "log2(1 + …) stands where log1p(…) belongs", alike="log1p -> log2")


def _norm_of_size(node: ast.Call, name: str) -> Iterator[Place]:
    """The sum of sizes for the root of the sum of squares; both are norms."""
    inner = node.args[0] if name == "sqrt" and len(node.args) == 1 else None
    if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute) or (
            inner.func.attr not in ("sum", "mean")):
        return
    module = bool(inner.args) and not isinstance(inner.args[0], ast.Constant)
    squared = inner.args[0] if module else inner.func.value
    if isinstance(squared, ast.BinOp) and (
            (isinstance(squared.op, ast.Pow) and text(squared.right) == "2")
            or (isinstance(squared.op, ast.Mult) and text(squared.left) == text(squared.right))):
        size = ast.Call(ast.Name("abs", ast.Load()), [squared.left], [])
        by = ast.Call(inner.func, [size, *inner.args[1:]], inner.keywords) if module else ast.Call(
            ast.Attribute(size, inner.func.attr, ast.Load()), inner.args, inner.keywords)
        yield _stands("function", node, by, 2, "one norm stands where another belongs")


def _average(node: ast.Call, name: str, scope: Scope) -> Iterator[Place]:
    """`b * u + (1 - b) * a` for the larger of `b * u` and `a`."""
    if name not in ("maximum", "max") or len(node.args) != 2:
        return
    for old, new in (node.args, node.args[::-1]):
        for decay in (old.left, old.right) if isinstance(old, ast.BinOp) and isinstance(
                old.op, ast.Mult) else ():
            if isinstance(decay, ast.Name) and 0 < scope.hyperparameters.get(decay.id, 0) < 1:
                rest = ast.BinOp(ast.Constant(1), ast.Sub(), decay)
                yield _stands("function", node, ast.BinOp(
                    old, ast.Add(), ast.BinOp(rest, ast.Mult(), new)), 2.5,
                    "an average stands where a maximum belongs")


def regrouped(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Parentheses elsewhere: `(a * b) + c` and `a * (b + c)`, a root of a sum, a sum of roots."""
    said = "parentheses stand in the wrong place"
    if isinstance(node, ast.BinOp):
        left, right, outer = node.left, node.right, node.op
        if isinstance(left, ast.BinOp) and _differs(left.op, outer):
            yield _stands("regrouped", node, ast.BinOp(
                left.left, left.op, ast.BinOp(left.right, outer, right)), 1.5, said)
        if isinstance(right, ast.BinOp) and _differs(outer, right.op):
            yield _stands("regrouped", node, ast.BinOp(
                ast.BinOp(left, outer, right.left), right.op, right.right), 1.5, said)
        if isinstance(outer, (ast.Add, ast.Sub)):
            yield from _out_of(node, said)
        if isinstance(outer, ast.Sub) and (log := logarithm(right)) is not None:
            yield _stands("regrouped", node, ast.Call(log.func, [of_quotient(left, log)], []), 2,
                          "the logarithm is taken of a quotient")
        if isinstance(outer, ast.Sub) and (log := logarithm(left)) is not None:
            quotient = ast.Call(log.func, [of_quotient(right, log)], [])
            yield _stands("regrouped", node, ast.UnaryOp(ast.USub(), quotient), 2,
                          "the logarithm is taken of a quotient")
        if _is_root(node):
            yield place("regrouped", node, ast.BinOp(left, ast.Div(), ast.Constant(2)), 1.5, said,
                        f"{_half(node)} is half of it, and its root belongs there")
        if isinstance(outer, ast.Div) and _is_root(right):
            half = ast.BinOp(ast.BinOp(left, outer, right.left), ast.Div(), ast.Constant(2))
            yield place("regrouped", node, half, 1.4, said,
                        f"/ {_half(right)} divides by {text(right.left)} and by 2, not by the root")
        if isinstance(outer, ast.Pow) and isinstance(left, ast.BinOp) and isinstance(
                left.op, (ast.Add, ast.Sub)):
            yield _stands("regrouped", node, ast.BinOp(
                ast.BinOp(left.left, outer, right), left.op, ast.BinOp(left.right, outer, right)),
                2, said)
            yield _stands("regrouped", node, ast.BinOp(
                ast.BinOp(left.left, outer, right), left.op, left.right), 1.5, said)
    if isinstance(node, ast.Call) and len(node.args) > 1:
        yield from _out_of_one(node, said)
    elif isinstance(node, ast.Call) and node.args:
        yield from _out_of_call(node, said)


def _out_of_call(node: ast.Call, said: str) -> Iterator[Place]:
    """`f(a + b)` as `f(a) + b`."""
    [inner] = node.args
    if not isinstance(inner, ast.BinOp):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr == "rsqrt":
        root = ast.Call(ast.Attribute(node.func.value, "sqrt", ast.Load()), [inner.left], [])
        yield _stands("regrouped", node, ast.BinOp(
            ast.Constant(1), ast.Div(), ast.BinOp(root, inner.op, inner.right)), 1.5, said)
    yield _stands("regrouped", node, ast.BinOp(
        ast.Call(node.func, [inner.left], node.keywords), inner.op, inner.right), 1.5, said)
    yield _stands("regrouped", node, ast.BinOp(
        inner.left, inner.op, ast.Call(node.func, [inner.right], node.keywords)), 1.5, said)


def _out_of_one(node: ast.Call, said: str) -> Iterator[Place]:
    """`f(a, b + c)` as `f(a, b) + c`."""
    for one in node.args:
        if isinstance(one, ast.BinOp) and not isinstance(one.op, ast.Pow):
            for inner, outer in ((one.left, one.right), (one.right, one.left)):
                if inner is one.right and not isinstance(one.op, (ast.Add, ast.Mult)):
                    continue
                call = ast.Call(node.func, [inner if each is one else each for each in node.args],
                                node.keywords)
                yield _stands("regrouped", node, ast.BinOp(call, one.op, outer), 1.5, said)


def logarithm(node: ast.expr) -> ast.Call | None:
    """A call of `np.log`."""
    found = isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(
        node.func, ast.Attribute) and node.func.attr == "log"
    return node if found and isinstance(node, ast.Call) else None


def of_quotient(less: ast.expr, log: ast.Call) -> ast.expr:
    """`e^a / b`, whose logarithm is `a - log(b)`."""
    assert isinstance(log.func, ast.Attribute)
    exp = ast.Call(ast.Attribute(log.func.value, "exp", ast.Load()), [less], [])
    return ast.BinOp(exp, ast.Div(), log.args[0])


def _is_root(node: ast.expr) -> TypeGuard[ast.BinOp]:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and (
        isinstance(node.right, ast.Constant) and node.right.value == 0.5)


def _half(root: ast.BinOp) -> str:
    return text(root).replace(" ** 0.5", "**1/2")


def _out_of(node: ast.BinOp, said: str) -> Iterator[Place]:
    """`f(a) + b`, `a**n + b` and `a / n + b` as `f(a + b)`, `(a + b)**n`, `(a + b) / n`."""
    left, right = node.left, node.right
    closer = (ast.Pow, ast.Div, ast.Mult)
    if isinstance(left, ast.BinOp) and isinstance(left.op, closer):
        yield _stands("regrouped", node, ast.BinOp(
            ast.BinOp(left.left, node.op, right), left.op, left.right), 1.5, said)
    if isinstance(right, ast.BinOp) and isinstance(right.op, closer):
        yield _stands("regrouped", node, ast.BinOp(
            ast.BinOp(left, node.op, right.left), right.op, right.right), 1.5, said)
    if isinstance(left, ast.Call) and len(left.args) == 1:
        yield _stands("regrouped", node, ast.Call(
            left.func, [ast.BinOp(left.args[0], node.op, right)], left.keywords), 1.5, said)
    if isinstance(right, ast.Call) and len(right.args) == 1:
        yield _stands("regrouped", node, ast.Call(
            right.func, [ast.BinOp(left, node.op, right.args[0])], right.keywords), 1.5, said)


def _differs(first: ast.operator, second: ast.operator) -> bool:
    return _BINDING.get(type(first), 0) != _BINDING.get(type(second), 0) or isinstance(
        first, (ast.Sub, ast.Div))


def _stands(operator: str, node: ast.expr, by: ast.expr, cost: float, general: str) -> Place:
    return place(operator, node, by, cost, general, f"{text(by)} stands where {text(node)} belongs")
