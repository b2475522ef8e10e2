"""A class download as entries, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from cgp_harness.collect.contents import Contents
from cgp_harness.collect.entry import Entry
from cgp_harness.collect.exports import blackboard
from cgp_harness.collect.exports.handed import Handed, handed
from cgp_harness.collect.exports.piece import Piece
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import Budget
from cgp_harness.collect.nested import opened_archives


class Place(Protocol):
    """Where a class download lies: a folder, or a zip."""

    def origin(self, name: str) -> str:
        """Where an entry is, as the instructor wrote the path."""

    def begin(self, name: str, longest: int) -> bytes:
        """The first bytes of a file; raises `IntakeError`."""

    def read(self, own: Mapping[str, str], budget: Budget) -> Contents:
        """What these entries hold, by the student's own names; raises `IntakeError`."""


def entries_of(pieces: Mapping[str, Piece], place: Place) -> list[Entry]:
    """One for each student."""
    return [_entry(one, place) for one in handed(pieces)]


def unlisted(names: Iterable[str], listed: Mapping[str, Piece], origin: str) -> list[Entry]:
    """Submissions that a list has and the download has not: they get a report too."""
    return [
        Entry(listed[name].id, origin, partial(_refuse_missing, name), listed[name].student,
              listed[name].submitted_at)
        for name in names]


def _entry(one: Handed, place: Place) -> Entry:
    id_, student = one.first.id, one.first.student
    for name in one.receipts:
        with suppress(IntakeError):  # it tells a name, and no more
            student = blackboard.student(student, place.begin(name, blackboard.RECEIPT_BYTES))
            id_ = student.user_id
    names = list(one.own) or list(one.receipts)
    origin = place.origin(names[0] if names else "")
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return Entry(id_, origin + more, partial(_read, one, place), student,
                 one.first.submitted_at, one.first.late, one.attempts)


def _read(one: Handed, place: Place, budget: Budget) -> Contents:
    one.require_files()
    contents = opened_archives(place.read(one.own, budget), budget)
    return replace(contents, notes=[*one.notes, *contents.notes])


def _refuse_missing(folder: str, _: Budget) -> Contents:
    raise IntakeError(
        f"the export lists {shown(folder)} but holds no such folder",
        where="submission_metadata.yml", fix="download the export again",
    )
