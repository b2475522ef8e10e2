"""What a derivative takes for a constant: only torch's own derivative of an answer shows it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, parts, place

CONSTANT_TAKEN = "constant_taken"
"""The operator."""
_SMALL = 12
"""Nodes of what is taken for a constant."""


def detached(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """A value that depends on an input, as if it did not: the mean that is subtracted, for one."""
    if isinstance(node, (ast.Name, ast.BinOp, ast.Call)) and parts(node, _SMALL) and any(
            isinstance(one, ast.Name) and one.id in scope.names for one in ast.walk(node)):
        by = ast.Call(ast.Attribute(node, "detach", ast.Load()), [], [])
        yield place(CONSTANT_TAKEN, node, by, 1.5, "a value is taken for a constant",
                    f"{text(node)} is taken for a constant")
