"""An operand that is missing: a factor, a divisor, a term or an exponent, made of what is in scope.

What computes the same is tried once: a factor stands at the whole of a product, a term at the whole
of a sum.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from cgp_harness.mutation.change import Change, Edit, Said, parents, text
from cgp_harness.mutation.place import Scope, parts
from cgp_harness.mutation.source import (
    BEFORE,
    COUNT,
    alone,
    arguments,
    computed,
    expressions,
    statements,
)

_VALUES = (ast.Name, ast.BinOp, ast.Call, ast.Subscript, ast.Attribute, ast.UnaryOp)
PRODUCT, SUM = (ast.Mult, ast.Div), (ast.Add, ast.Sub)
_FACTOR, _DIVISION, _TERM, _POWER = (
    f"a {one} is missing" for one in ("factor", "division", "term", "power"))
_NUMBER, _SHARE = (
    "a number stands where a value belongs", "a value stands for one minus the value")
_COST = 3.0
_MODULES = frozenset(("math", "np", "numpy", "torch"))
_OWN = ("self", "ctx")
"""Whose attributes are values."""
_DECAY = 0.1
"""The least default of a decay: 0.9, 0.999."""
_FOREIGN, _COPY, _EARLY, _BESIDE = 0.1, -0.15, 1e-5, 0.2
"""A decay stands rather where it stands already; a correction, where one value is called another.
"""
NUMBERS, SMALL = (ast.Constant(0.5), ast.Constant(2)), (1e-5, 1e-6, 1e-8, 1e-12)
"""Factors that are forgotten, and terms under a root, where no argument has one."""
SAID = (_FACTOR, _DIVISION, _TERM, _POWER, _NUMBER, _SHARE)


@dataclass(frozen=True, eq=False)
class Operand:
    """What may be put in; below which line it has a value, and what it adds to the cost.

    `early`: it stands rather in an early line, as the weights of an average do.
    """

    node: ast.expr
    line: int
    cost: float = 0.0
    early: bool = False


def operands_put_in(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """At every value of a function that is no part of a larger product or sum.

    Within an expression a term is a hyperparameter, like eps; beside a whole one anything.
    """
    above = parents(tree)
    read = _read(expressions(tree))
    named, shares, products = (
        list(made(tree, scope)) for made in (values, _shares, _products))
    powers = counts(tree, scope)
    small = [one for one in named if _is_hyperparameter(one.node, scope)]
    if not scope.hyperparameters:
        small += [Operand(ast.Constant(size), 0, 0.3) for size in SMALL]
    for block in statements(tree):
        for statement in block:
            known = partial(_known, statement=statement, elsewhere=read - _read(
                expressions(alone(statement))))
            for node in computed(statement):
                within = above.get(id(node))
                if _is_number(node):
                    for one in known([*named, *shares]):
                        yield _put_in(node, one.node, _NUMBER, one.cost)
                if not is_value(node, above, scope):
                    continue
                if not (isinstance(within, ast.BinOp) and isinstance(within.op, PRODUCT)):
                    yield from _factors(node, known([*named, *shares]), _COPY * (
                        isinstance(within, ast.Assign) and not isinstance(node, ast.BinOp)))
                    for number in NUMBERS:
                        yield _put_in(node, ast.BinOp(number, ast.Mult(), node), _FACTOR, -0.05)
                if not (isinstance(within, ast.BinOp) and isinstance(within.op, SUM)):
                    whole = isinstance(within, (ast.stmt, ast.Tuple))
                    yield from _terms(node, known([*named, *products] if whole else small))
                if parts(node, 3):
                    for count in powers:
                        yield _put_in(node, ast.BinOp(node, ast.Pow(), count), _POWER, 0.0)


def _factors(node: ast.expr, operands: list[Operand], further: float) -> Iterator[Change]:
    for one in operands:
        cost = one.cost + further
        yield _put_in(node, ast.BinOp(one.node, ast.Mult(), node), _FACTOR, cost)
        yield _put_in(node, ast.BinOp(node, ast.Div(), one.node), _DIVISION, cost)


def _terms(node: ast.expr, operands: list[Operand]) -> Iterator[Change]:
    for one in (*operands, Operand(ast.Constant(1), 0, 0.1)):
        for op in (ast.Add(), ast.Sub()):
            yield _put_in(node, ast.BinOp(node, op, one.node), _TERM, one.cost)
    yield _put_in(node, share(node), _SHARE, 0.1)


def values(tree: ast.FunctionDef, scope: Scope) -> list[Operand]:
    """Names, and items and attributes that are read: `group["lr"]`, `p.grad`.

    Hyperparameters first, then the gradient and the step number, then what is made of them.
    """
    known = _first_lines(tree)
    found = {name: Operand(ast.Name(name, ast.Load()), known.get(name, 0), _cost_of(name, scope))
             for name in scope.names}
    for node in expressions(tree):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and parts(node, 3) and (
                _root(node) in (*scope.names, *scope.held, *_OWN)):
            found.setdefault(text(node), Operand(node, node.lineno - 1))
    for node in (*(name_of(one) for one in scope.constants), *_constant(tree)):
        found.setdefault(text(node), Operand(node, 0, _BESIDE))
    for group, line in _groups(tree):
        for name in scope.items:
            item = ast.Subscript(ast.Name(group, ast.Load()), ast.Constant(name), ast.Load())
            found.setdefault(text(item), Operand(item, line))
    return [*found.values()]


def _constant(tree: ast.FunctionDef) -> Iterator[ast.expr]:
    """What is computed of numbers alone: `math.sqrt(2)`."""
    for node in expressions(tree):
        if isinstance(node, (ast.BinOp, ast.Call)) and parts(node, 8) and not (
                {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} - _MODULES):
            yield node


def decays(tree: ast.FunctionDef, scope: Scope) -> dict[str, ast.expr]:
    """By their text: what is taken from one, and hyperparameters whose default is that of a decay.
    """
    found: dict[str, ast.expr] = {
        name: ast.Name(name, ast.Load()) for name, value in scope.hyperparameters.items()
        if _DECAY <= value < 1}
    for node in expressions(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and _is_number(
                node.left) and not _is_number(node.right) and parts(node.right, 3):
            found.setdefault(text(node.right), node.right)
    return found


def counts(tree: ast.FunctionDef, scope: Scope) -> list[ast.expr]:
    """The step number, and what stands in exponents: `state["step"]`."""
    found: dict[str, ast.expr] = {
        name: ast.Name(name, ast.Load()) for name in scope.names if name == COUNT}
    for node in expressions(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(
                node.right, (ast.Name, ast.Subscript, ast.Attribute)):
            found.setdefault(text(node.right), node.right)
    return [*found.values()]


def share(node: ast.expr) -> ast.expr:
    """One minus it."""
    return ast.BinOp(ast.Constant(1), ast.Sub(), node)


def _cost_of(name: str, scope: Scope) -> float:
    if name.startswith(BEFORE):
        return 0.4
    return 0.0 if name in scope.hyperparameters else 0.1 if name in (
        COUNT, scope.names[0]) else 0.3


def _groups(tree: ast.FunctionDef) -> Iterator[tuple[str, int]]:
    """What goes through the parameter groups, and in which line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and isinstance(
                node.iter, ast.Attribute) and node.iter.attr == "param_groups":
            yield node.target.id, node.lineno


