"""A mistake that an instructor has written down: what stands in the right answer, and what instead.

    [[mistakes]]
    id = "no_bias_correction_m"
    task = "adam"
    replace = "m / (1 - beta1**k)"
    by = "m"
    says = "the first moment is not corrected"
    hint = "Eq. 39 divides m by 1 - beta1^k."

`replace` is an expression or a statement of the answer, as code: spaces and parentheses that mean
nothing do not matter. It is changed wherever it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any, cast

from cgp_harness.errors import HarnessError
from cgp_harness.mutation.change import Change, Edit, Said
from cgp_harness.mutation.source import Source, parsed

COST = 0.5
"""Below that of every automatic change: of two that do the same, the one with a name is named."""


def named(
    source: Source, replacements: Sequence[tuple[str, str]], says: str, where: str
) -> Change:
    """The change that these replacements make together.

    Args:
        source: the right answer.
        replacements: code that stands in it, and what stands there instead.
        says: the clause for students.
        where: of the entry, for errors.

    Raises:
        HarnessError: one is no code, stands nowhere in the answer, or changes nothing.
    """
    edits: list[Edit] = []
    for old, new in replacements:
        before, after = _parsed(old, f"{where}, replace"), _parsed(new, f"{where}, by")
        if ast.dump(before) == ast.dump(after):
            raise HarnessError(
                f"a mistake changes nothing: it replaces {old!r} by the same", where=where,
                expected="a wrong answer", fix="correct `by`")
        if isinstance(before, ast.stmt) != isinstance(after, ast.stmt):
            raise HarnessError(
                f"a mistake replaces {_kind(before)} by {_kind(after)}", where=where,
                expected=f"{_kind(before)} for {_kind(before)}", fix="correct `by`")
        found = [Edit(node, _sharing(after, node))
                 for node in source.alike.get(ast.dump(before), ())]
        if not found:
            raise HarnessError(
                f"{old!r} stands nowhere in the answer {source.name!r}", where=where,
                expected="an expression or a statement of it, as it is written there",
                fix=_like(source, before))
        edits += found
        edits += source.asked_for(after)
    change = Change("named", tuple(edits), COST, Said(says, says))
    if len(edits) > 1 and all(
            one is other or ast.dump(one) == ast.dump(other)
            for one, other in zip(source.trees, source.changed(edits), strict=True)):
        raise HarnessError("a mistake changes nothing", where=where, expected="a wrong answer")
    return change


def _parsed(code: str, where: str) -> ast.AST:
    try:
        body = parsed(code.strip()).body
    except SyntaxError as error:
        raise HarnessError(
            f"{code!r} is no Python: {error.msg}", where=where,
            expected="an expression or a statement") from error
    if not body:
        return ast.Pass()
    if len(body) > 1:
        raise HarnessError(
            f"{code!r} is more than one statement", where=where,
            expected="an expression or one statement", fix="write the others under `also`")
    [only] = body
    return only.value if isinstance(only, ast.Expr) else only


def _sharing(after: ast.AST, node: ast.AST) -> ast.AST:
    """What is put in, with the parts that it has in common with what it stands for: so another
    change may be made in these."""
    parts = {ast.dump(one): one for one in ast.walk(node) if isinstance(one, ast.expr)}

    def shared(one: Any) -> Any:
        if isinstance(one, list):
            return [shared(each) for each in one]
        if not isinstance(one, ast.AST):
            return one
        known = parts.get(ast.dump(one)) if isinstance(one, ast.expr) else None
        return known or type(one)(**{name: shared(each) for name, each in ast.iter_fields(one)})

    return cast("ast.AST", shared(after))


def _kind(node: ast.AST) -> str:
    return "a statement" if isinstance(node, ast.stmt) else "an expression"


def _like(source: Source, wanted: ast.AST) -> str:
    """What stands there that looks most like it."""
    from difflib import get_close_matches

    codes = {ast.unparse(node) for tree in source.functions() for node in ast.walk(tree)
             if isinstance(node, ast.stmt if isinstance(wanted, ast.stmt) else ast.expr)}
    close = get_close_matches(ast.unparse(wanted), sorted(codes), n=1)
    return f"did you mean {close[0]!r}?" if close else ""
