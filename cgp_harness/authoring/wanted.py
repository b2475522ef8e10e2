"""What the solution asks students for: one thing for each that it registers."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cgp_harness.authoring.source import Definition, begins

TITLE = 40
"""Characters at most of a title that is taken from a docstring."""


@dataclass(frozen=True)
class Wanted:
    """One task, as the solution has it.

    Args:
        kind: of task.
        name: that it is registered under.
        node: the definition.
        target: what is registered.
        parts: further definitions that belong to it, such as that of its derivative.
    """

    kind: str
    name: str
    node: Definition
    target: Any = None
    parts: tuple[Definition, ...] = ()

    @property
    def title(self) -> str:
        """What the docstring begins with, if that is the name and short; else the name as words."""
        said = (ast.get_docstring(self.node) or "").partition("\n")[0]
        for mark in ":;.,(=":
            said = said.partition(mark)[0].rstrip()
        named = _folded(said).startswith(_folded(self.name))
        fits = named and len(said) <= TITLE
        return said[:1].upper() + said[1:] if fits else spelt(self.name)


def spelt(name: str) -> str:
    """A name as words.

    >>> spelt("layer_norm")
    'Layer norm'
    """
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


def at(body: Sequence[ast.stmt], line: int) -> Definition | None:
    """The definition whose decorators or first line a line is of; None if there is none."""
    return next((
        node for node in body if isinstance(node, Definition)
        and begins(node) <= line <= node.lineno), None)
