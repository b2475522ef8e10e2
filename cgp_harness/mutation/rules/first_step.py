"""What is wrong in the first step alone, or in all others: a case for k = 1 that should be none."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from cgp_harness.mutation.change import Change, Edit, Said
from cgp_harness.mutation.source import COUNT

_COST, _LIKELY = 1.6, 1.5
"""What it costs more; what a change costs at most of which it is looked for."""


def in_some_steps(changes: Iterable[Change]) -> Iterator[Change]:
    """Of these what is left out, if that is likely, in the first step only, or in all but
    the first."""
    for one in changes:
        if one.operator == "left_out" and one.cost <= _LIKELY and all(
                isinstance(edit.node, ast.expr) for edit in one.edits):
            for op, where in ((ast.Eq(), "in the first step"), (ast.Gt(), "from step 2 on")):
                yield Change("first_step", tuple(_in(edit, op) for edit in one.edits),
                             one.cost + _COST, Said(
                    f"{one.said.general}, {where}", f"{one.said.full}, {where}"))


def _in(edit: Edit, op: ast.cmpop) -> Edit:
    assert isinstance(edit.node, ast.expr)
    assert isinstance(edit.by, ast.expr)
    when = ast.Compare(ast.Name(COUNT, ast.Load()), [op], [ast.Constant(1)])
    return Edit(edit.node, ast.IfExp(when, edit.by, edit.node))
