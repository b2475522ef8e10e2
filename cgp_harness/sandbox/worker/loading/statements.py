"""The statements of a file one by one: say which runs, leave out which may not. Runs in the worker.

    a = 1                       __statement__("hw.py", 1); a = 1
    os._exit(0)     becomes     __statement__("hw.py", 2)
    b = 2                       __statement__("hw.py", 3); b = 2

Only once a worker has come to its end: a file that can be loaded is compiled as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

STATEMENT = "__statement__"
"""The name under which a submission's code finds what it calls."""


def told(tree: ast.Module, path: str, left_out: Collection[int], *, aloud: bool) -> ast.Module:
    """The file with the statements left out that begin at these lines; `aloud`: each says so."""
    body: list[ast.stmt] = []
    for number, one in enumerate(tree.body):
        line = first_line(one)
        name = ast.Name(STATEMENT, ast.Load())
        call = ast.Expr(ast.Call(name, [ast.Constant(path), ast.Constant(line)], []))
        for node in ast.walk(call):
            if isinstance(node, ast.expr | ast.stmt):
                node.lineno = node.end_lineno = line
                node.col_offset = node.end_col_offset = 0
        if line in left_out:
            body.append(call)
        else:
            body += [call, one] if aloud and not _stands_first(one, number) else [one]
    return ast.Module(body, [])


def index(body: Sequence[ast.stmt], line: int) -> int:
    """The last statement that begins at this line or above it."""
    return sum(first_line(one) <= line for one in body) - 1


def first_line(statement: ast.stmt) -> int:
    """Where it begins, with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(one.lineno for one in decorators)])


def _stands_first(statement: ast.stmt, number: int) -> bool:
    """Whether nothing may stand above it: a docstring, `from __future__ import …`."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    return number == 0 and isinstance(statement, ast.Expr) and isinstance(
        statement.value, ast.Constant)
