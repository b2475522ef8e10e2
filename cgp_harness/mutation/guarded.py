"""A small number is added where a zero would do harm: in a logarithm, in a root, below a fraction.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.exchanged import logarithm, of_quotient
from cgp_harness.mutation.place import Place, Scope, place

NUMBERS = (1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12)
"""That people write where a zero would do harm."""
_HARMED = ("log", "log2", "log10", "sqrt", "rsqrt")


def guarded(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """Each of the numbers that people write, also in the logarithm of a quotient."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and (
            log := logarithm(node.right)) is not None:
        quotient = of_quotient(node.left, log)
        for number in NUMBERS:
            by = ast.Call(log.func, [_more(quotient, number)], [])
            yield place("put_in", node, by, 3.1,
                        "the logarithm is taken of a quotient to which a small number is added",
                        f"{text(by)} stands where {text(node)} belongs")
    value = _in_danger(node)
    if value is None or isinstance(value, ast.Constant):
        return
    for number in NUMBERS:
        yield place("put_in", value, _more(value, number), 3, "a small number is added to a value",
                    f"{number:g} is added to {text(value)}")


def _in_danger(node: ast.expr) -> ast.expr | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return node.right
    if isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(
            node.func, ast.Attribute) and node.func.attr in _HARMED:
        return node.args[0]
    return None


def _more(value: ast.expr, number: float) -> ast.expr:
    return ast.BinOp(value, ast.Add(), ast.Constant(number))
