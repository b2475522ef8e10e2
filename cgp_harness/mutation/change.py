"""A change to a syntax tree: nodes of it and what stands in their place, and how it is said."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Replacement = ast.AST | Sequence[ast.AST]


@dataclass(frozen=True, eq=False)
class Edit:
    """A node, and what stands in its place: a node, or statements for a statement.

    What is put in may hold nodes of the tree, the one that it stands for among them.
    """

    node: ast.AST
    by: Replacement


@dataclass(frozen=True)
class Said:
    """What a change is, in a clause that follows "your update is Adam, but".

    Args:
        general: without any of the names and numbers of the answer.
        full: with them.
    """

    general: str
    full: str


@dataclass(frozen=True, eq=False)
class Change:
    """One mistake: edits that are made together.

    Args:
        operator: identifies the kind of change.
        edits: none is inside what another one takes out.
        cost: the simpler of two that do the same is the one that costs less.
        said: in words.
    """

    operator: str
    edits: tuple[Edit, ...]
    cost: float
    said: Said

    @property
    def id(self) -> str:
        """Identifies it in results: the same for the same change of the same answer."""
        digest = hashlib.sha256(self.said.full.encode()).hexdigest()
        return f"{self.operator}_{digest[:6]}"


def both(one: Change, other: Change) -> Change:
    """Two changes as one: what is inside something that the other takes out is lost."""
    return Change(f"{one.operator}+{other.operator}", one.edits + other.edits,
                  one.cost + other.cost, and_(one.said, other.said))


def and_(one: Said, other: Said) -> Said:
    """Both clauses as one."""
    return Said(f"{one.general}, and {other.general}", f"{one.full}, and {other.full}")


def changed(tree: Any, edits: Sequence[Edit]) -> Any:
    """A copy of a tree with these edits; those inside what is taken out are lost."""
    return _copied(tree, {id(one.node): one.by for one in edits})


def _copied(node: Any, by: Mapping[int, Replacement]) -> Any:
    if isinstance(node, (list, tuple)):
        return [new for one in node for new in _several(_copied(one, by))]
    if not isinstance(node, ast.AST):
        return node
    if id(node) in by:
        return _copied(by[id(node)], {key: one for key, one in by.items() if key != id(node)})
    made = type(node)(**{name: _copied(one, by) for name, one in ast.iter_fields(node)})
    return ast.copy_location(made, node)


def _several(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]


def text(node: ast.AST) -> str:
    """A node as code."""
    return ast.unparse(node)
