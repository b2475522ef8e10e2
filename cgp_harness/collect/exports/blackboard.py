"""Blackboard downloads: `Homework 3_jdoe3_attempt_2026-11-03-10-00-00_adam.py`, in one flat zip.

Beside the files of each attempt lies its receipt, which ends with the time and `.txt`:

    Name: Jane Doe (jdoe3)
    Assignment: Homework 3
    Date Submitted: Tuesday, 3 November 2026 10:00:00 o'clock GMT
    Current Mark: Needs Marking

and then the text that was typed, the comments, and the files. Blackboard documents the form nowhere
that is public; taken from programs that sort such downloads (github.com/kwurst/bb-file-cleanup,
github.com/vangef/BBGradebookOrganiser, both read in 2026). The time is the institution's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cgp_harness.collect.exports.piece import Piece, Platform, kept
from cgp_harness.model import Student

NAME = "Blackboard"
# The first of all is Blackboard's: what follows is the student's own, and may look like another's.
ENTRY = re.compile(
    r"(?P<assignment>.+?)_(?P<login>[^_]+)_attempt_"
    r"(?P<when>20[0-9]{2}-[01][0-9]-[0-3][0-9]-[0-2][0-9]-[0-5][0-9]-[0-5][0-9])"
    r"(?:_(?P<own>.+)|\.txt)", re.DOTALL)
WHO = re.compile(r"\ufeff?Name: *(?P<name>[^\r\n]*?) *\((?P<login>[^()\r\n]+)\)\s*$", re.MULTILINE)
RECEIPT_BYTES = 64 * 1024


def piece(name: str, folder: bool) -> Piece | None:
    """What the name of a file tells, if Blackboard wrote it."""
    match = None if folder else ENTRY.fullmatch(name)
    if match is None:
        return None
    date, time = match["when"][:10], match["when"][11:].replace("-", ":")
    login, when = kept(match["login"]), f"{date}T{time}"
    # A login may hold `_`: with what stands before it, it is no one else's; the receipt says it.
    return Piece(
        f"{match['assignment']}_{match['login']}", login, Student(NAME, login), match["own"] or "",
        attempt=when, told=f"{date} {time}", submitted_at=when, receipt=not match["own"])


def student(known: Student, receipt: bytes) -> Student:
    """The same with the name that the receipt gives, in its first lines."""
    match = WHO.match(receipt[:RECEIPT_BYTES].decode("utf-8", "replace"))
    if not match or not match["login"].endswith(known.user_id):
        return known
    return replace(known, user_id=kept(match["login"]), name=kept(match["name"]))


BLACKBOARD = Platform(NAME, piece)
