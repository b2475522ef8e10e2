"""A term or a factor joins a value too late, or too early: decay after the norm, not before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.place import factors, parts, product
from cgp_harness.mutation.source import alone, expressions, statements
from cgp_harness.mutation.statements import computed_by

_SMALL, _COST = 9, 2.5
_WORDS = {ast.Add: "the term", ast.Sub: "the term", ast.Mult: "the factor",
          ast.Div: "the division by"}


def late_or_early(tree: ast.FunctionDef) -> Iterator[Change]:
    """From where a name gets its value into one statement below that reads it; and back."""
    for block in statements(tree):
        for index, statement in enumerate(block):
            if not isinstance(statement, ast.Assign) or not isinstance(
                    statement.targets[0], ast.Name):
                continue
            name, value = statement.targets[0].id, statement.value
            for later in block[index + 1:]:
                reads = [node for node in expressions(alone(later))
                         if isinstance(node, (ast.Name, ast.BinOp))]
                yield from _late(name, value, reads, later)
                yield from _early(name, value, reads, later)
                if _gives(later, name):
                    break


def _late(
    name: str, value: ast.expr, reads: list[ast.Name | ast.BinOp], later: ast.stmt
) -> Iterator[Change]:
    """`r = a + b` and `c * r` as `r = a` and `c * (r + b)`, or `c * r + b`."""
    for rest, op, part in _joined(value):
        for node in reads:
            for by in _with(node, name, op, part):
                yield Change("late", (Edit(value, rest), Edit(node, by)), _COST, Said(
                    "something joins a value too late", f"{_WORDS[type(op)]} {text(part)} joins "
                    f"only in {text(by)}, where {computed_by(later)} is computed"))


def _early(
    name: str, value: ast.expr, reads: list[ast.Name | ast.BinOp], later: ast.stmt
) -> Iterator[Change]:
    """`u = f(a, b)` and `u + c` as `u = f(a, b + c)` and `u`."""
    inner = value.args if isinstance(value, ast.Call) else (
        [value.left, value.right] if isinstance(value, ast.BinOp) else [])
    for node in reads:
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Name) and (
                node.left.id == name and type(node.op) in _WORDS and parts(node.right, _SMALL)):
            for target in (value, *inner):
                by = ast.BinOp(target, node.op, node.right)
                yield Change("early", (Edit(node, node.left), Edit(target, by)), _COST, Said(
                    "something joins a value too early",
                    f"{_WORDS[type(node.op)]} {text(node.right)} joins already in {text(by)}, "
                    f"before {computed_by(later)} is computed"))


def _joined(value: ast.expr) -> Iterator[tuple[ast.expr, ast.operator, ast.expr]]:
    """What is left of a sum, product or quotient, and what has joined it."""
    if isinstance(value, ast.BinOp) and type(value.op) in _WORDS:
        if parts(value.right, _SMALL):
            yield value.left, value.op, value.right
        if isinstance(value.op, (ast.Add, ast.Mult)) and parts(value.left, _SMALL):
            yield value.right, value.op, value.left


def _with(
    node: ast.Name | ast.BinOp, name: str, op: ast.operator, part: ast.expr
) -> Iterator[ast.expr]:
    """A name, or a product of which it is the last factor, with a part: of some of the factors."""
    if isinstance(node, ast.Name):
        if node.id == name:
            yield ast.BinOp(node, op, part)
        return
    found = factors(node)
    if len(found) < 2 or not isinstance(found[-1], ast.Name) or found[-1].id != name:
        return
    if isinstance(op, (ast.Add, ast.Sub)):
        for cut in range(len(found) - 1):
            inner = ast.BinOp(product(found[cut:]), op, part)
            yield product([*found[:cut], inner])


def _gives(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == name for one in statement.targets)
