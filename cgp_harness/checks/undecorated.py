"""A function or a class that is called as a task is, and has no decorator of the harness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cgp_harness.checks.forbidden import apart
from cgp_harness.model import SourceFile, at
from cgp_reference.errors import folded


@dataclass(frozen=True)
class Undecorated:
    """What it is, what it is called, and where it stands."""

    noun: str
    name: str
    where: str


def undecorated(name: str, kind: str, files: Sequence[SourceFile]) -> Undecorated | None:
    """The first definition at the margin of a file whose name is this one, see `folded`."""
    if not any(folded(name) in folded(one.content.decode("utf-8", "replace")) for one in files):
        return None  # spares a process
    return next((
        Undecorated(one.noun, one.name, at(one.path, one.line)) for one in apart.defined(files)
        if folded(one.name) == folded(name) and kind not in one.decorators), None)
