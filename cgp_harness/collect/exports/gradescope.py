"""Gradescope exports: `submission_123456/…`, and whose each is in `submission_metadata.yml`.

The form is that of the exports themselves; Gradescope documents it nowhere that is public.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cgp_harness.collect.exports.piece import Piece, kept
from cgp_harness.model import Student

NAME = "Gradescope"
METADATA = "submission_metadata.yml"
SUBMISSION = re.compile(r"submission_[0-9]+")

KEY = re.compile(r"([^\s:]+):\s*$")
FIELD = re.compile(r"(?P<begin>  - |    ):(?P<field>sid|email|name):(?P<value>.*)$")
CREATED = re.compile(
    r"  :created_at: '?(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[ T](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.[0-9]+)? ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})'?\s*$")


def found(metadata: str, names: Mapping[str, bool]) -> dict[str, Piece]:
    """The submissions among some names, of which it is known whether they are folders."""
    listed = pieces(metadata)
    return {name: listed.get(name) or Piece(name, name, Student(NAME))
            for name, folder in names.items() if folder and SUBMISSION.fullmatch(name)}


def pieces(metadata: str) -> dict[str, Piece]:
    """Who handed in each submission and when, by the name of its folder.

    The file is YAML, written by Ruby. Only the lines that say who and when are read, and only where
    they can stand: further down each submission has its old test output, which students can write.

        submission_123456:
          :submitters:
          - :name: First Last
            :sid: '0012345'
            :email: first@example.edu
          :created_at: 2026-04-26 17:34:00.861687000 Z

    Returns:
        Ids are those of all members of the group joined by `_`, else their addresses, else names;
        the folder's own name where the lines do not plainly say.
    """
    folder, inside = "", False
    members: dict[str, list[dict[str, str]]] = {}
    times: dict[str, str] = {}
    for line in metadata.split("\n"):
        key, field = KEY.match(line), FIELD.match(line)
        if key:
            folder, inside = key[1], False
            members.setdefault(folder, [])
        elif line.rstrip() == "  :submitters:" and folder and not members[folder]:
            inside = True
        elif inside and field:
            if field["begin"].strip() or not members[folder]:
                members[folder].append({})
            members[folder][-1][field["field"]] = _plain(field["value"].strip())
        elif line.strip():
            inside = False
            if folder and folder not in times and (created := CREATED.match(line)):
                times[folder] = _moment(created)
    return {folder: _piece(folder, group, times.get(folder, ""))
            for folder, group in members.items()}


def missing(listed: Mapping[str, Piece], folders: set[str]) -> list[str]:
    """Submissions that the list has and the export has not."""
    return [name for name in listed if name not in folders and SUBMISSION.fullmatch(name)]


def _piece(folder: str, group: list[dict[str, str]], time: str) -> Piece:
    best = [
        next((member[field] for field in ("sid", "email", "name") if member.get(field)), "")
        for member in group
    ]
    id_ = "_".join(best) if best and all(best) else folder
    return Piece(folder, id_, _student(group), submitted_at=time)


def _student(group: list[dict[str, str]]) -> Student:
    students = [
        Student(NAME, kept(member.get("sid", "")), kept(member.get("name", "")),
                kept(member.get("email", "")))
        for member in group]
    return students[0] if len(students) == 1 else Student(NAME, group=tuple(students))


def _moment(created: re.Match[str]) -> str:
    zone = created["zone"].replace("UTC", "Z")
    zone = zone if zone == "Z" or ":" in zone else f"{zone[:3]}:{zone[3:]}"
    return f"{created['date']}T{created['time']}{zone}"


def _plain(value: str) -> str:
    """The text of a YAML scalar, if it needs no YAML to read it."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"' and "\\" not in value:
        return value[1:-1]
    special = value[:1] in tuple("!&*|>{}[]%@`'\"#?-") or value in ("null", "~")
    return "" if special or " #" in value else value
