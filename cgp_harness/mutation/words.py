"""How much of a right answer a sentence about a change may give away."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from typing import Literal

from cgp_harness.mutation.change import Said
from cgp_harness.mutation.source import Source, arguments, assigned

Reveal = Literal["kind", "place", "full"]
"""`kind`: what sort of change it is. `place`: what is changed too, if all names in it stand in the
handout. `full`: all of it."""


def told(said: Said, reveal: Reveal, secret: Collection[str]) -> str:
    """The clause for students.

    Args:
        secret: names of the answer that no handout shows.
    """
    if reveal == "full":
        return said.full
    named = set(re.findall(r"[A-Za-z_]\w*", said.full))
    return said.full if reveal == "place" and not named & set(secret) else said.general


def secret(source: Source) -> frozenset[str]:
    """Names that only the answer has: its local ones, and the functions that it calls."""
    shown = {source.name}
    for tree in source.functions():
        if tree is source.trees[0] or tree.name in ("forward", "backward"):
            shown.update(arguments(tree))
    local = {name for tree in source.functions() for name in assigned(tree)}
    helpers = {tree.name for tree in source.trees}
    inner = {name for tree in source.trees[1:] if isinstance(tree, ast.FunctionDef)
             for name in arguments(tree)}
    return frozenset((local | helpers | inner) - shown)
