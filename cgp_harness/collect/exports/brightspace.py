"""Brightspace (D2L) downloads: `104840-170649 - First Last - Nov 26, 2025 933 PM/…`.

One folder for each attempt, with `index.html` beside them. D2L documents the form nowhere that is
public; taken from scripts of those who teach with it (two numbers, of which the second is the same
in the whole assignment, the name, and the time of the institution without a colon; older or flat
downloads have it before the name of the file). A language other than English writes the time in its
own way: it is kept as it is, and only then unread.
"""

from __future__ import annotations

import re
from datetime import datetime

from cgp_harness.collect.exports.piece import Piece, Platform, kept
from cgp_harness.model import Student

NAME = "Brightspace"
BEGIN = r"(?P<id>[0-9]+)-(?P<assignment>[0-9]+) - "
WHEN = r"(?P<when>[^-]*\b(?:19|20)[0-9]{2}\b[^-]*|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}[^-]*)"
FOLDER = re.compile(rf"{BEGIN}(?P<who>.+) - {WHEN}", re.DOTALL)
FILE = re.compile(rf"{BEGIN}(?P<who>.+?)(?: - {WHEN})? - (?P<own>.+)", re.DOTALL)
FORMS = ("%b %d, %Y %I%M %p", "%B %d, %Y %I%M %p", "%b %d, %Y %H%M", "%B %d, %Y %H%M",
         "%d %b %Y %H%M", "%d %B %Y %H%M", "%d %b %Y %I%M %p", "%d %B %Y %I%M %p",
         "%Y-%m-%d %H%M", "%Y-%m-%d %I%M %p")


def piece(name: str, folder: bool) -> Piece | None:
    """What a name tells, if Brightspace wrote it."""
    match = (FOLDER if folder else FILE).fullmatch(name)
    if not match:
        return None
    who, when = kept(match["who"]), match["when"] or ""
    time = moment(when)
    return Piece(
        f"{match['id']}-{match['assignment']} {who}", f"{who}_{match['id']}",
        Student(NAME, match["id"], who), "" if folder else match["own"], attempt=time,
        told=kept(when), submitted_at=time)


def moment(text: str) -> str:
    """ISO 8601 of a time as Brightspace writes it in English; empty if it is written otherwise.

    >>> moment("Nov 26, 2025 933 PM"), moment("3 November 2026 1105"), moment("le 3 nov. 2026")
    ('2025-11-26T21:33:00', '2026-11-03T11:05:00', '')
    """
    plain = re.sub(r"(?<=[0-9])[:._h](?=[0-9]{2})", "", " ".join(text.split()))
    # Three digits of a time would be read as two and one.
    plain = re.sub(r" ([0-9]{3})(?= |$)", r" 0\1", plain)
    for form in FORMS:
        try:
            return datetime.strptime(plain, form).isoformat()
        except ValueError:
            continue
    return ""


BRIGHTSPACE = Platform(NAME, piece)
