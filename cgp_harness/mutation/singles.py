"""All single changes of a source, the simplest first.

A change is made at one place, in a whole statement, everywhere, and wherever the code looks alike:
who leaves out one of Adam's corrections may have left out the other.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from types import ModuleType

from cgp_harness.mutation.change import Change, Edit, Replacement, Said, text
from cgp_harness.mutation.exchanged import exchanged, regrouped
from cgp_harness.mutation.guarded import guarded
from cgp_harness.mutation.in_time import late_or_early
from cgp_harness.mutation.left_out import left_out
from cgp_harness.mutation.names import exchanged_names, replaced
from cgp_harness.mutation.place import Place, Scope, parts
from cgp_harness.mutation.put_in import called, multiplied, put_in
from cgp_harness.mutation.relatives import relatives
from cgp_harness.mutation.rules.afterwards import afterwards
from cgp_harness.mutation.rules.corrected import corrected
from cgp_harness.mutation.rules.first_step import in_some_steps
from cgp_harness.mutation.rules.moved import moved_to_gradient
from cgp_harness.mutation.rules.returned import returned
from cgp_harness.mutation.source import (
    BEFORE,
    COUNT,
    Source,
    alone,
    arguments,
    assigned,
    containers,
    expressions,
    statements,
)
from cgp_harness.mutation.statements import computed_by, left_out_or_moved, overwritten
from cgp_harness.mutation.tensors import flipped, in_order, over_axes

Operator = Callable[[ast.expr, Scope], Iterator[Place]]
OPERATORS: Sequence[Operator] = (
    left_out, exchanged, regrouped, replaced, put_in, multiplied, called, relatives,
    guarded, over_axes, in_order, flipped)
_STEP = 0.1
"""What it costs more to make a change at several places, however many: it is one mistake."""
_SMALL = 7
"""Nodes of a value that may stand in the place of another."""
_NAMES = ("name", "fixed", "count", "one_minus", "before")
"""These are meant everywhere, and only one place is the rarer mistake."""


def singles(source: Source, operators: Sequence[Operator] = OPERATORS) -> list[Change]:
    """Every change, by cost; two may do the same.

    Args:
        operators: of single expressions, besides what is done to names, statements and results.
    """
    found: list[Change] = []
    for tree in source.functions():
        scope = scope_of(source, tree)
        found += _repeated([
            (statement, one) for block in statements(tree) for statement in block
            for node in expressions(alone(statement)) if not _is_module(node, source)
            for operator in operators
            for one in operator(node, scope)])
        found += exchanged_names(tree, scope)
        found += left_out_or_moved(tree)
        found += late_or_early(tree)
        found += overwritten(tree)
        if source.rule and tree is source.trees[0] and scope.names:
            found += returned(tree, scope)
            found += moved_to_gradient(tree, scope)
            found += afterwards(tree)
            found += corrected(tree, scope)
            found += in_some_steps(found)
    if source.rule:
        return sorted((_asking(source, one) for one in found), key=lambda one: one.cost)
    return sorted(found, key=lambda one: (one.cost, -_taken_out(one)))


def _is_module(node: ast.expr, source: Source) -> bool:
    """`np` of `np.exp`, which is no value."""
    return isinstance(node, ast.Name) and isinstance(source.names.get(node.id), ModuleType)


def _asking(source: Source, change: Change) -> Change:
    """A change that puts in what the rule is not given is given it."""
    if change.operator not in ("put_in", "first_step"):
        return change
    asked = [one for edit in change.edits if isinstance(edit.by, ast.AST)
             for one in source.asked_for(edit.by)]
    return replace(change, edits=(*change.edits, *asked[:1])) if asked else change


def _taken_out(change: Change) -> int:
    """How much is left out: a term that is 0 is left out itself, rather than a factor of it."""
    if change.operator != "left_out":
        return 0
    return sum(_size(one.node) - _size(one.by) for one in change.edits)


def _size(part: Replacement) -> int:
    nodes = part if isinstance(part, Sequence) else [part]
    return sum(1 for node in nodes for _ in ast.walk(node))


def scope_of(source: Source, tree: ast.FunctionDef) -> Scope:
    """What may be named in one of its functions."""
    own = tree is source.trees[0]
    state = source.state if own else ()
    local = [name for name in assigned(tree) if not name.startswith(BEFORE)]
    held = containers(tree)
    names = dict.fromkeys(name for name in (
        *arguments(tree), *local, *(BEFORE + name for name in state)) if name not in held)
    known = {name: value for name, value in source.hyperparameters.items() if name in names}
    items = tuple(name for name in source.hyperparameters if name not in known)
    functions = {} if source.rule else {text(one.func): one.func for one in _calls(source)}
    return Scope(
        tuple(names), known, state, held, items, functions, source.constants,
        COUNT if source.rule and COUNT in names else "",
        tuple(_made(tree)) if source.rule else (), source.rule and own)


def _made(tree: ast.FunctionDef) -> Iterator[ast.expr]:
    """Small values that a function computes, each once."""
    seen = set[str]()
    for block in statements(tree):
        for node in (node for one in block for node in expressions(alone(one))):
            made = isinstance(node, ast.Call) or (
                isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Pow)))
            if made and parts(node, _SMALL) and text(node) not in seen:
                seen.add(text(node))
                yield node


def _calls(source: Source) -> Iterator[ast.Call]:
    """Of functions of modules, with one value: `np.exp(x)`."""
    names = {name for tree in source.functions() for name in (*arguments(tree), *assigned(tree))}
    for tree in source.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and (
                    isinstance(node.func, ast.Attribute)) and isinstance(
                    node.func.value, ast.Name) and node.func.value.id not in {"ctx", *names}:
                yield node


def _repeated(places: list[tuple[ast.stmt, Place]]) -> Iterator[Change]:
    by_same: dict[str, list[tuple[ast.stmt, Place]]] = {}
    by_alike: dict[str, list[Place]] = {}
    for statement, one in places:
        by_same.setdefault(one.same, []).append((statement, one))
        if one.alike:
            by_alike.setdefault(one.alike, []).append(one)
    said = Counter(group[0][1].said.full for group in by_same.values())
    for group in by_same.values():
        every = [one for _, one in group]
        if len(group) == 1:
            [(statement, one)] = group
            alone = said[one.said.full] == 1
            yield _change(every, 0.0, "" if alone else _where(statement))
            continue
        yield _change(every, -_STEP if every[0].operator in _NAMES else _STEP)
        for statement, one in group:
            yield _change([one], 0.0, _where(statement))
        for statement, within in groupby(group, key=lambda each: each[0]):
            several = [one for _, one in within]
            if 1 < len(several) < len(group):
                yield _change(several, _STEP, _where(statement))
    for alike in by_alike.values():
        if len({one.same for one in alike}) > 1:
            yield _change(alike, 2 * _STEP)


def _where(statement: ast.stmt) -> str:
    if ".save_for_backward(" in ast.unparse(statement):
        return ", where it is saved"
    return f", where {computed_by(statement)} is computed"


def _change(places: list[Place], further: float, where: str = "") -> Change:
    first = places[0]
    full = ", and ".join(dict.fromkeys(one.said.full for one in places))
    return Change(
        first.operator, tuple(Edit(one.node, one.by) for one in places), first.cost + further,
        Said(first.said.general, full + where))
