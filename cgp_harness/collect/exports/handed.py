"""The pieces of a class download, by student: the last attempt, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cgp_harness.collect.exports.canvas import NAME as CANVAS
from cgp_harness.collect.exports.canvas import own_names
from cgp_harness.collect.exports.piece import Piece
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.model import Status


@dataclass(frozen=True)
class Handed:
    """What one student handed in.

    Args:
        first: a piece of it, which tells whose it is, and when it came.
        own: the student's own name of each entry that is read; empty for a folder.
        receipts: entries that are the platform's own.
        notes: what is said of entries that are not read.
        confused: the attempts, if it cannot be told which is the last.
        attempts: how many the download holds; 0 for one, as which it may hold the last alone.
    """

    first: Piece
    own: Mapping[str, str]
    receipts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confused: tuple[str, ...] = ()
    attempts: int = 0

    def require_files(self) -> None:
        """Refuse to guess which attempt counts, and what holds no file.

        Raises:
            IntakeError: there are several attempts, and a time cannot be read, which is no
                student's fault; or text was typed and no file uploaded.
        """
        if self.confused:
            raise IntakeError(
                f"which attempt is the last cannot be told: {', '.join(map(shown, self.confused))}",
                expected="times as English writes them",
                fix="delete the folders of the earlier attempts", status=Status.GRADER_ERROR)
        if not self.own:
            raise IntakeError(
                f"no file was handed in, only text that was typed into {self.platform}",
                expected="at least one .py or .ipynb file")

    @property
    def platform(self) -> str:
        """Its name."""
        return self.first.student.platform


def handed(pieces: Mapping[str, Piece]) -> list[Handed]:
    """Each student's own, in the order of the names."""
    students: dict[str, dict[str, Piece]] = {}
    for name, piece in sorted(pieces.items()):
        students.setdefault(piece.key, {})[name] = piece
    return [_handed(own) for own in students.values()]


def _handed(pieces: Mapping[str, Piece]) -> Handed:
    attempts = {one.attempt: one for one in pieces.values()}
    told = {one.told for one in pieces.values()}
    if len(told) > 1 and "" in attempts:
        return Handed(replace(next(iter(pieces.values())), submitted_at=""), {},
                      confused=tuple(sorted(told)))
    last = max(attempts)
    now = {name: one for name, one in pieces.items() if one.attempt == last}
    receipts = [name for name, one in now.items() if one.receipt]
    files = {name: one for name, one in now.items() if not one.typed and not one.receipt}
    first = next(iter(now.values()))
    return Handed(
        first, dict(zip(files, _own(first, list(files.values())), strict=True)), tuple(receipts),
        (*_earlier(attempts, last), *_typed(now.values())),
        attempts=len(attempts) if len(attempts) > 1 else 0)


def _own(first: Piece, files: list[Piece]) -> list[str]:
    return own_names(files) if first.student.platform == CANVAS else [one.own for one in files]


def _earlier(attempts: Mapping[str, Piece], last: str) -> list[str]:
    earlier = [one.told for attempt, one in sorted(attempts.items()) if attempt != last]
    if not earlier:
        return []
    which = f"the attempt of {earlier[0]} is" if len(earlier) == 1 else (
        f"the attempts of {', '.join(earlier)} are")
    return [f"{which} left out: that of {attempts[last].told} is the last"]


def _typed(pieces: Iterable[Piece]) -> list[str]:
    return [f"what was typed into {platform} is left out: only .py and .ipynb files are read"
            for platform in sorted({one.student.platform for one in pieces if one.typed})]
