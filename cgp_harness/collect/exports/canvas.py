"""Canvas downloads: `lastfirst_12345_67890_adam-1.py`, all students' files in one flat folder.

Named in Canvas' `lib/content_zipper.rb` (`get_filename`, `add_upload_submission`,
`add_text_or_url`; github.com/instructure/canvas-lms, read in 2026): the sortable name in lower case
with letters, digits and `_` alone, `_LATE` if it was, the user's number, the attachment's, and the
name of the file, to which Canvas has put `-1` when a file of that name was handed in before. Of an
anonymous assignment: `LATE_` if it was, `anon_` and a code. Text is `name_12345_text.html`, an
address `name_12345_link.html`. In a group assignment the name is the group's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from cgp_harness.collect.exports.piece import Piece, Platform, kept
from cgp_harness.model import Student

NAME = "Canvas"
# Canvas has had millions of attachments; numbers do not begin with 0, as those of students may.
UPLOAD = re.compile(
    r"(?P<who>.+?)(?P<late>_LATE)?_(?P<user>[1-9][0-9]{2,})_(?P<mark>[1-9][0-9]{4,})_(?P<own>.+)",
    re.DOTALL)
ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<code>[0-9A-Za-z]{3,12})_(?P<mark>[1-9][0-9]{4,})_(?P<own>.+)",
    re.DOTALL)
TYPED = re.compile(
    r"(?:(?P<who>.+?)(?P<late>_LATE)?_(?P<user>[1-9][0-9]{2,})"
    r"|(?P<anonymous_late>LATE_)?anon_(?P<code>[0-9A-Za-z]{3,12}))_(?P<own>text|link)\.html")
RESUBMITTED = re.compile(r"-[0-9]+(?=\.[^.]*$)")
DATE = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def piece(name: str, folder: bool) -> Piece | None:
    """What the name of a file tells, if Canvas wrote it."""
    # What the student has named comes last, and may look like the name of another's text.
    match = None if folder else (
        ANONYMOUS.fullmatch(name) or UPLOAD.fullmatch(name) or TYPED.fullmatch(name))
    if match is None:
        return None
    part = match.groupdict()
    late = bool(part.get("late") or part.get("anonymous_late"))
    if part.get("code"):
        key = f"anon_{part['code']}"
        student = Student(NAME)
    else:
        key = f"{part['who']}_{part['user']}"
        student = Student(NAME, part["user"], kept(part["who"]))
    typed = "mark" not in part
    own = f"{part['own']}.html" if typed else part["own"]
    return Piece(key, key, student, own, part.get("mark", ""), late=late, typed=typed)


def plausible(pieces: Sequence[Piece]) -> bool:
    """Dates in the place of numbers are someone's own way to name files: `ada_20261103_110500_…`"""
    return any(not DATE.fullmatch(one.student.user_id) for one in pieces) and any(
        not DATE.fullmatch(one.mark) for one in pieces)


def own_names(pieces: Sequence[Piece]) -> list[str]:
    """What one student called the files: without `-1`, unless two would then be called the same."""
    bare = [RESUBMITTED.sub("", one.own) for one in pieces]
    bares, fulls = Counter(bare), Counter(one.own for one in pieces)
    names = []
    for name, one in zip(bare, pieces, strict=True):
        if bares[name] == 1:
            names.append(name)
        elif fulls[one.own] == 1:
            names.append(one.own)
        else:
            names.append(f"{one.mark}_{one.own}")
    return names


CANVAS = Platform(NAME, piece, plausible)
