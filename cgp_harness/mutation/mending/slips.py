"""Slips of the hand: a line that is no assignment and was meant for one, `=+` for `+=`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import Change, Edit, Said
from cgp_harness.mutation.place import Scope
from cgp_harness.mutation.source import statements

COMPARED = "a comparison stands alone as a statement: `=` is meant"
TYPED = "`:` stands where `=` is meant"
NOT_KEPT = "a line computes something, and nothing keeps it"
ADDED, SUBTRACTED = "`=+` stands where `+=` is meant", "`=-` stands where `-=` is meant"
SAID = (COMPARED, TYPED, NOT_KEPT, ADDED, SUBTRACTED)
_COST = 0.5
_OTHER = frozenset(
    b"return if elif for while with def class import from raise del assert global".split())
_SIGNS = (b"+", b"-", b"*", b"/", b"@", b"(")
_COMPUTED = (ast.BinOp, ast.UnaryOp, ast.Call)


def slips(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """Each by itself; and all comparisons at once, since who writes `==` once does so again."""
    names = dict.fromkeys((*scope.state, *(
        node.id for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))))
    compared: list[Edit] = []
    for block in statements(tree):
        for one in block:
            if assigned := _compared(one):
                compared.append(Edit(one, assigned))
                yield _said(COMPARED, compared[-1])
            elif isinstance(one, ast.AnnAssign) and one.value is None:
                yield _said(TYPED, Edit(one, ast.Assign([one.target], one.annotation)))
            elif isinstance(one, ast.Expr) and isinstance(one.value, _COMPUTED):
                for name in names:
                    yield _said(NOT_KEPT, Edit(one, _assigned(name, one.value)))
            elif isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name):
                yield from _turned(one, one.targets[0])
    if len(compared) > 1:
        yield _said(COMPARED, *compared)


def may_be_in(source: bytes) -> bool:
    """Whether a line may be one of them, by its letters: a grader parses nothing of a submission's.
    """
    return any(_looks_like_one(line.strip()) for line in source.splitlines() if line[:1].isspace())


def _looks_like_one(line: bytes) -> bool:
    if line.split(None, 1)[:1] and line.split(None, 1)[0] in _OTHER:
        return False
    if b"=" in line:
        return any(one in line for one in (b"==", b"=+", b"=-", b"= +", b"= -"))
    typed = b":" in line and not line.endswith(b":")
    return typed or any(sign in line for sign in _SIGNS)


def _compared(statement: ast.stmt) -> ast.Assign | None:
    """`v == x` as `v = x`."""
    found = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(found, ast.Compare) and isinstance(found.left, ast.Name) and (
            len(found.ops) == 1 and isinstance(found.ops[0], ast.Eq)):
        return _assigned(found.left.id, found.comparators[0])
    return None


def _assigned(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _turned(statement: ast.Assign, target: ast.Name) -> Iterator[Change]:
    """`v =+ a * b` as `v += a * b`: the sign belongs to the first operand."""
    first = statement.value
    while isinstance(first, ast.BinOp):
        first = first.left
    if isinstance(first, ast.UnaryOp) and isinstance(first.op, (ast.UAdd, ast.USub)):
        said, sign = (ADDED, ast.Add()) if isinstance(first.op, ast.UAdd) else (
            SUBTRACTED, ast.Sub())
        value = _without(statement.value, first)
        yield _said(said, Edit(statement, ast.AugAssign(target, sign, value)))


def _without(value: ast.expr, sign: ast.UnaryOp) -> ast.expr:
    """An expression without the sign of its first operand."""
    if isinstance(value, ast.BinOp):
        return ast.BinOp(_without(value.left, sign), value.op, value.right)
    return sign.operand


def _said(said: str, *edits: Edit) -> Change:
    return Change("slip", edits, _COST, Said(said, said))
