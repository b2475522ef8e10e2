"""What a statement of a submission would have defined, had it come to its end. Runs in a worker."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def raises_itself(error: BaseException, statement: ast.stmt) -> bool:
    """Whether a `raise` of the statement's own raised it: who imports that file may expect it."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    own = traceback is not None and traceback.tb_frame.f_code.co_name == "<module>"
    return own and any(isinstance(node, ast.Raise) for node in ast.walk(statement))


def bound(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement defines, if it comes to its end."""
    return set(_bound(statement))


def definitions(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Those that define functions and classes, or import: what a program that ended still holds."""
    return [one for one in statements if isinstance(one, _DEFINITIONS)]


def is_quick(statement: ast.stmt) -> bool:
    """Whether it defines something, or imports what is Python's own or imported already."""
    names: list[str] = []
    if isinstance(statement, ast.Import):
        names = [one.name for one in statement.names]
    elif isinstance(statement, ast.ImportFrom):
        names = [statement.module or "."]
    tops = {name.partition(".")[0] for name in names}
    return all(top in sys.modules or top in sys.stdlib_module_names for top in tops)


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    if isinstance(node, _SCOPES):
        return
    if isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)

