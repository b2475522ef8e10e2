"""A change to a syntax tree: nodes of it and what stands in their place, and how it is said."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Container, Mapping, Sequence
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


def changed(
    tree: Any, edits: Sequence[Edit], above: Mapping[int, ast.AST | None] | None = None
) -> Any:
    """A tree with these edits; those inside what is taken out are lost.

    What no edit is in is not copied: nobody may change it. All that is new has a place in the file,
    that of what it stands for.

    Args:
        above: what `parents` says of the tree; to know it saves most of the time.
    """
    above = parents(tree) if above is None else above
    with_edits: set[int] = set()
    for one in edits:
        node: ast.AST | None = one.node
        while node is not None and id(node) not in with_edits:
            with_edits.add(id(node))
            node = above.get(id(node))
    return _Copy(above, with_edits).of(tree, {id(one.node): one.by for one in edits})


def parents(tree: Any) -> dict[int, ast.AST | None]:
    """By the `id` of each node of some trees: the one that it stands in; None for the trees."""
    found: dict[int, ast.AST | None] = {}
    for root in _several(tree):
        found[id(root)] = None
        for node in ast.walk(root):
            found.update((id(child), node) for child in ast.iter_child_nodes(node))
    return found


class _Copy:
    """Copies what has edits in it, and what is new; this takes most of the time of a change."""

    def __init__(self, known: Container[int], with_edits: Container[int]) -> None:
        self._known, self._with_edits = known, with_edits

    def of(self, part: Any, by: Mapping[int, Replacement], place: ast.AST | None = None) -> Any:
        """A copy; `place`: of what has none in the file."""
        known, with_edits = self._known, self._with_edits
        if isinstance(part, (list, tuple)):
            new: list[Any] = []
            for one in part:
                number = id(one)
                if number in known and number not in with_edits:
                    new.append(one)
                else:
                    new += _several(self.of(one, by, place))
            return new
        if not isinstance(part, ast.AST):
            return part
        if id(part) in by:
            rest = {key: one for key, one in by.items() if key != id(part)}
            return self._in_place(
                by[id(part)], rest, part if hasattr(part, "lineno") else place)
        made = type(part).__new__(type(part))  # Python 3.13 warns where fields are left out
        fields = made.__dict__
        fields.update(part.__dict__)
        if place is not None and "lineno" in made._attributes:
            if "lineno" in fields:
                place = None
            else:
                ast.copy_location(made, place)
        for name, one in fields.items():
            if isinstance(one, list) or (isinstance(one, ast.AST) and (
                    id(one) not in known or id(one) in with_edits)):
                fields[name] = self.of(one, by, place)
        return made

    def _in_place(
        self, part: Any, by: Mapping[int, Replacement], place: ast.AST | None
    ) -> Any:
        number = id(part)
        kept = number in self._known and number not in self._with_edits
        return part if kept else self.of(part, by, place)


def _several(node: Any) -> Sequence[Any]:
    return node if isinstance(node, (list, tuple)) else [node]


def text(node: ast.AST) -> str:
    """A node as code."""
    return ast.unparse(node)
