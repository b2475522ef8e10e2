"""What a statement at the top of a text binds, changes and reads."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.collect.objects.texts import Text

_DEFINING = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_IMPORTS = ast.Import | ast.ImportFrom
_COMPREHENSIONS = ("listcomp", "setcomp", "dictcomp", "genexpr")


@dataclass(frozen=True, eq=False)
class Statement:
    """One of them.

    Args:
        text: where it stands.
        node: what it is.
        binds: names that it gives a value.
        changes: names of what it changes in place: `table["a"] = 1`.
        calls: names of what may change, `table.append(1)`.
        reads: names that it looks up as it runs.
        later: names that its functions look up when they are called.
        perhaps: names that a class has itself, and may look up before: `EPS = EPS`.
    """

    text: Text
    node: ast.stmt
    binds: frozenset[str]
    changes: frozenset[str]
    calls: frozenset[str]
    reads: frozenset[str]
    later: frozenset[str]
    perhaps: frozenset[str]

    @property
    def first_line(self) -> int:
        """Where it begins, with its decorators."""
        return first_line(self.node)

    def replaces(self, name: str) -> bool:
        """Whether what the name meant before does not matter any more."""
        once = isinstance(self.node, _DEFINING | _IMPORTS | ast.Assign | ast.AnnAssign)
        return once and name in self.binds and name not in self.reads

    @property
    def defines(self) -> bool:
        """Whether what it binds is a function, a class or a module."""
        return isinstance(self.node, _DEFINING | _IMPORTS)


def statements_of(text: Text) -> list[Statement]:
    """All of a text; none of a cell that is no Python, which has not run."""
    lines = text.source.split("\n")
    try:
        return [_statement(text, node, lines) for node in ast.parse(text.source).body]
    except SyntaxError:
        return []


def first_line(node: ast.AST) -> int:
    """Where a statement or a lambda begins, with its decorators."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(one.lineno for one in (node, *decorators) if isinstance(one, ast.stmt | ast.expr))


def _statement(text: Text, node: ast.stmt, lines: Sequence[str]) -> Statement:
    top = symtable.symtable(_source(node, lines), text.file, "exec")
    reads: set[str] = set()
    later: set[str] = set()
    perhaps: set[str] = set()
    for table, now in _tables(top, now=True):
        for symbol in table.get_symbols():
            used = symbol.is_referenced() or (table is not top and symbol.is_assigned())
            if used and (table is top or symbol.is_global()):
                (reads if now else later).add(symbol.get_name())
            elif symbol.is_referenced() and isinstance(table, symtable.Class):
                perhaps.add(symbol.get_name())
    binds = {one.get_name() for one in top.get_symbols()
             if one.is_assigned() or one.is_imported() or one.is_namespace()}
    binds -= {one.id for one in ast.walk(node)
              if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Del)}
    call = node.value.func if isinstance(node, ast.Expr) and isinstance(
        node.value, ast.Call) else None
    called = _root(call) if isinstance(call, ast.Attribute) else ""
    changed = set() if isinstance(node, _DEFINING) else {
        _root(one) for one in ast.walk(node) if isinstance(one, ast.Attribute | ast.Subscript)
        and isinstance(one.ctx, ast.Store | ast.Del)}
    return Statement(
        text, node, frozenset(binds), frozenset(changed - {""}), frozenset({called} - {""}),
        frozenset(reads), frozenset(later), frozenset(perhaps))


def _source(node: ast.stmt, lines: Sequence[str]) -> str:
    """Its text alone; another may stand in the same line."""
    own = [line.encode() for line in lines[first_line(node) - 1:node.end_lineno]]
    own[-1] = own[-1][:node.end_col_offset]
    if first_line(node) == node.lineno:
        own[0] = own[0][node.col_offset:]
    return b"\n".join(own).decode()


def _tables(
    table: symtable.SymbolTable, *, now: bool
) -> Iterator[tuple[symtable.SymbolTable, bool]]:
    """Every scope, and whether it runs as the statement does."""
    yield table, now
    for child in table.get_children():
        deferred = isinstance(child, symtable.Function) and (
            child.get_name() not in _COMPREHENSIONS)
        yield from _tables(child, now=now and not deferred)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
