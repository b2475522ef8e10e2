"""What a rule hands back in place of the right values: a step, and its new state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from itertools import combinations

from cgp_harness.mutation.change import Change, Edit, Said, text
from cgp_harness.mutation.place import Scope, parts
from cgp_harness.mutation.source import BEFORE, assigned, assigns, expressions, reads

_SMALL = 7
"""Nodes of what may be stored."""


def returned(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """A step turned, or added to the gradient; another value stored as a state."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return) and node.value is not None:
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            if len(values) == 1 + len(scope.state):
                step, *stored = values
                yield from _other_step(step, scope)
                yield from _from_old_state(tree, scope, stored)
                yield from _stored_hats(scope, stored, tree)
                yield from _other_state(tree, scope, step, stored)


def _other_step(step: ast.expr, scope: Scope) -> Iterator[Change]:
    gradient = scope.names[0]
    yield _handed_back("step_turned", step, ast.UnaryOp(ast.USub(), step), 0.9, Said(
        "the sign of the step is turned", "the sign of the step is turned"))
    for op, word in ((ast.Add(), "added to"), (ast.Sub(), "taken from")):
        yield _handed_back(
            "step_and_gradient", step, ast.BinOp(ast.Name(gradient, ast.Load()), op, step), 2, Said(
                "the gradient and the step are added up", f"the step is {word} {gradient}"))
    for name in scope.hyperparameters:
        scaled = ast.BinOp(ast.Name(name, ast.Load()), ast.Mult(), ast.Name(gradient, ast.Load()))
        yield _handed_back(
            "step_and_gradient", step, ast.BinOp(scaled, ast.Add(), step), 2.5, Said(
                "the gradient and the step are added up",
                f"the step is added to {name} * {gradient}"))
    yield _handed_back("step_is_gradient", step, ast.Name(gradient, ast.Load()), 3, Said(
        "the gradient itself is the step", f"{gradient} itself is the step"))


def _other_state(
    tree: ast.FunctionDef, scope: Scope, step: ast.expr, stored: list[ast.expr]
) -> Iterator[Change]:
    said = "the wrong value is stored as a state"
    local = [name for name in assigned(tree) if not name.startswith(BEFORE)]
    names = dict.fromkeys((*local, *(BEFORE + name for name in scope.state), scope.names[0]))
    for state, value in zip(scope.state, stored, strict=True):
        for other in names:
            full = f"{other} is stored as {state}"
            if other == BEFORE + state:
                full = f"the new value of {state} is not stored"
            elif other.startswith(BEFORE):
                full = f"the old {other.removeprefix(BEFORE)} is stored as {state}"
            if other != text(value):
                yield _handed_back(
                    "stored", value, ast.Name(other, ast.Load()), 2, Said(said, full))
        yield _handed_back("stored", value, step, 2, Said(said, f"the step is stored as {state}"))
        for one in _rest(step):
            yield _handed_back("stored", value, one, 2, Said(
                said, f"the step before its factor is stored as {state}"))
        for one in _made_of(tree, state):
            if text(one) not in (text(value), text(step)):
                yield _handed_back(
                    "stored", value, one, 2.3, Said(said, f"{text(one)} is stored as {state}"))
    for (one_state, first), (other_state, second) in combinations(
            list(zip(scope.state, stored, strict=True)), 2):
        edits = (Edit(first, deepcopy(second)), Edit(second, deepcopy(first)))
        yield Change("stored", edits, 1.5, Said(
            "two states are stored in each other's place",
            f"{one_state} and {other_state} are stored in each other's place"))


def _made_of(tree: ast.FunctionDef, state: str) -> list[ast.expr]:
    """Small values that are computed of a state, outside of its own line."""
    found = {text(node): node for line in tree.body if state not in assigns(line)
             for node in expressions(line) if isinstance(node, (ast.BinOp, ast.Call))
             and parts(node, _SMALL) and any(
                 isinstance(one, ast.Name) and one.id == state for one in ast.walk(node))}
    return list(found.values())


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


def _handed_back(operator: str, node: ast.AST, by: ast.AST, cost: float, said: Said) -> Change:
    return Change(operator, (Edit(node, by),), cost, said)
