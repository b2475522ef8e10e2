"""Statements left out or in another order, and what is handed back in place of the right values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy, deepcopy
from itertools import combinations

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.place import Scope
from cgp_harness.mutation.source import (
    BEFORE,
    assigned,
    reads,
    statements,
)


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


def returned(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """A step turned, or added to the gradient; another value stored as a state."""
    gradient = scope.names[0]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        if len(values) != 1 + len(scope.state):
            continue
        step, *stored = values
        yield _handed_back("step_turned", step, ast.UnaryOp(ast.USub(), step), 0.9, Said(
            "the sign of the step is turned", "the sign of the step is turned"))
        for op, word in ((ast.Add(), "added to"), (ast.Sub(), "taken from")):
            yield _handed_back(
                "step_and_gradient", step,
                ast.BinOp(ast.Name(gradient, ast.Load()), op, step), 2, Said(
                    "the gradient and the step are added up", f"the step is {word} {gradient}"))
        for name in scope.hyperparameters:
            scaled = ast.BinOp(ast.Name(name, ast.Load()), ast.Mult(),
                               ast.Name(gradient, ast.Load()))
            yield _handed_back(
                "step_and_gradient", step, ast.BinOp(scaled, ast.Add(), step), 2.5, Said(
                    "the gradient and the step are added up",
                    f"the step is added to {name} * {gradient}"))
        yield from _from_old_state(tree, scope, stored)
        yield _handed_back("step_is_gradient", step, ast.Name(gradient, ast.Load()), 3, Said(
            "the gradient itself is the step", f"{gradient} itself is the step"))
        yield from _stored_hats(scope, stored, tree)
        locals_ = [name for name in assigned(tree) if not name.startswith(BEFORE)]
        for state, value in zip(scope.state, stored, strict=True):
            now = text(value)
            for other in dict.fromkeys(
                    (*locals_, *(BEFORE + name for name in scope.state), gradient)):
                if other == now:
                    continue
                full = f"{other} is stored as {state}"
                if other == BEFORE + state:
                    full = f"the new value of {state} is not stored"
                elif other.startswith(BEFORE):
                    full = f"the old {other.removeprefix(BEFORE)} is stored as {state}"
                yield _handed_back("stored", value, ast.Name(other, ast.Load()), 2, Said(
                    "the wrong value is stored as a state", full))
            for result, what in (
                (step, "the step"), *((one, "the step before its factor") for one in _rest(step))):
                yield _handed_back("stored", value, result, 2, Said(
                    "the wrong value is stored as a state", f"{what} is stored as {state}"))
        for (one, first), (other, second) in combinations(
                list(zip(scope.state, stored, strict=True)), 2):
            edits = (Edit(first, deepcopy(second)), Edit(second, deepcopy(first)))
            yield Change("stored", edits, 1.5, Said(
                "two states are stored in each other's place",
                f"{one} and {other} are stored in each other's place"))


def _rest(step: ast.expr) -> list[ast.expr]:
    """What a step is a multiple of."""
    if isinstance(step, ast.BinOp) and isinstance(step.op, ast.Mult):
        return [step.left, step.right]
    return []


def _from_old_state(
    tree: ast.FunctionDef, scope: Scope, stored: list[ast.expr]
) -> Iterator[Change]:
    """All that follows is computed from the state of before, which then goes on as it should."""
    kept = {id(node) for value in stored for node in ast.walk(value)}
    read = {state: [node for node in reads(tree) if node.id == state and id(node) not in kept]
            for state in scope.state}
    each = [(state,) for state in scope.state]
    for states in dict.fromkeys((*each, *([scope.state] if each else []))):
        edits = tuple(Edit(node, ast.Name(BEFORE + state, ast.Load()))
                      for state in states for node in read[state])
        full = ", and ".join(f"the old {state} stands where the new one belongs"
                             for state in states)
        yield Change("before", edits, 1.4, Said(
            "the state of before stands where the new one belongs", full))


def _stored_hats(
    scope: Scope, stored: list[ast.expr], tree: ast.FunctionDef
) -> Iterator[Change]:
    """What is computed of each state in the same way is stored in its place: `m_hat` as `m`."""
    local = set(assigned(tree))
    for ending in {name.removeprefix(state) for state in scope.state for name in local
                   if name.startswith(state) and name != state}:
        if len(stored) > 1 and all(state + ending in local for state in scope.state):
            edits = tuple(Edit(value, ast.Name(state + ending, ast.Load()))
                          for state, value in zip(scope.state, stored, strict=True))
            full = ", and ".join(f"{state}{ending} is stored as {state}" for state in scope.state)
            yield Change("stored", edits, 2.2, Said("the wrong values are stored as state", full))


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


def _handed_back(operator: str, node: ast.AST, by: ast.AST, cost: float, said: Said) -> Change:
    return Change(operator, (Edit(node, by),), cost, said)


def _nothing() -> ast.AST:
    return ast.Pass()


def group(*both: ast.stmt) -> ast.AST:
    """Two statements as one: copies, since the one that moves is left out where it was."""
    return ast.If(ast.Constant(True), [copy(one) for one in both], [])
