"""Something that the right answer has is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from cgp_harness.mutation.change import text
from cgp_harness.mutation.place import Place, Scope, place

_WORDS = {
    ast.Add: ("a term", "the term"), ast.Sub: ("a term", "the term"),
    ast.Mult: ("a factor", "the factor"), ast.MatMult: ("a factor", "the factor"),
    ast.Div: ("a division", "the division by"), ast.Pow: ("a power", "the power"),
}


def left_out(node: ast.expr, scope: Scope) -> Iterator[Place]:
    """One operand of an operator; a call around one value; a minus."""
    if isinstance(node, ast.BinOp) and type(node.op) in _WORDS:
        general, full = _WORDS[type(node.op)]
        yield place("left_out", node, node.left, 1, f"{general} is left out",
                    _power(node) or f"{full} {text(node.right)} is left out")
        if isinstance(node.op, ast.Pow):
            return
        rest: ast.expr = node.right
        if isinstance(node.op, ast.Sub):
            rest = ast.UnaryOp(ast.USub(), node.right)
        elif isinstance(node.op, ast.Div):
            rest = ast.BinOp(ast.Constant(1), ast.Div(), node.right)
            full = "the numerator"
        yield place("left_out", node, rest, 1, f"{general} is left out",
                    f"{full} {text(node.left)} is left out")
        if isinstance(node.op, ast.Sub):
            yield place("left_out", node, node.right, 1.5, f"{general} is left out",
                        f"{full} {text(node.left)} is left out, and the minus")
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield place("left_out", node, node.operand, 1, "a minus is left out",
                    f"the minus before {text(node.operand)} is left out")
    elif isinstance(node, ast.Call) and len(node.args) >= 1:
        inner = node.args[0]
        if not isinstance(inner, (ast.Starred, ast.Constant)):
            yield place("left_out", node, inner, 1, "a function is left out",
                        f"{text(node.func)}() is left out")
    for only in _cases(node):
        yield place("left_out", node, only, 1.2, "a case is left out",
                    f"{text(only)} stands in all cases of {text(node)}")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not (
            is_module(node.func.value, scope)):
        yield place("left_out", node, node.func.value, 1, "a function is left out",
                    f".{node.func.attr}() is left out")


def _cases(node: ast.expr) -> list[ast.expr]:
    """Of `np.where(a, b, c)` and of `b if a else c`."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Call) and len(node.args) == 3 and (
            text(node.func).rpartition(".")[2] == "where"):
        return node.args[1:]
    return []


def _power(node: ast.BinOp) -> str:
    if not isinstance(node.op, ast.Pow):
        return ""
    word = {"0.5": "root", "2": "square"}.get(text(node.right))
    return f"the {word} of {text(node.left)} is left out" if word else ""


def is_module(node: ast.expr, scope: Scope) -> bool:
    """`np.sqrt`, `torch.special.xlogy`: no method of a value."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id not in scope.names
