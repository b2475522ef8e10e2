"""A correction for a start at 0 that does not belong there: of a state, as Adam has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import Change, Edit, Said
from cgp_harness.mutation.place import Scope
from cgp_harness.mutation.source import COUNT, assigns, reads

_SAID = "a value is corrected for its start, as in Adam"


def corrected(tree: ast.FunctionDef, scope: Scope) -> Iterator[Change]:
    """`m / (1 - beta1**k)` for the new m, where the step is computed; of all states at once too."""
    found: dict[str, tuple[Edit, ...]] = {}
    for state in scope.state:
        given = [one for one in tree.body if state in assigns(one)]
        if not given:
            continue
        decays = {node.id for node in ast.walk(given[-1]) if isinstance(node, ast.Name)
                  and scope.role(node.id) == "decay"}
        used = tuple(node for node in reads(tree)
                     if node.id == state and _is_used(tree, node, given))
        for decay in sorted(decays) if used else ():
            found[state] = tuple(Edit(node, _corrected(node, decay)) for node in used)
            yield Change("put_in", found[state], 2, Said(
                _SAID, f"{state} is divided by 1 - {decay}**{COUNT}, where the step is computed"))
    if len(found) > 1:
        yield Change("put_in", sum(found.values(), ()), 2, Said(
            _SAID, " and ".join(found) + " are corrected for their start, as in Adam"))


def _is_used(tree: ast.FunctionDef, node: ast.Name, given: list[ast.stmt]) -> bool:
    """Whether it is read after it was given its value, and not only handed back."""
    line = next(one for one in tree.body if any(each is node for each in ast.walk(one)))
    kept = line.value.elts[1:] if isinstance(line, ast.Return) and isinstance(
        line.value, ast.Tuple) else []
    return tree.body.index(line) > tree.body.index(given[-1]) and node not in kept


def _corrected(node: ast.Name, decay: str) -> ast.expr:
    power = ast.BinOp(ast.Name(decay, ast.Load()), ast.Pow(), ast.Name(COUNT, ast.Load()))
    return ast.BinOp(node, ast.Div(), ast.BinOp(ast.Constant(1), ast.Sub(), power))
