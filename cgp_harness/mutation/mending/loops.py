"""Loops that go the wrong way, sums that are overwritten in them, values in the wrong order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import Change, Edit, Said
from cgp_harness.mutation.statements import group

OVERWRITTEN = "a value is overwritten where something belongs to it"
BACKWARD = "a loop goes the wrong way"
ORDER = "two values stand in each other's place"
EARLY = "`return` stands in a loop, and ends it in its first round"
SAID = (OVERWRITTEN, BACKWARD, ORDER, EARLY)


def loops(tree: ast.FunctionDef) -> Iterator[Change]:
    """`a[i] += b` for `a[i] = b`, `reversed(y)` for `y` in loops and the reverse, `(b, a)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(
                node.targets[0], (ast.Subscript, ast.Attribute)):
            yield _one(OVERWRITTEN, node, ast.AugAssign(node.targets[0], ast.Add(), node.value))
        elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and (
                len(node.elts) == 2):
            yield _one(ORDER, node, ast.Tuple(node.elts[::-1], ast.Load()))
        elif isinstance(node, ast.For):
            yield from _returned_after(node)
            taken = node.iter
            if isinstance(taken, ast.Call) and isinstance(taken.func, ast.Name) and (
                    taken.func.id == "reversed" and len(taken.args) == 1):
                yield _one(BACKWARD, taken, taken.args[0])
            else:
                every = ast.Call(ast.Name("list", ast.Load()), [taken], [])
                yield _one(BACKWARD, taken, ast.Call(
                    ast.Name("reversed", ast.Load()), [every], []))


def _returned_after(loop: ast.For) -> Iterator[Change]:
    """The `return` at the end of a loop, or of one that ends it, below the loop."""
    last: ast.stmt = loop
    while isinstance(last, ast.For):
        last = last.body[-1]
    if isinstance(last, ast.Return):
        edits = (Edit(last, ast.Pass()), Edit(loop, group(loop, last)))
        yield Change("statement_moved", edits, 1.5, Said(EARLY, EARLY))


def _one(said: str, node: ast.AST, by: ast.AST) -> Change:
    return Change("loop", (Edit(node, by),), 1.5, Said(said, said))