def _shares(tree: ast.FunctionDef, scope: Scope) -> Iterator[Operand]:
    """One minus a decay, and one minus its power."""
    known = _first_lines(tree)
    for decay in decays(tree, scope).values():
        line = known.get(decay.id, 0) if isinstance(decay, ast.Name) else 0
        yield Operand(share(decay), line, 0.05, early=True)
        for count in counts(tree, scope):
            yield Operand(share(ast.BinOp(decay, ast.Pow(), count)), line, 0.05)


def _products(tree: ast.FunctionDef, scope: Scope) -> Iterator[Operand]:
    """A hyperparameter times a value, as in weight decay and momentum."""
    known = _first_lines(tree)
    for name in scope.hyperparameters:
        for other in scope.names:
            if other not in scope.hyperparameters and other != COUNT:
                product = ast.BinOp(
                    ast.Name(name, ast.Load()), ast.Mult(), ast.Name(other, ast.Load()))
                yield Operand(product, known.get(other, 0), 0.5)


def _known(
    operands: list[Operand], statement: ast.stmt, elsewhere: frozenset[str]
) -> list[Operand]:
    """Those that have a value; dearer if what is in them is read elsewhere, and not here."""
    return [
        replace(one, cost=one.cost + _FOREIGN * bool(_read(ast.walk(one.node)) & elsewhere)
                + _EARLY * one.early * statement.lineno)
        for one in operands if one.line < statement.lineno]


def _read(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names among some nodes, and items by what they are called."""
    return frozenset(
        node.id if isinstance(node, ast.Name) else str(node.value) for node in nodes
        if isinstance(node, ast.Name) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)))


def _first_lines(tree: ast.FunctionDef) -> Mapping[str, int]:
    """Where each name that is no argument gets its first value."""
    found: dict[str, int] = {}
    given = {*arguments(tree), "self"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not (
                node.id in given or node.id.startswith(BEFORE)):
            found[node.id] = min(node.lineno, found.get(node.id, node.lineno))
    return found


def is_value(node: ast.expr, above: Mapping[int, ast.AST | None], scope: Scope) -> bool:
    """Whether it may be a number: no module or method, nothing that is changed in place."""
    within = above.get(id(node))
    if not isinstance(node, _VALUES) or isinstance(within, (ast.Subscript, ast.Expr)):
        return False
    if isinstance(within, ast.Attribute):
        call = above.get(id(within))
        if within.attr.endswith("_") or not (isinstance(call, ast.Call) and call.func is within):
            return False
    if isinstance(within, ast.Call) and within.func is node:
        return False
    plain = isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))
    return not plain or _root(node) in (
        scope.names if isinstance(node, ast.Name) else (*scope.names, *scope.held, *_OWN))


def name_of(name: str) -> ast.expr:
    """It, as it is read."""
    return ast.Name(name, ast.Load())


def _is_hyperparameter(node: ast.expr, scope: Scope) -> bool:
    if isinstance(node, ast.Name):
        return node.id in (*scope.hyperparameters, *scope.constants)
    return isinstance(node, (ast.Subscript, ast.Attribute))


def _root(node: ast.expr) -> str:
    """`group` of `group["lr"]`, `self` of `self.mu`; empty if an index is computed."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
            return ""
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not (
        isinstance(node.value, bool))


def _put_in(node: ast.expr, by: ast.expr, general: str, cost: float) -> Change:
    return Change("put_in", (Edit(node, by),), _COST + cost, Said(general, general))
