"""Something is put in that the right answer does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, parts, place
from cgp_harness.mutation.source import COUNT

_SMALL, _LARGER = 12, 24
"""Nodes of what something is put around; of what a function of the answer is taken of."""


def put_in(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A square, a root, an absolute value, a sign, a reciprocal, a minus, a half."""
    if isinstance(node, ast.Constant) or not parts(node, _SMALL):
        return
    if not isinstance(node, (ast.Name, ast.BinOp, ast.Call, ast.Subscript, ast.UnaryOp)):
        return
    was = text(node)
    for name, by in (
        ("square", ast.BinOp(node, ast.Pow(), ast.Constant(2))),
        ("root", ast.BinOp(node, ast.Pow(), ast.Constant(0.5))),
        ("absolute value", ast.Call(ast.Name("abs", ast.Load()), [node], [])),
        ("reciprocal", ast.BinOp(ast.Constant(1), ast.Div(), node)),
        ("negative", ast.UnaryOp(ast.USub(), node)),
        ("double", ast.BinOp(ast.Constant(2), ast.Mult(), node)),
        ("half", ast.BinOp(ast.Constant(0.5), ast.Mult(), node)),
        ("sign", _sign(node)),
    ):
        yield place("put_in", node, by, 3, f"a {name} is taken of a value",
                    f"the {name} of {was} stands where {was} belongs")
    one_more = ast.BinOp(ast.Constant(1), ast.Add(), node)
    yield place("put_in", node, one_more, 3, "1 is added to a value", f"1 is added to {was}")


def called(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A function that the answer calls, of another value: the exponential of a logarithm."""
    if isinstance(node, (ast.Name, ast.BinOp, ast.UnaryOp)) and parts(node, _LARGER) and (
            not isinstance(node, ast.Name) or node.id in scope.names):
        for name, function in scope.functions.items():
            yield place("put_in", node, ast.Call(function, [node], []), 3,
                        "a function is taken of a value", f"{name}() is taken of {text(node)}")


def multiplied(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A factor or divisor that is a hyperparameter or the step number."""
    if not isinstance(node, (ast.Name, ast.BinOp)) or not parts(node, _SMALL):
        return
    for name in filter(None, (*scope.hyperparameters, scope.count)):
        for op, word in ((ast.Mult(), "multiplied"), (ast.Div(), "divided")):
            yield place(
                "put_in", node, ast.BinOp(node, op, ast.Name(name, ast.Load())), 3,
                f"a value is {word} by another", f"{text(node)} is {word} by {name}")
        decay = scope.hyperparameters.get(name, 0)
        if scope.counts and scope.role(name) == "decay" and isinstance(node, ast.Name) and (
                scope.role(node.id) == "value"):
            power = ast.BinOp(ast.Name(name, ast.Load()), ast.Pow(), ast.Name(COUNT, ast.Load()))
            corrected = ast.BinOp(
                node, ast.Div(), ast.BinOp(ast.Constant(1), ast.Sub(), power))
            yield place("put_in", node, corrected, 3, "a value is divided by another",
                        f"{text(node)} is divided by 1 - {name}**{COUNT}")
        if 0 < decay < 1:
            rest = ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name, ast.Load()))
            yield place(
                "put_in", node, ast.BinOp(rest, ast.Mult(), node), 3,
                "a value is multiplied by another", f"{text(node)} is multiplied by 1 - {name}")


def _sign(node: ast.expr) -> ast.expr:
    """`(x > 0) * x**0 - (x < 0) * x**0`: of numbers, arrays and tensors, in the dtype of x."""
    one = ast.BinOp(node, ast.Pow(), ast.Constant(0))
    above, below = (ast.BinOp(
        ast.Compare(node, [op], [ast.Constant(0)]), ast.Mult(), one)
        for op in (ast.Gt(), ast.Lt()))
    return ast.BinOp(above, ast.Sub(), below)
