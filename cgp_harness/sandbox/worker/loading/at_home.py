"""Which failures of a submission's statements come of where it runs: at home they would not be.

There a prompt is answered, a data file lies beside the code, a package is installed. What a
statement would have defined is missing then, and what uses it fails in its turn. Runs in a worker.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

ELSEWHERE = frozenset((
    "IPython", "argv", "cuda", "drive", "environ", "get_ipython", "getenv", "getlogin", "getpass",
    "getuser", "google", "ipywidgets", "mps", "parse_args", "tkinter", "upload",
))
"""Names of what is another at home; with them counts a call of `input`."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_DEFINITIONS = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def of_place(error: BaseException) -> bool:
    """Whether it is the machine's answer: a file that is not there, a display that is not."""
    if isinstance(error, OSError):
        return error.errno is not None  # else the submission's own
    return type(error).__name__ == "TclError"


def affected(
    statement: ast.stmt, before: Sequence[ast.stmt], lost: Collection[str]
) -> bool:
    """Whether a statement uses what is another at home, or what came of that before it."""
    names = set(lost)
    for one in before:
        if _uses(one, names):
            names |= bound(one)
    return _uses(statement, names)


def bound(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement defines, if it comes to its end."""
    return set(_bound(statement))


def definitions(statements: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Those that define functions and classes, or import: what a program that ended still holds."""
    return [one for one in statements if isinstance(one, _DEFINITIONS)]


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


def _uses(statement: ast.stmt, lost: set[str]) -> bool:
    return any(_is_used(node, lost) for node in ast.walk(statement))


def _is_used(node: ast.AST, lost: set[str]) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "input"
    if isinstance(node, ast.Name):
        return node.id in lost or node.id in ELSEWHERE
    if isinstance(node, ast.Attribute):
        return node.attr in ELSEWHERE
    if isinstance(node, ast.alias):
        return not ELSEWHERE.isdisjoint(node.name.split("."))
    return isinstance(node, ast.Constant) and str(node.value).partition(":")[0] == "cuda"
