"""The source of a submission where something raised: as text, and as what Python reads in it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cgp_harness.sandbox.protocol.scene import SHORT_MAX
from cgp_harness.sandbox.worker.loading.bindings import bound

SOURCE_MAX = 1_000_000
"""Bytes of a file that is looked into."""
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.Raise, ast.Assert, ast.Return)


# A file may raise at each of its thousands of statements: it is read and split once.
@lru_cache(maxsize=2)
def parsed(source: str) -> ast.Module:
    """What Python reads in a text; nothing where it is no program."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


@lru_cache(maxsize=2)
def lines_of(source: str) -> tuple[str, ...]:
    """The lines that Python counts: those of `str.splitlines` are more."""
    return tuple(source.split("\n"))


def around(tree: ast.Module, line: int) -> ast.stmt | None:
    """The statement of the file that a line is in; a decorator is part of what it decorates."""
    for one in tree.body:
        above = getattr(one, "decorator_list", ())
        if min((one.lineno, *(each.lineno for each in above))) <= line <= (one.end_lineno or 0):
            return one
    return None


def read(path: str) -> str:
    """A file's text, as far as it is looked into; empty where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(SOURCE_MAX)
    except OSError:
        return ""


def failing(
    tree: ast.AST, line: int, end_line: int, column: int, end_column: int
) -> ast.AST | None:
    """The innermost node that is just there, else the statement that begins there."""
    exact, statement = None, None
    for node in ast.walk(tree):
        begin = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        end = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
        if begin == (line, column) and end == (end_line, end_column):
            exact = node
        if isinstance(node, _STATEMENTS) and node.lineno <= line <= (node.end_lineno or 0):
            statement = node
    if isinstance(statement, ast.Raise | ast.Assert):
        return statement
    if isinstance(statement, ast.Assign) and isinstance(exact, ast.Tuple | ast.List) and (
            exact in statement.targets):
        return statement  # what is taken apart has the place of the names
    if isinstance(statement, ast.For) and exact in (statement.target, statement.iter):
        return statement
    return exact or statement


def origins(within: ast.AST, tree: ast.Module, line: int) -> dict[str, ast.AST]:
    """Name -> the last assignment to it above a line, in the function that the line is in; where it
    is in none, among the file's own statements."""
    function = None
    for node in ast.walk(within):  # from the outermost to the innermost
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0):
            function = node
    found: dict[str, ast.AST] = {}
    for node in ast.walk(function) if function else tree.body:
        if isinstance(node, ast.Assign) and node.lineno < line and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Name):
                found[target.id] = node
    return found


def defined_below(tree: ast.Module, name: str, line: int) -> ast.stmt | None:
    """The first of the file's own statements below a line that defines a name."""
    return next((one for one in tree.body if one.lineno > line and name in bound(one)), None)


def owner(tree: ast.Module, name: str, line: int) -> str:
    """The function that has a name for itself, as `adam()`, or the class whose attribute it is;
    empty if there is none, or the line stands in that function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(name in bound(one) for one in node.body):
            return node.name
        if isinstance(node, ast.FunctionDef) and not (
                node.lineno <= line <= (node.end_lineno or 0)) and any(
                name in bound(one) for one in node.body):
            return f"{node.name}()"
    return ""


def segment(lines: Sequence[str], node: Any) -> str:
    """The source of a statement or an expression, on one line; columns count bytes."""
    text = [line.encode() for line in lines[node.lineno - 1:node.end_lineno]]
    if not text:
        return ""
    text[-1] = text[-1][:node.end_col_offset]
    text[0] = text[0][node.col_offset:]
    return " ".join(b" ".join(text).decode("utf-8", "replace").split())[:SHORT_MAX]
