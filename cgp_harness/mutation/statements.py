"""Statements left out, in another order, or one that overwrites what it should add to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.source import statements


def left_out_or_moved(tree: ast.FunctionDef) -> Iterator[Change]:
    """A statement left out, or one line and the next exchanged, or one moved to any later line."""
    for block in statements(tree):
        lines = [one for one in block if not isinstance(one, (ast.Return, ast.Pass))]
        for index, one in enumerate(lines):
            what = computed_by(one)
            yield Change("statement_left_out", (Edit(one, _nothing()),), 1.5, Said(
                "a line is left out", f"the line that computes {what} is left out"))
            for later in lines[index + 1:]:
                yield Change("statement_moved", (
                    Edit(one, _nothing()), Edit(later, group(later, one))), 1.5, Said(
                    "a line comes too late",
                    f"{what} is computed after {computed_by(later)}, and belongs before it"))
            for earlier in lines[:index - 1] if index > 1 else ():
                yield Change("statement_moved", (
                    Edit(one, _nothing()), Edit(earlier, group(one, earlier))), 1.5, Said(
                    "a line comes too early",
                    f"{what} is computed before {computed_by(earlier)}, and belongs after it"))


def overwritten(tree: ast.FunctionDef) -> Iterator[Change]:
    """`a = b` for `a += b`, of which the last is kept; and `a -= b`."""
    for block in statements(tree):
        for one in block:
            if not isinstance(one, ast.AugAssign) or not isinstance(one.op, (ast.Add, ast.Sub)):
                continue
            what, other = text(one.target), ast.Sub() if isinstance(one.op, ast.Add) else ast.Add()
            edit = Edit(one, ast.Assign([one.target], one.value))
            yield Change("overwritten", (edit,), 1.5, Said(
                "a sum is overwritten, so that only its last term is left",
                f"{what} is overwritten by {text(one.value)}, which belongs added to it"))
            yield Change("operator", (Edit(one, ast.AugAssign(one.target, other, one.value)),), 2,
                         Said("one operator stands where another belongs",
                              f"{text(one.value)} is {_VERB[type(other)]} {what}"))


_VERB = {ast.Add: "added to", ast.Sub: "taken from"}


def computed_by(statement: ast.stmt) -> str:
    """What a statement computes, for a sentence."""
    targets: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        targets = [statement.target]
    elif isinstance(statement, ast.Return):
        return "the result"
    return ", ".join(map(text, targets)) or text(statement).splitlines()[0]


def _nothing() -> ast.AST:
    return ast.Pass()


def group(*both: ast.stmt) -> ast.AST:
    """Two statements as one: copies, since the one that moves is left out where it was."""
    return ast.If(ast.Constant(True), [copy(one) for one in both], [])
