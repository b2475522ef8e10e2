"""What goes wrong in a derivative while the value is right: only torch's own derivative shows it.

Each puts in what is worth nothing, such as `x - x.detach()`, whose derivative is not nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, factors, parts, place, product

CONSTANT_TAKEN, DERIVATIVE = "constant_taken", "derivative"
"""The operators."""
_SMALL, _LARGER = 12, 24
"""Nodes of what is taken for a constant; of what has a wrong derivative."""


def detached(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A value that depends on an input, as if it did not: the mean that is subtracted, for one."""
    if isinstance(node, (ast.Name, ast.BinOp, ast.Call)) and parts(node, _SMALL) and (
            _depends(node, scope)):
        yield place(
            CONSTANT_TAKEN, node, _constant(node, scope), 1.5, "a value is taken for a constant",
            f"{text(node)} is taken for a constant")


def derived(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """The sign of a derivative; an inner or an outer one; a factor of that of a product."""
    if isinstance(node, (ast.BinOp, ast.Call)) and parts(node, _LARGER) and _depends(node, scope):
        twice = ast.BinOp(ast.Constant(2), ast.Mult(), _constant(node, scope))
        turned = ast.BinOp(twice, ast.Sub(), node)
        yield place(DERIVATIVE, node, turned, 2, "a derivative has the wrong sign",
                    f"the derivative of {text(node)} has the wrong sign")
        for inner in _inside(node, scope):
            by = ast.BinOp(_constant(node, scope), ast.Add(), _nothing(inner, scope))
            yield place(DERIVATIVE, node, by, 2, "a derivative is left out, as if it were 1",
                        f"the derivative of {text(node)} by {text(inner)} is left out, as if it "
                        "were 1")
    yield from _of_product(node, scope)


def _of_product(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Each factor left out in the derivative by each other one."""
    found = factors(node)
    if len(found) < 2:
        return
    for i, one in enumerate(found):
        for j, other in enumerate(found):
            if i == j or not _depends(one, scope) or not (
                    _depends(other, scope) or isinstance(other, (ast.Name, ast.Attribute))):
                continue
            whole = product([_constant(each, scope) if k == i else each
                              for k, each in enumerate(found)])
            rest = product([_nothing(each, scope) if k == i else _constant(each, scope)
                             for k, each in enumerate(found) if k != j])
            yield place(DERIVATIVE, node, ast.BinOp(whole, ast.Add(), rest), 2,
                        "a factor is left out in the derivative of a product",
                        f"the factor {text(other)} is left out in the derivative by {text(one)}")


def _inside(node: ast.BinOp | ast.Call, scope: Scope) -> Iterator[ast.expr]:
    """That of which a function of one value is, or which a number scales."""
    if isinstance(node, ast.Call):
        if len(node.args) == 1 and not node.keywords and _depends(node.args[0], scope):
            yield node.args[0]
    elif not isinstance(node.op, (ast.Add, ast.Sub)):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if _depends(one, scope) and not _depends(other, scope):
                yield one


def _depends(node: ast.expr, scope: Scope) -> bool:
    return any(isinstance(one, ast.Name) and one.id in scope.names for one in ast.walk(node))


def _constant(node: ast.expr, scope: Scope) -> ast.expr:
    if not _depends(node, scope):
        return node
    return ast.Call(ast.Attribute(node, "detach", ast.Load()), [], [])


def _nothing(node: ast.expr, scope: Scope) -> ast.expr:
    return ast.BinOp(node, ast.Sub(), _constant(node, scope))
