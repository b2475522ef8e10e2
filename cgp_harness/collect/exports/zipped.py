"""A class download that is still zipped: one table of contents is read once for all students."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from cgp_harness.collect.archive import DIRECTORY_RECORD, opened, read_member, read_members
from cgp_harness.collect.contents import Contents
from cgp_harness.collect.entry import Entry, Found
from cgp_harness.collect.exports import gradescope
from cgp_harness.collect.exports.class_like import looks_like_a_class
from cgp_harness.collect.exports.entries import entries_of, unlisted
from cgp_harness.collect.exports.piece import Piece
from cgp_harness.collect.exports.recognised import recognised
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import MIB, Budget
from cgp_harness.collect.members import danger, is_beside, is_hidden

METADATA_BYTES = 64 * MIB  # it repeats every student's test output
# 5,000 students with 40 files each, and more; zipfile takes 5 µs and 450 bytes for each.
RECORDS = 200_000
WRAPPERS = 3
"""Folders around everything that are looked into."""

Members = dict[str, list[tuple[str, ZipInfo]]]
"""What is in each entry, by its name inside it; a file's own has none."""
OUTSIDE = ""
"""The entry of what could point out of the zip."""


@dataclass(frozen=True)
class Zipped:
    """A level of an open zip; a `Place`.

    Args:
        above: where it is: the path of the zip, and the folders in it.
    """

    archive: ZipFile
    above: str
    members: Members

    def origin(self, name: str) -> str:
        """See `Place`."""
        return f"{self.above}/{name}"

    def begin(self, name: str, longest: int) -> bytes:
        """See `Place`."""
        _, info = self.members[name][0]
        return read_member(self.archive, info, shown(name), longest)

    def read(self, own: Mapping[str, str], budget: Budget) -> Contents:
        """See `Place`."""
        named = [(own_name or inner, info) for name, own_name in own.items()
                 for inner, info in self.members[name]]
        budget.take_records(len(named))
        return read_members(self.archive, named, budget, archives=True)


def zipped(path: Path, stack: ExitStack) -> Found | None:
    """The submissions of a zipped class download; None if the zip is something else.

    Args:
        stack: closes the zip once all are read.
    """
    try:
        if _records(path) > RECORDS:
            return None
        archive = stack.enter_context(opened(stack.enter_context(path.open("rb"))))
        level, above = _level((info.orig_filename, info) for info in archive.infolist()), str(path)
        for _ in range(WRAPPERS):
            place = Zipped(archive, above, level)
            found = _found(place)
            if found is not None:
                return found
            folders = [name for name in level if name != OUTSIDE and not is_beside(name)]
            if len(folders) != 1 or not _is_folder(level[folders[0]]):
                return None
            above, level = f"{above}/{folders[0]}", _level(level[folders[0]])
    except (IntakeError, OSError):
        return None  # the reason is given when it is read as one submission
    return None


def is_unknown_class(path: Path) -> bool:
    """Whether a zip that is no known download looks like the submissions of several students."""
    try:
        with path.open("rb") as file, opened(file) as archive:
            return _records(path) <= RECORDS and looks_like_a_class(
                [info.orig_filename for info in archive.infolist()])
    except (IntakeError, OSError):
        return False


def refuse_beside_others(name: str, _: Budget) -> Contents:
    """A student's zip among others could name other students; a real export is graded alone."""
    raise IntakeError(
        f"{shown(name)} is the download of a whole class", expected="one student's submission",
        fix="grade the download by itself, or unpack it and give the folder",
    )


def _found(place: Zipped) -> Found | None:
    names = {name: _is_folder(inner) for name, inner in place.members.items() if name != OUTSIDE}
    pieces: dict[str, Piece]
    gone: list[Entry] = []
    if names.get(gradescope.METADATA) is False:
        metadata = place.begin(gradescope.METADATA, METADATA_BYTES).decode("utf-8", "replace")
        pieces, listed = gradescope.found(metadata, names), gradescope.pieces(metadata)
        gone = unlisted(gradescope.missing(listed, set(pieces)), listed, place.above)
    else:
        pieces = recognised(names)
        if not pieces:
            return None
    strays = [f"{shown(name)} is left out: its name is none that the platform gives"
              for name, folder in sorted(names.items())
              if name not in pieces and (folder or not is_beside(name))]
    if OUTSIDE in place.members:
        strays.append("names that lead out of the zip are left out")
    return Found((*entries_of(pieces, place), *gone), tuple(strays))


def _level(members: Iterable[tuple[str, ZipInfo]]) -> Members:
    """The entries of one level, each with what is in it."""
    level: Members = {}
    for name, info in members:
        plain = name.replace("\\", "/")
        while plain.startswith("./"):
            plain = plain[2:]
        top, _, inner = plain.partition("/")
        if plain and danger(top or plain):
            level.setdefault(OUTSIDE, []).append((plain, info))
        elif plain and not is_hidden(top):
            level.setdefault(top, []).append((inner.lstrip("/"), info))
    return level


def _is_folder(members: list[tuple[str, ZipInfo]]) -> bool:
    return any(inner or info.orig_filename.endswith(("/", "\\")) for inner, info in members)


def _records(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(DIRECTORY_RECORD) for chunk in iter(partial(file.read, MIB), b""))
