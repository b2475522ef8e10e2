"""An attack: a submission whose header says what it tries, what shows success, and what stops it.

    \"""Read a file of the grader's.

    shows: score
    by: files
    \"""

`shows`, any of which counts, whatever the header says; see `trap.py`:

    score    it gets points: its answer is right only once it has succeeded, or it never is
    secret   a text comes out that only the grader has
    file     a file of the grader's has changed, or one is left behind
    process  a process is left behind, or another one was signalled
    network  a connection arrives
    grader   grading breaks off, or the next submission notices
    page     its own markup, control characters or formulas stand in a report
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cgp_harness.attacks import archives, notebooks, texts

SHOWS = ("score", "secret", "file", "process", "network", "grader", "page")
FOLDER = Path(__file__).with_name("submissions")
"""In it a room for each kind of attack."""
_HEADER = re.compile(r'"""(.*?)\n\n(.*?)\n"""', re.DOTALL)


@dataclass(frozen=True)
class Attack:
    """One of them.

    Args:
        says: what it tries.
        shows: what success looks like, one of `SHOWS`.
        by: layers of the security model, any of which stops it.
        task: what it hands in, of `homeworks.py`.
        make: gives its content, with placeholders for what a trap has.
        file: what it is called when it is handed in.
    """

    name: str
    says: str
    shows: str
    by: tuple[str, ...]
    make: Callable[[], bytes]
    task: str = "sgd"
    file: str = "plugin.py"


def attacks() -> tuple[Attack, ...]:
    """All of them, by name."""
    return tuple(sorted((*_written(), *_made()), key=lambda one: one.name))


def written(name: str) -> str:
    """The text of one that is a file."""
    [path] = FOLDER.rglob(f"{name}.py")
    return path.read_text(encoding="utf-8")


def _written() -> Iterator[Attack]:
    for path in FOLDER.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found = _HEADER.match(text)
        assert found is not None, f"{path} has no header"
        yield _attack(path.stem, found[1], found[2], text.encode)


def _made() -> Iterator[Attack]:
    """Those that are made by a function, which has their header."""
    for name, make in (archives.MADE | notebooks.MADE | texts.MADE).items():
        says, _, header = (make.__doc__ or "").partition("\n\n")
        yield _attack(name, says, header, make)


def _attack(name: str, says: str, header: str, make: Callable[[], bytes]) -> Attack:
    lines = [line.strip().partition(": ") for line in header.strip().splitlines()]
    fields = {key: value for key, _, value in lines}
    by = tuple(fields.pop("by").split(", "))
    return Attack(name, " ".join(says.split()), by=by, make=make, **fields)
