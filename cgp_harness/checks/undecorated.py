"""A function or a class that is called as a task is, and has no decorator of the harness."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.model import SourceFile, at

_DEFINED = re.compile(r"(?:async )?(def|class)[ \t]+(\w+)")
_NOUNS = {"def": "function", "class": "class"}


@dataclass(frozen=True)
class Undecorated:
    """What it is, what it is called, and where it stands."""

    noun: str
    name: str
    where: str


def undecorated(name: str, kind: str, files: Sequence[SourceFile]) -> Undecorated | None:
    """The first definition at the margin of a file whose name is this one, `_` and case aside.

    Lines are read, nothing is parsed: a file may be whatever a student hands in.
    """
    for file in files:
        lines = file.content.decode("utf-8", "replace").splitlines()
        for number, noun, written in _definitions(lines):
            if folded(written) == folded(name) and not _decorated(lines[:number - 1], kind):
                return Undecorated(noun, written, at(file.path, number))
    return None


def folded(name: str) -> str:
    """A name without `_` and capitals."""
    return name.lower().replace("_", "")


def _definitions(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, 1):
        if found := _DEFINED.match(line):
            yield number, _NOUNS[found[1]], found[2]


def _decorated(above: Sequence[str], kind: str) -> bool:
    """Whether the lines right above, up to the first empty one, have the decorator."""
    for line in reversed(above):
        if not line.strip():
            return False
        if line.startswith("@") and kind in line:
            return True
    return False
