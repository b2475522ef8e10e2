"""A name in the place of another, a number in the place of a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.place import UNLIKELY, Place, Scope, parts, place
from cgp_harness.mutation.source import BEFORE, assigns, reads, statements

_NUMBERS = (0, 1, 2, 0.5)
_SMALL = tuple(float(f"1e-{digits}") for digits in range(3, 13))
"""What is added so that nothing is divided by 0 is one of these, and often another."""


def replaced(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """What is read where something else belongs: another name, one minus it, its default."""
    if isinstance(node, ast.Name) and node.id in scope.names:
        yield from _of_name(node, scope)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and isinstance(
            node.left, ast.Constant) and parts(node, 3):
        yield place("one_minus", node, node.right, 1, "a value stands for one minus the value",
                    f"{text(node.right)} stands where {text(node)} belongs")
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not (
            isinstance(node.value, bool)):
        value = node.value
        for number in dict.fromkeys((
                value + 1, value - 1, -value, value / 2, *(
                    float(f"{one:.12g}") for one in (10 * value, value / 10)),
                *(_SMALL if value in _SMALL else ()), *_NUMBERS)):
            if number != value:
                yield place(
                    "constant", node, ast.Constant(number), 2.6 if scope.hyperparameters else 2,
                    "a number is another", f"{number:g} stands where {value:g} belongs")


def _of_name(node: ast.Name, scope: Scope) -> Iterator[Place]:
    role = scope.role(node.id)
    for other in scope.names:
        if other != node.id:
            yield _by_name(node, other, UNLIKELY * (role != scope.role(other)))
    for made in scope.made if role == "value" else ():
        if all(not isinstance(one, ast.Name) or one.id != node.id for one in ast.walk(made)):
            yield place("name", node, made, 2.3, "one value stands where another belongs",
                        f"{text(made)} stands where {node.id} belongs")
    if node.id == scope.count:
        for op, begin in ((ast.Sub(), 0), (ast.Add(), 2)):
            yield place("count", node, ast.BinOp(node, op, ast.Constant(1)), 1.5,
                        "the steps are counted from another number",
                        f"the steps are counted from {begin}")
    if node.id in scope.hyperparameters:
        yield from _of_hyperparameter(node, scope.hyperparameters[node.id])


def _of_hyperparameter(node: ast.Name, default: float) -> Iterator[Place]:
    if isinstance(default, int):
        for op, sign in ((ast.Sub(), "-"), (ast.Add(), "+")):
            yield place("count", node, ast.BinOp(node, op, ast.Constant(1)), 1.5,
                        "a count is off by one",
                        f"{node.id} {sign} 1 stands where {node.id} belongs")
    yield place("one_minus", node, ast.BinOp(ast.Constant(1), ast.Sub(), node), 2,
                "one minus a value stands for the value",
                f"1 - {node.id} stands where {node.id} belongs")
    for fixed in (1, 0):
        yield place("fixed", node, ast.Constant(fixed), 2.2, "a hyperparameter is left out",
                    f"{fixed} stands where {node.id} belongs")
    yield place("fixed", node, ast.Constant(default), 2, "a hyperparameter is fixed in the code",
                f"{node.id} is fixed in the code, at its default")


def exchanged_names(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """Two names, wherever they are read; and only where a state is computed, or only elsewhere."""
    states = {id(node) for block in statements(tree) for one in block
              if isinstance(one, (ast.Assign, ast.AugAssign)) and assigns(one) & set(scope.state)
              for node in ast.walk(one)}
    for within, where in (
        (lambda node: True, ""),
        (lambda node: id(node) in states, ", where the state is computed"),
        (lambda node: id(node) not in states, ", where the step is computed"),
    ):
        read: dict[str, list[ast.Name]] = {}
        for node in filter(within, reads(tree)):
            if node.id in scope.names:
                read.setdefault(node.id, []).append(node)
        for one, other in combinations(read, 2):
            edits = [Edit(node, ast.Name(other, ast.Load())) for node in read[one]]
            edits += [Edit(node, ast.Name(one, ast.Load())) for node in read[other]]
            cost = 1.5 + bool(where) / 4 + UNLIKELY * (scope.role(one) != scope.role(other))
            yield Change("names_exchanged", tuple(edits), cost, Said(
                "two names are exchanged", f"{one} and {other} are exchanged{where}"))


def _by_name(node: ast.Name, other: str, further: float) -> Place:
    general = "one value stands where another belongs"
    full = f"{other} stands where {node.id} belongs"
    if other == BEFORE + node.id:
        general = "a state keeps its old value where the new one belongs"
        full = f"{node.id} keeps its old value where the new one belongs"
    elif node.id == BEFORE + other:
        full = f"the new value of {other} stands where the old one belongs"
    elif other.startswith(BEFORE):
        full = f"the old value of {other.removeprefix(BEFORE)} stands where {node.id} belongs"
    by = ast.Name(other, ast.Load())
    operator = "before" if other == BEFORE + node.id else "name"
    return place(
        operator, node, by, (1.5 if BEFORE in other else 2) + further, general, full)
