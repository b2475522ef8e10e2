"""Names that a submission must not use, found in its syntax tree without running it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.model import SourceFile

ALLOWED = ("torch.optim.Optimizer", "torch.optim.optimizer")
"""The base class that the adapter accepts, and its module."""


@dataclass(frozen=True)
class Use:
    """A forbidden name, where it stands, and the lines of the top-level statement around it."""

    name: str
    path: str
    line: int
    first: int
    last: int

    def inside_the_statement_at(self, where: str) -> bool:
        """Whether `file:line` is in the same top-level statement (a function, a class)."""
        path, _, line = where.rpartition(":")
        return path == self.path and line.isdigit() and self.first <= int(line) <= self.last


def uses(files: Sequence[SourceFile], forbidden: Sequence[str]) -> tuple[Use, ...]:
    """Every forbidden name that is used.

    Code under `if __name__ == "__main__":` does not count: the grader never runs it.
    """
    found: list[Use] = []
    for file in files:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the student's invalid escapes are not ours
                tree = ast.parse(file.content)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue  # `loads` reports why the file cannot be imported
        aliases = _aliases(tree)
        for statement in tree.body:
            first = min([statement.lineno, *(
                one.lineno for one in getattr(statement, "decorator_list", ()))])
            found += [
                Use(name, file.path, node.lineno, first, statement.end_lineno or first)
                for node in _reached(statement) for name in _names(node, aliases)
                if _is_forbidden(name, forbidden)
            ]
    return tuple(sorted(found, key=lambda use: (use.path, use.line)))


def _is_forbidden(name: str, forbidden: Sequence[str]) -> bool:
    if any(name == one or name.startswith(f"{one}.") for one in ALLOWED):
        return False
    # Naming torch.optim itself is how one reaches the base class.
    named = any(name == one and one != "torch.optim" for one in forbidden)
    inside = any(name.startswith(f"{one}.") for one in forbidden)
    return named or inside or ("torch.optim" in forbidden and name.startswith("torch._fused_"))


def _aliases(tree: ast.AST) -> dict[str, str]:
    """Local name -> dotted name, for everything imported anywhere in the file."""
    aliases = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                top = item.name.partition(".")[0]
                aliases[item.asname or top] = item.name if item.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for item in node.names:
                aliases[item.asname or item.name] = f"{node.module}.{item.name}"
    return aliases


def _reached(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and _is_main_guard(node.test):
            pending.extend(node.orelse)
            continue
        if isinstance(node, (ast.Attribute, ast.ImportFrom)):
            yield node
        pending.extend(ast.iter_child_nodes(node))


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare) and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )


def _names(node: ast.AST, aliases: dict[str, str]) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{item.name}" for item in node.names] if not node.level else []
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return []
    return [".".join([aliases[node.id], *reversed(parts)])]
