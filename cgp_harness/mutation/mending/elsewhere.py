"""Something stands in the wrong place: a factor, a term, a power, some lines."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from cgp_harness.mutation.change import Change, Edit, Said, parents
from cgp_harness.mutation.mending.operands import PRODUCT, SUM, is_value
from cgp_harness.mutation.place import Scope, parts
from cgp_harness.mutation.source import computed, statements
from cgp_harness.mutation.statements import group

FACTOR, TERM, POWER = (f"a {one} stands in the wrong place" for one in ("factor", "term", "power"))
EARLY, LATE = "some lines come too early", "some lines come too late"
SAID = (FACTOR, TERM, POWER, EARLY, LATE)
_COST, _SMALL = 2.5, 9


@dataclass(frozen=True, eq=False)
class _Movable:
    """A node, what is left of it, and what it makes of a value elsewhere."""

    said: str
    node: ast.expr
    rest: ast.expr
    on: Callable[[ast.expr], ast.expr]


def elsewhere(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """Each factor, term and power, at every other value."""
    above = parents(tree)
    values = [node for block in statements(tree) for one in block
              for node in computed(one) if is_value(node, above, scope)]
    for one in (movable for node in values for movable in _movable(node)):
        inside = {id(node) for node in ast.walk(one.rest)} - {id(one.rest)}
        taken = {id(node) for node in ast.walk(one.node)} - inside
        for target in values:
            if id(target) in taken or _is(above.get(id(target)), one.said):
                continue
            edits = (Edit(one.node, one.rest), Edit(target, one.on(target)))
            yield Change("elsewhere", edits, _COST, Said(one.said, one.said))


def lines_elsewhere(tree: ast.FunctionDef) -> Iterator[Change]:
    """Two lines or more above or below as many; a single one has an operator of its own."""
    for block in statements(tree):
        lines = [one for one in block if not isinstance(one, (ast.Return, ast.Pass))]
        for begin, middle, end in combinations(range(len(lines) + 1), 3):
            if min(middle - begin, end - middle) > 1:
                yield _exchanged(lines[begin:middle], lines[middle:end])


def _exchanged(first: list[ast.stmt], second: list[ast.stmt]) -> Change:
    """The shorter part moves."""
    if len(first) <= len(second):
        said, moved, other, all_of_it = EARLY, first, second[-1], [second[-1], *first]
    else:
        said, moved, other, all_of_it = LATE, second, first[0], [*second, first[0]]
    edits = (*(Edit(one, ast.Pass()) for one in moved), Edit(other, group(*all_of_it)))
    return Change("statement_moved", edits, _COST, Said(said, said))


def _movable(node: ast.expr) -> Iterator[_Movable]:
    kinds = ((FACTOR, PRODUCT), (TERM, SUM), (POWER, (ast.Pow,)))
    said = next((said for said, ops in kinds if isinstance(node, ast.BinOp) and isinstance(
        node.op, ops)), "")
    if not said or not isinstance(node, ast.BinOp):
        return
    sides = [(node.right, node.left), (node.left, node.right)]
    for small, rest in sides[:1 + isinstance(node.op, (ast.Mult, ast.Add))]:
        if parts(small, _SMALL):
            yield _Movable(said, node, rest, partial(_binary, op=node.op, right=small))


def _binary(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, op, right)


def _is(within: ast.AST | None, said: str) -> bool:
    """Whether a value is part of a product, of a sum or of a power."""
    kinds = {FACTOR: PRODUCT, TERM: SUM, POWER: (ast.Pow,)}[said]
    return isinstance(within, ast.BinOp) and isinstance(within.op, kinds)
