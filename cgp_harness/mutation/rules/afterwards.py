"""What looks at the parameter does so too late: after the rest of the step has been taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import Change, Edit, Said, changed, text
from cgp_harness.mutation.source import PARAMETER


def afterwards(tree: ast.FunctionDef) -> Iterator[Change]:
    """`lr * (a + b * p)` as `lr * (a + b * (p - lr * a))`."""
    for step in _steps(tree):
        for node in ast.walk(step):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, (ast.Add, ast.Sub)):
                continue
            for term, rest in ((node.left, node.right), (node.right, node.left)):
                seen = [one for one in ast.walk(term)
                        if isinstance(one, ast.Name) and one.id == PARAMETER]
                if seen and not any(one is not node and _sees(one) for one in ast.walk(rest)):
                    others: ast.expr = changed(step, (Edit(node, rest),))
                    moved = ast.BinOp(ast.Name(PARAMETER, ast.Load()), ast.Sub(), others)
                    yield Change("afterwards", tuple(Edit(one, moved) for one in seen), 2, Said(
                        "the parameter is looked at after the rest of the step",
                        f"{text(term)} is that of {PARAMETER} after the rest of the step"))


def _sees(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == PARAMETER


def _steps(tree: ast.FunctionDef) -> Iterator[ast.expr]:
    """What is handed back first, or what that name was given last."""
    for result in ast.walk(tree):
        if not isinstance(result, ast.Return) or result.value is None:
            continue
        step = result.value.elts[0] if isinstance(
            result.value, ast.Tuple) and result.value.elts else result.value
        if not isinstance(step, ast.Name):
            yield step
            continue
        given = [one.value for one in tree.body if isinstance(one, ast.Assign) and [
            target.id for target in one.targets if isinstance(target, ast.Name)] == [step.id]]
        yield from given[-1:]
