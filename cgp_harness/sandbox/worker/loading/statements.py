"""The statements of a file one by one: say which runs, leave out which may not. Runs in the worker.

    a = 1                       __statement__("hw.py", 1); a = 1
    os._exit(0)     becomes     __statement__("hw.py", 2)
    b = 2                       __statement__("hw.py", 3); b = 2

Only once a worker has come to its end: a file that can be loaded is compiled as it is.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Sequence
from itertools import islice
from types import CodeType

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


def index(body: Sequence[ast.stmt], line: int, column: int = sys.maxsize) -> int:
    """The last statement that begins here or before; -1 for none."""
    return sum(_begins(one) <= (line, column) for one in body) - 1


def failing(error: BaseException, code: CodeType, body: Sequence[ast.stmt]) -> int:
    """Which statement of a text was running as it raised; -1 if none was."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    if traceback is None:
        return len(body) - 1
    # Several may stand in one line.
    position = next(islice(code.co_positions(), traceback.tb_lasti // 2, None), None)
    line, _, column, _ = position or (None, None, None, None)
    return index(body, line or traceback.tb_lineno, sys.maxsize if column is None else column)


def _begins(statement: ast.stmt) -> tuple[int, int]:
    line = first_line(statement)
    return line, statement.col_offset if line == statement.lineno else 0


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
