"""What is missing where arrays are computed with: an axis, a dimension, a sum, a function."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.mutation.change import Change, Edit, Said, parents, text
from cgp_harness.mutation.mending.operands import is_value
from cgp_harness.mutation.place import Scope, parts
from cgp_harness.mutation.source import computed, statements

KEPT, AXIS, SUM, MEAN, TRANSPOSED, FUNCTION = (f"{one} is missing" for one in (
    "`keepdim`", "an axis", "a sum", "a mean", "a transposition", "a function"))
SAID = (KEPT, AXIS, SUM, MEAN, TRANSPOSED, FUNCTION)
REDUCING = ("sum", "mean", "max", "min", "amax", "amin", "var", "std", "logsumexp", "prod", "norm")
AXES = (-1, 0, 1)
NUMPY = frozenset(("np", "numpy"))
METHODS = ("exp", "log", "tanh", "sigmoid", "sign", "relu")
"""That every tensor has."""
_SMALL = 12
_COST = 3.0


@dataclass(frozen=True)
class Arrays:
    """What functions compute with.

    Attributes:
        have_axes: whether that shows, or they are those of a Function.
        are_tensors: whether they have such methods as `METHODS`.
        axis, kept: what an axis and a kept dimension are called; torch takes numpy's words too.
    """

    have_axes: bool
    are_tensors: bool
    axis: str
    kept: str


def arrays_of(trees: Sequence[ast.FunctionDef]) -> Arrays:
    """By what they read."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    tensors = "torch" in read
    words = ("dim", "keepdim") if tensors and not read & NUMPY else ("axis", "keepdims")
    return Arrays(
        any(isinstance(node, ast.Attribute) and node.attr in REDUCING for node in nodes)
        or (tensors and any(tree.name == "backward" for tree in trees)), tensors, *words)


def reductions(tree: ast.FunctionDef, arrays: Arrays) -> Iterator[Change]:
    """An axis and a kept dimension, for calls that reduce."""
    for node in _nodes(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and node.func.attr in REDUCING):
            continue
        named = {one.arg for one in node.keywords}
        of_module = text(node.func.value) in (*NUMPY, "torch")
        over = bool(named & {"dim", "axis"}) or len(node.args) == 1 + of_module
        if over and not named & {"keepdim", "keepdims"}:
            yield _put(KEPT, node, _with(node, **{arrays.kept: True}))
        if not over:
            for axis in AXES:
                yield _put(AXIS, node, _with(node, **{arrays.axis: axis}))
                yield _put(AXIS, node, _with(node, **{arrays.axis: axis, arrays.kept: True}))


def wrapped(tree: ast.FunctionDef, scope: Scope, arrays: Arrays) -> Iterator[Change]:
    """A sum, a mean, a transposition and a function of every value."""
    above = parents(tree)
    for node in _nodes(tree):
        if not (is_value(node, above, scope) and parts(node, _SMALL)):
            continue
        yield _put(TRANSPOSED, node, ast.Attribute(node, "T", ast.Load()))
        for said, name in ((SUM, "sum"), (MEAN, "mean")):
            for axis in AXES:
                for more in ({}, {arrays.kept: True}):
                    call = ast.Call(ast.Attribute(node, name, ast.Load()), [], [])
                    yield _put(said, node, _with(call, **{arrays.axis: axis}, **more), 0.2)
            yield _put(said, node, ast.Call(ast.Attribute(node, name, ast.Load()), [], []), 0.3)
        for name in METHODS if arrays.are_tensors else ():
            yield _put(FUNCTION, node, ast.Call(ast.Attribute(node, name, ast.Load()), [], []))


def own_functions(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """A function of one value that is called elsewhere, of every value."""
    above = parents(tree)
    known = {text(node.func): node.func for node in _nodes(tree)
             if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords
             and _is_plain(node.func, scope)}
    for node in _nodes(tree):
        if is_value(node, above, scope) and parts(node, _SMALL):
            for name, func in known.items():
                within = above.get(id(node))
                if not (isinstance(within, ast.Call) and text(within.func) == name):
                    yield _put(FUNCTION, node, ast.Call(func, [node], []), 0.1)


def _is_plain(func: ast.expr, scope: Scope) -> bool:
    """`np.exp`, `exp`: no method of a value."""
    if isinstance(func, ast.Attribute):
        return isinstance(func.value, ast.Name) and func.value.id not in (*scope.names, "ctx")
    return isinstance(func, ast.Name)


def _nodes(tree: ast.FunctionDef) -> Iterator[ast.expr]:
    for block in statements(tree):
        for statement in block:
            yield from computed(statement)


def _with(node: ast.Call, **named: object) -> ast.Call:
    return ast.Call(node.func, node.args, [*node.keywords, *(
        ast.keyword(name, ast.parse(repr(value), mode="eval").body)
        for name, value in named.items())])


def _put(said: str, node: ast.expr, by: ast.expr, further: float = 0.0) -> Change:
    return Change("put_in", (Edit(node, by),), _COST + further, Said(said, said))
