"""Mistakes that are one in a student's mind and several places in the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import combinations, permutations

from cgp_harness.mutation.change import Change, Edit, Said, parents, text
from cgp_harness.mutation.mending.operands import (
    PRODUCT,
    counts,
    decays,
    is_value,
    name_of,
    share,
    values,
)
from cgp_harness.mutation.place import Scope, parts
from cgp_harness.mutation.source import computed, statements

CASE, FUNCTION, NAME = (
    "a case is too much", "a function is too much", "one value stands where another belongs")
ROOT, COMPLEMENTS = (
    "parentheses stand in the wrong place", "a value and one minus it are exchanged")
STORED = "the wrong values are stored as state"
WEIGHTED, UNWEIGHTED = "the weights of a sum are too much", "the weights of an average are missing"
MEMORY = "the value of before is missing in an average"
OVERWRITTEN = "a state is overwritten by what is made of it"
DIVISIONS, POWERS = "two divisions are missing", "the powers of two values are missing"
SAID = (CASE, FUNCTION, NAME, ROOT, COMPLEMENTS, STORED, WEIGHTED, UNWEIGHTED, MEMORY, OVERWRITTEN,
        DIVISIONS, POWERS)


def too_much(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """A case, a function of several values, the weights of a sum."""
    for block in statements(tree):
        for statement in block:
            if isinstance(statement, ast.If):
                for body in (statement.body, statement.orelse):
                    if body:
                        whole = ast.If(ast.Constant(True), body, [])
                        yield _one(CASE, statement, whole, 1.3)
            for node in computed(statement):
                if isinstance(node, ast.IfExp):
                    yield _one(CASE, node, node.body, 1)
                    yield _one(CASE, node, node.orelse, 1)
                elif isinstance(node, ast.Call):
                    for argument in node.args[1:]:
                        yield _one(FUNCTION, node, argument, 1)
                elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                    for left in _without_factor(node.left):
                        for right in _without_factor(node.right):
                            yield _one(WEIGHTED, node, ast.BinOp(left, ast.Add(), right), 1.5)


def misplaced(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """A name for an expression, `x**1/2` for a root, `1 - b` for `b` and `b` for `1 - b`."""
    above = parents(tree)
    named = values(tree, scope)
    for block in statements(tree):
        for statement in block:
            for node in computed(statement):
                yield from _roots(node)
                if isinstance(node, (ast.BinOp, ast.Call, ast.Subscript, ast.Attribute)) and (
                        parts(node, 7) and is_value(node, above, scope)):
                    for one in named:
                        if one.line < statement.lineno and text(one.node) != text(node):
                            yield _one(NAME, node, one.node, 2.2 + one.cost)
            for name in scope.hyperparameters:
                yield from _complements(statement, name)
    for result in ast.walk(tree):
        if isinstance(result, ast.Return) and isinstance(result.value, ast.Tuple) and (
                len(result.value.elts) == 1 + len(scope.state) > 2):
            edits = tuple(Edit(one, name_of(state))
                          for one, state in zip(result.value.elts[1:], scope.state, strict=True))
            yield Change("stored", edits, 2, Said(STORED, STORED))


def overwritten(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """`m = m / (1 - beta1**k)` below `m = beta1 * m + …`: only the step is made of the second."""
    for block in statements(tree):
        found = [edits for state in scope.state if (edits := _with_name_of_its_own(block, state))]
        for edits in ([*found, sum(found, ())] if len(found) > 1 else found):
            yield Change("compound", edits, 2.3, Said(OVERWRITTEN, OVERWRITTEN))


def _with_name_of_its_own(block: list[ast.stmt], state: str) -> tuple[Edit, ...]:
    """The last assignment to a state under another name, and what is read of it from there on."""
    given = [index for index, one in enumerate(block) if isinstance(one, ast.Assign) and [
        target.id for target in one.targets if isinstance(target, ast.Name)] == [state]]
    if len(given) < 2:
        return ()
    own = f"{state}_{state}"
    last = block[given[-1]]
    edits = [Edit(target, ast.Name(own, ast.Store()))
             for target in (last.targets if isinstance(last, ast.Assign) else ())]
    for one in block[given[-1] + 1:]:
        kept = one.value.elts[1:] if isinstance(one, ast.Return) and isinstance(
            one.value, ast.Tuple) else []
        stored = {id(node) for value in kept for node in ast.walk(value)}
        edits += [Edit(node, name_of(own)) for node in _reads(one, state) if id(node) not in stored]
    return tuple(edits)


def missing(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """The weights of an average, its memory; both of two corrections, the powers in them."""
    known, steps = decays(tree, scope), counts(tree, scope)
    shares: list[ast.expr] = []
    for block in statements(tree):
        for statement in block:
            for count in steps:
                yield from _corrections(statement, scope, [*known.values()], count)
            for node in computed(statement):
                for decay in known.values():
                    yield from _averages(node, statement, decay, scope)
                if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and (
                        text(node.right) in known):
                    shares.append(node.right)
    for one, other in combinations(shares, 2):
        for count in steps if text(one) != text(other) else ():
            yield _both(POWERS, *(
                Edit(each, ast.BinOp(each, ast.Pow(), count)) for each in (one, other)))


def _without_factor(node: ast.expr) -> Iterator[ast.expr]:
    """A product without each of its factors in turn."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, PRODUCT):
        yield node.left
        if isinstance(node.op, ast.Mult):
            yield node.right
        for left in _without_factor(node.left):
            yield ast.BinOp(left, node.op, node.right)


