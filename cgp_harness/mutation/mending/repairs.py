"""Changes to a source that is wrong: one that makes it right says what is wrong with it, and where.

They are the changes to a right source seen from the other side (what is left out was too much), and
what such a change may have left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cgp_harness.mutation.change import Change, Edit, Replacement, Said, parents, text
from cgp_harness.mutation.exchanged import exchanged, regrouped
from cgp_harness.mutation.left_out import left_out
from cgp_harness.mutation.mending import (
    compound,
    elsewhere,
    loops,
    operands,
    slips,
    tensors,
)
from cgp_harness.mutation.names import replaced
from cgp_harness.mutation.place import parts
from cgp_harness.mutation.singles import scope_of, singles
from cgp_harness.mutation.source import Source, computed, statements
from cgp_harness.mutation.tensors import over_axes

_LEFT_OUT, _GRADIENT = "is left out", "stands with the gradient"
MENDS: Mapping[str, str] = {
    **{f"{one} {_LEFT_OUT}": f"{one} is too much" for one in (
        "a term", "a factor", "a division", "a power", "a minus", "a function", "a line",
        "a hyperparameter", "a transposition")},
    **{one: one for one in (
        "one operator stands where another belongs", "two operands are exchanged",
        "one function stands where another belongs",
        "one comparison stands where another belongs", "two cases are exchanged",
        "a switch stands the other way round", "parentheses stand in the wrong place",
        "one value stands where another belongs", "two names are exchanged",
        "the steps are counted from another number", "the sign of the step is turned",
        "the wrong value is stored as a state", "the wrong values are stored as state",
        "two states are stored in each other's place")},
    "a state keeps its old value where the new one belongs":
        "a state has its new value where the old one belongs",
    "the state of before stands where the new one belongs":
        "the new state stands where the one of before belongs",
    "one minus a value stands for the value": "a value stands for one minus the value",
    "a value stands for one minus the value": "one minus a value stands for the value",
    "a number is another": "a number is not the right one",
    "a sum is overwritten, so that only its last term is left":
        "something is added to a value where it belongs in its place",
    "an axis is another": "an axis is not the right one",
    "an axis is left out": "an axis is too much",
    "a dimension is not kept": "`keepdim` is too much",
    "the mean has another divisor": "the mean has another divisor",
    "the variance has another divisor": "the variance has another divisor",
    "a line comes too late": "a line comes too early",
    "a line comes too early": "a line comes too late",
    f"a factor {_GRADIENT}": "a factor belongs to the gradient",
    f"a factor {_GRADIENT} too": "a factor of the gradient is missing",
    f"a term {_GRADIENT}": "a term belongs to the gradient",
    f"a term {_GRADIENT} too": "a term of the gradient is missing",
    "a function is taken of the gradient": "a function belongs to the gradient",
    "a function is taken of the gradient too": "a function of the gradient is missing",
}
"""What is said of a change to a right source -> what the same change says of a wrong one."""
_CALLS = ("a square is missing", "a root is missing", "an absolute value is missing")
_MINUS, _INVERSE = "a minus is missing", "a value stands where one over it belongs"
SENTENCES = frozenset((
    *MENDS.values(), *operands.SAID, *elsewhere.SAID, *compound.SAID, *loops.SAID, *slips.SAID,
    *tensors.SAID, *_CALLS, _MINUS, _INVERSE))
"""All that can be said of a wrong source."""
_SEVERAL = 0.3
"""What it costs more to make a change in several functions."""
_VOID = 1.0
"""What it costs more to compare a value with itself, or to subtract it from itself: by accident
that may be right."""
_LEFT_OUT_FIRST, _THEN_REPLACED, _THEN_PUT_IN = range(3)


def repairs(source: Source) -> list[Change]:
    """Every change that may make it right, the simplest first.

    What leaves something out comes first, then what replaces something, then what puts something
    in; of these what costs least, then with the fewest nodes, then the last: what scales or turns a
    step may stand in many a line, and is looked for where the step is made.
    """
    each = singles(source, (left_out, exchanged, regrouped, replaced, over_axes))
    found = [
        replace(one, said=Said(said, said)) for one in (*each, *_in_several(source, each))
        if (said := MENDS.get(one.said.general)) and not _is_one_minus(one)]
    arrays = tensors.arrays_of([*source.functions()])
    for tree in source.functions():
        scope = scope_of(source, tree)
        for operator in (slips.slips, compound.too_much, compound.misplaced, compound.overwritten,
                         compound.missing, elsewhere.elsewhere, operands.operands_put_in):
            found += operator(tree, scope)
        found += elsewhere.lines_elsewhere(tree)
        found += _calls_put_in(tree)
        found += loops.loops(tree)
        found += tensors.own_functions(tree, scope)
        found += tensors.reductions(tree, arrays)
        if arrays.have_axes and not source.hyperparameters:
            found += tensors.wrapped(tree, scope, arrays)
    found += _put_in_several(source, [one for one in found if one.operator == "put_in"])
    above, sizes = parents(source.trees), dict[int, int]()
    for root in source.trees:
        _sized(root, sizes)
    return sorted(found, key=lambda one: _order(one, above, sizes))


def _in_several(source: Source, each: Sequence[Change]) -> Iterator[Change]:
    """The same change in two functions or more: who errs in forward may err in backward."""
    within = _function_of(source)
    by_same: dict[tuple[str, str], dict[int, Change]] = {}
    for one in each:
        place = within.get(id(one.edits[0].node))
        if place is not None:
            by_same.setdefault((one.operator, one.said.full), {}).setdefault(place, one)
    for same in by_same.values():
        if len(same) > 1:
            first, *others = same.values()
            edits = tuple(edit for one in (first, *others) for edit in one.edits)
            yield replace(first, edits=edits, cost=first.cost + _SEVERAL)


def _put_in_several(source: Source, each: Sequence[Change]) -> Iterator[Change]:
    """What is put in at a place of one function, at the places of another that look alike."""
    within, above = _function_of(source), parents(source.trees)
    looks: dict[int, tuple[str, str]] = {}
    where: dict[tuple[str, str], set[int]] = {}
    for node in (one.edits[0].node for one in each):
        if id(node) not in looks:
            around = above[id(node)]
            look = text(around) if isinstance(around, ast.expr) else "", text(node)
            looks[id(node)] = look
            where.setdefault(look, set()).add(within[id(node)])
    by_same: dict[tuple[str, tuple[str, str], str], list[Change]] = {}
    for one in each:
        [edit] = one.edits
        look = looks[id(edit.node)]
        if len(where[look]) > 1 and isinstance(edit.by, ast.AST):
            by_same.setdefault((one.said.general, look, text(edit.by)), []).append(one)
    for same in by_same.values():
        if len({within[id(one.edits[0].node)] for one in same}) > 1:
            edits = tuple(edit for one in same for edit in one.edits)
            yield replace(same[0], edits=edits, cost=same[0].cost + _SEVERAL)


def _function_of(source: Source) -> Mapping[int, int]:
    """The number of the function that each node is in."""
    return {id(node): number for number, tree in enumerate(source.functions())
            for node in ast.walk(tree)}


def _is_one_minus(change: Change) -> bool:
    """`1 - b` without the one, where that has an operator of its own."""
    node = change.edits[0].node
    return change.operator == "left_out" and isinstance(node, ast.BinOp) and isinstance(
        node.op, ast.Sub) and isinstance(node.left, ast.Constant) and (
        change.edits[0].by is node.right) and parts(node, 3)


def _order(
    change: Change, above: Mapping[int, ast.AST | None], sizes: Mapping[int, int]
) -> tuple[int, float, int, int]:
    said = change.said.general
    kind = (_LEFT_OUT_FIRST if said.endswith("too much") else
            _THEN_PUT_IN if said.endswith("missing") or said == _INVERSE else _THEN_REPLACED)
    nodes = sum(abs(_size(one.by, sizes) - _size(one.node, sizes)) for one in change.edits)
    # `x * (1 - y)` with y left out is `x * 1`: rather without the factor.
    bare = kind == _LEFT_OUT_FIRST and isinstance(change.edits[0].by, ast.Constant)
    cost = change.cost + 0.5 * bare + _VOID * any(_is_void(one, above) for one in change.edits)
    return kind, cost, nodes, -max(lines(change), default=0)


def _is_void(edit: Edit, above: Mapping[int, ast.AST | None]) -> bool:
    """Whether it stands beside itself then: `b != b`, `x - x`."""
    within = above.get(id(edit.node))
    sides: list[ast.expr] = []
    if isinstance(within, ast.Compare):
        sides = [within.left, *within.comparators]
    elif isinstance(within, ast.BinOp) and isinstance(within.op, (ast.Sub, ast.Div)):
        sides = [within.left, within.right]
    return any(side is not edit.node and isinstance(edit.by, type(side)) and isinstance(
        edit.by, ast.AST) and text(edit.by) == text(side) for side in sides)


def _sized(node: ast.AST, sizes: dict[int, int]) -> int:
    """How many nodes it has; of each of them that is kept by its `id`."""
    sizes[id(node)] = size = 1 + sum(_sized(one, sizes) for one in ast.iter_child_nodes(node))
    return size


def _size(what: Replacement, sizes: Mapping[int, int]) -> int:
    """How many nodes it has; `sizes`: of those that stand in the source, most of what is put in."""
    return sum(
        sizes.get(id(one)) or 1 + _size([*ast.iter_child_nodes(one)], sizes)
        for one in ([what] if isinstance(what, ast.AST) else what))


def lines(change: Change) -> tuple[int, ...]:
    """Where in the file a change is made; of lines that move, where they are now."""
    edits = change.edits[:-1] if change.operator == "statement_moved" else change.edits
    return tuple(sorted({line for one in edits if (line := getattr(one.node, "lineno", 0))}))


def _calls_put_in(tree: ast.FunctionDef) -> Iterator[Change]:
    """A square, a root, an absolute value, a minus, one over a value."""
    for block in statements(tree):
        for statement in block:
            for node in computed(statement):
                if isinstance(node, (ast.Name, ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)):
                    yield from _around(node)


def _around(node: ast.expr) -> Iterator[Change]:
    two, half, one = ast.Constant(2), ast.Constant(0.5), ast.Constant(1)
    for said, by in zip((*_CALLS, _MINUS, _INVERSE), (
        ast.BinOp(node, ast.Pow(), two), ast.BinOp(node, ast.Pow(), half),
        ast.Call(ast.Name("abs", ast.Load()), [node], []), ast.UnaryOp(ast.USub(), node),
        ast.BinOp(one, ast.Div(), node),
    ), strict=True):
        yield Change("put_in", (Edit(node, by),), 3, Said(said, said))
