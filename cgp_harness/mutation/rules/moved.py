"""A factor, a term or a function stands with the gradient instead of with what is made of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.place import Scope
from cgp_harness.mutation.source import alone, expressions, statements
from cgp_harness.mutation.statements import computed_by

Made = Callable[[ast.expr], ast.expr]


def moved_to_gradient(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """`lr`, for one; weight decay; a sign."""
    gradient = scope.names[0]
    blocks = [one for block in statements(tree) for one in block]
    used = {computed_by(one): uses for one in blocks if (uses := [
        node for node in expressions(alone(one)) if isinstance(node, ast.Name)
        and node.id == gradient])}
    for block in statements(tree):
        for statement in block:
            for node in ast.walk(statement):
                for rest, made, general, full in _movable(node, gradient, scope):
                    yield from _moved(node, rest, made, used, Said(general, full))


def _movable(
    node: ast.AST, gradient: str, scope: Scope
) -> Iterator[tuple[ast.expr, Made, str, str]]:
    """What is left of a node, what becomes of the gradient, and how that is said."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for factor, rest in ((node.left, node.right), (node.right, node.left)):
            if isinstance(factor, ast.Name) and factor.id in scope.hyperparameters:
                yield (rest, partial(ast.BinOp, factor, ast.Mult()),
                       "a factor stands with the gradient",
                       f"{factor.id} is multiplied into {gradient}")
    elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        for term, rest in ((node.right, node.left), (node.left, node.right)):
            if isinstance(term, (ast.Name, ast.BinOp)) and not _names(term, gradient):
                yield (rest, partial(ast.BinOp, op=node.op, right=term),
                       "a term stands with the gradient", f"{text(term)} is added to {gradient}")
    elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        if _names(node.args[0], gradient) and isinstance(node.args[0], ast.Name):
            return
        yield (node.args[0], lambda one: ast.Call(node.func, [one], []),
               "a function is taken of the gradient", f"{text(node.func)}() is taken of {gradient}")


def _moved(
    node: ast.AST, rest: ast.expr, made: Made, used: Mapping[str, list[ast.Name]], said: Said
) -> Iterator[Change]:
    """Onto the gradient wherever it is read, or in one statement only."""
    every = [one for uses in used.values() for one in uses]
    for uses, cost, where in (
        (every, 0.0, ""),
        *((uses, 0.5, f", where {name} is computed") for name, uses in used.items()
          if len(used) > 1),
    ):
        on = tuple(Edit(one, made(one)) for one in uses)
        yield Change("moved_to_gradient", (Edit(node, rest), *on), 2 + cost, Said(
            said.general, f"{said.full} instead of {text(rest)}{where}"))
        yield Change("put_on_gradient", on, 2.5 + cost, Said(
            f"{said.general} too", f"{said.full} too{where}"))


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))
