"""Let the files of a submission hand `print` the parts of a text instead of the text.

    print(f"step {k}: {g:.3f}")   is compiled as   print(Late("step ", (k, "", ""), …))

so that a print that is not shown formats nothing; an array takes 50 µs. The parts are computed
where they were, in the same order. Runs in the worker.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from types import CodeType
from typing import Any

from cgp_harness.sandbox.protocol.printing import LATE

_OURS = ("print", "str", "repr")
_CONVERSIONS = {-1: "", ord("s"): "s", ord("r"): "r", ord("a"): "a"}


def compiled(data: Any, path: str, flags: int = 0, *, late: bool = True) -> CodeType:
    """The code of a file, of a cell or of some statements, below these future statements.

    Args:
        late: unless it is known that nothing is printed, or that `print` is another.

    Raises:
        SyntaxError: as `compile` raises it.
    """
    if not late:
        return _code(data, path, flags)
    try:
        tree = ast.parse(data, path)
        if keeps_print(tree.body):
            tree = ast.fix_missing_locations(_Prints().visit(tree))
        return _code(tree, path, flags)
    except RecursionError:  # deeper than Python's own compiler minds
        return _code(data, path, flags)


def keeps_print(body: Sequence[ast.stmt]) -> bool:
    """Whether `print` is Python's own; another may want a text."""
    names = {name for one in body for node in ast.walk(one) for name in _named_anew(node)}
    return not names & set(_OURS)


def _code(source: Any, path: str, flags: int) -> CodeType:
    code: CodeType = compile(source, path, "exec", flags, dont_inherit=True)
    return code


def _named_anew(node: ast.AST) -> Sequence[str]:
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.alias):
        return [(node.asname or node.name), "print" if node.name == "*" else ""]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    return [node.arg] if isinstance(node, ast.arg) else []


class _Prints(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            node.args = [_late(one) for one in node.args]
        return node


def _late(text: ast.expr) -> ast.expr:
    parts = _parts(text)
    if parts is None or all(isinstance(part, ast.Constant) for part in parts):
        return text
    call = ast.Call(ast.Name(LATE, ast.Load()), parts, [])
    return ast.copy_location(call, text)


def _parts(text: ast.expr) -> list[ast.expr] | None:
    """The arguments of `Late` for a text; None if it is not known to be one."""
    if _is_text(text):
        return [text]
    if isinstance(text, ast.JoinedStr):
        return [part for one in text.values for part in _parts(one) or []]
    if isinstance(text, ast.FormattedValue):
        return [_part(text.value, _CONVERSIONS[text.conversion], text.format_spec)]
    if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        left, right = _parts(text.left), _parts(text.right)
        return None if left is None or right is None else left + right
    if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Mod) and _is_text(text.left):
        return [_part(_tuple(text.left, text.right), "%")]
    return _part_of_call(text) if isinstance(text, ast.Call) else None


def _part_of_call(text: ast.Call) -> list[ast.expr] | None:
    """`str(x)`, `repr(x)` and `"…".format(…)`."""
    called = text.func
    if isinstance(called, ast.Attribute) and called.attr == "format" and _is_text(called.value):
        named = ast.Dict(
            [ast.Constant(one.arg) if one.arg else None for one in text.keywords],
            [one.value for one in text.keywords])
        return [_part(_tuple(called.value, _tuple(*text.args), named), "format")]
    if (
        isinstance(called, ast.Name) and called.id in ("str", "repr") and len(text.args) == 1
        and not text.keywords and not isinstance(text.args[0], ast.Starred)
    ):
        return [_part(text.args[0], called.id[0])]
    return None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _part(value: ast.expr, conversion: str, spec: ast.expr | None = None) -> ast.expr:
    return _tuple(value, ast.Constant(conversion), spec or ast.Constant(""))


def _tuple(*items: ast.expr) -> ast.expr:
    return ast.Tuple(list(items), ast.Load())
