"""Moodle downloads: `Full Name_4006831_assignsubmission_file/…`, or flat with that before the name.

Named in Moodle's `mod/assign/classes/downloader.php` (`get_student_prefix`,
`load_submissionplugin_filelist`; github.com/moodle/moodle, read in 2026): the full name with a
space for each `_`, the participant's number in this assignment (with blind marking `Participant`),
the kind of the plugin and its name; then a folder (since Moodle 3.1, as a rule), whose name ended
with `_` in some versions, or `_` and the name of the file. A group has its name and number; the
default group has no number. Text is `…_assignsubmission_onlinetext/onlinetext.html`.
"""

from __future__ import annotations

import re

from cgp_harness.collect.exports.piece import Piece, Platform, kept
from cgp_harness.model import Student

NAME = "Moodle"
PREFIX = re.compile(
    r"(?P<who>.+?)(?:_(?P<id>[0-9]+))?_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<own>.*))?",
    re.DOTALL)
BLIND = "Participant"


def piece(name: str, folder: bool) -> Piece | None:
    """What a name tells, if Moodle wrote it."""
    match = PREFIX.fullmatch(name)
    if not match or (folder and match["own"]) or not (folder or match["own"]):
        return None
    who = kept(match["who"].replace("_", " "))
    number = match["id"] or ""
    key = f"{who}_{number}" if number else who
    return Piece(
        key, key, Student(NAME, number, "" if who == BLIND else who), match["own"] or "",
        typed=match["plugin"] != "file")


MOODLE = Platform(NAME, piece)
