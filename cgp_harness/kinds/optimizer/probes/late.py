"""Whether a rule does something else at later steps: it chooses by the number of the step.

A warm-up that ends, an average that is trusted from the sixth step, a step back at every fifth: a
run that ends before shows nothing of these.
"""

from __future__ import annotations

import ast

from cgp_harness.mutation.source import COUNT, Source, arguments, assigns, expressions

CHOOSING = frozenset((
    "min", "max", "minimum", "maximum", "clip", "clamp", "where", "floor", "ceil", "round", "int"))
MORE = 16
"""Steps that the probes of such a rule have besides those of any other: 21 in all."""


def further_steps(source: Source) -> int:
    """How many steps its probes need besides those of any other rule; 0 of most."""
    return MORE if any(_chooses(one, source) for one in source.functions()) else 0


def _chooses(function: ast.FunctionDef, source: Source) -> bool:
    """Whether a comparison, a least or largest of several, or a remainder hangs on the step's
    number and on hyperparameters, and on nothing else."""
    if not any(isinstance(one, ast.Name) and one.id == COUNT for one in ast.walk(function)):
        return False
    statements = [one for one in ast.walk(function) if isinstance(one, ast.stmt)]
    own = {*arguments(function)}.union(*map(assigns, statements))
    counting, fixed = {COUNT}, {*source.hyperparameters}

    def reads(node: ast.AST) -> set[str]:
        return own & {one.id for one in expressions(node) if isinstance(one, ast.Name)}

    for _ in statements:  # until nothing is added
        for one in statements:
            if isinstance(one, ast.Assign) and (names := reads(one.value)) <= counting | fixed:
                (counting if names & counting else fixed).update(assigns(one) - {*source.state})
    return any(
        names & counting and names <= counting | fixed for one in statements
        for node in expressions(one) if _decides(node) and (names := reads(node)))


def _decides(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.FloorDiv))
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(
            node.func, "id", "")
        return name in CHOOSING
    return isinstance(node, ast.Compare)