def _roots(node: ast.expr) -> Iterator[Change]:
    """`x**1/2`, and `a / x**1/2`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(
            node.right, ast.Constant) and isinstance(node.left, ast.BinOp):
        left, half = node.left, ast.BinOp(ast.Constant(1), ast.Div(), node.right)
        if isinstance(left.op, ast.Pow) and text(left.right) == "1":
            yield _one(ROOT, node, ast.BinOp(left.left, ast.Pow(), half), 1.4)
        power = left.right
        if isinstance(left.op, PRODUCT) and isinstance(power, ast.BinOp) and isinstance(
                power.op, ast.Pow) and text(power.right) == "1":
            root = ast.BinOp(power.left, ast.Pow(), half)
            yield _one(ROOT, node, ast.BinOp(left.left, left.op, root), 1.4)


def _complements(statement: ast.stmt, name: str) -> Iterator[Change]:
    shares = [node for node in computed(statement)
              if isinstance(node, ast.BinOp) and text(node) == f"1 - {name}"]
    within = [node.right for node in shares]
    bare = [node for node in _reads(statement, name) if node not in within]
    if shares and bare:
        edits = (*(Edit(node, node.right) for node in shares),
                 *(Edit(node, share(name_of(name))) for node in bare))
        yield Change("complements", edits, 1.4, Said(COMPLEMENTS, COMPLEMENTS))


def _averages(
    node: ast.expr, statement: ast.stmt, weight: ast.expr, scope: Scope
) -> Iterator[Change]:
    def average(old: ast.expr, new: ast.expr) -> ast.expr:
        return ast.BinOp(ast.BinOp(weight, ast.Mult(), old), ast.Add(),
                         ast.BinOp(share(weight), ast.Mult(), new))

    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for old, new in ((node.left, node.right), (node.right, node.left)):
            if isinstance(old, ast.Name):
                yield _one(UNWEIGHTED, node, average(old, new), 3.4)
    if isinstance(statement, ast.Assign) and statement.value is node:
        for state in scope.state:
            yield _one(MEMORY, node, average(name_of(state), node), 3.6)


def _corrections(
    statement: ast.stmt, scope: Scope, known: list[ast.expr], count: ast.expr
) -> Iterator[Change]:
    """Two states, each divided by one minus the power of a decay."""
    uses = {state: node for state in scope.state for node in _reads(statement, state)}
    for pair in combinations(uses.values(), 2):
        for chosen in permutations(known, 2):
            yield _both(DIVISIONS, *(
                Edit(node, ast.BinOp(node, ast.Div(), share(
                    ast.BinOp(decay, ast.Pow(), count))))
                for node, decay in zip(pair, chosen, strict=True)))


def _reads(statement: ast.stmt, name: str) -> list[ast.Name]:
    """Where a statement reads a name."""
    return [node for node in computed(statement)
            if isinstance(node, ast.Name) and node.id == name]


def _one(said: str, node: ast.AST, by: ast.AST, cost: float) -> Change:
    return Change("compound", (Edit(node, by),), cost, Said(said, said))


def _both(said: str, *edits: Edit) -> Change:
    return Change("compound", edits, 3.5, Said(said, said))
