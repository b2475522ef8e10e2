"""Gradescope exports: who handed in each `submission_123456`, and such an export still zipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zipfile import ZipFile, ZipInfo

METADATA = "submission_metadata.yml"
EXPORT = re.compile(r"assignment_[0-9]+_export")
SUBMISSION = re.compile(r"submission_[0-9]+")

KEY = re.compile(r"([^\s:]+):\s*$")
FIELD = re.compile(r"(?P<begin>  - |    ):(?P<field>sid|email|name):(?P<value>.*)$")


def students(metadata: str) -> dict[str, str]:
    """Who handed in each submission, by the name of its folder.

    The file is YAML, written by Ruby. Only the lines that say who it was are read, and only where
    they can stand: further down each submission has its old test output, which students can write.

        submission_123456:
          :submitters:
          - :name: First Last
            :sid: '0012345'
            :email: first@example.edu

    Returns:
        The ids of all members of the group joined by `_`, else their addresses, else names; the
        folder's own name where the lines do not plainly say.
    """
    folder, inside = "", False
    members: dict[str, list[dict[str, str]]] = {}
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
    return {folder: _joined(group) or folder for folder, group in members.items()}


def export_root(archive: ZipFile) -> str | None:
    """What stands before the students' folders in a zipped export; None if it is no export."""
    for info in archive.infolist():
        top, _, name = info.filename.rpartition("/")
        if name == METADATA and (not top or EXPORT.fullmatch(top)):
            return f"{top}/" if top else ""
    return None


def members_by_folder(archive: ZipFile, root: str) -> Mapping[str, list[tuple[str, ZipInfo]]]:
    """Each student's members, by the name inside the student's folder."""
    groups: dict[str, list[tuple[str, ZipInfo]]] = {}
    for info in archive.infolist():
        if info.orig_filename.startswith(root):
            folder, slash, name = info.orig_filename.removeprefix(root).partition("/")
            if slash and SUBMISSION.fullmatch(folder):
                groups.setdefault(folder, []).append((name, info))
    return groups


def _joined(group: list[dict[str, str]]) -> str:
    best = [
        next((member[field] for field in ("sid", "email", "name") if member.get(field)), "")
        for member in group
    ]
    return "_".join(best) if all(best) else ""


def _plain(value: str) -> str:
    """The text of a YAML scalar, if it needs no YAML to read it."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"' and "\\" not in value:
        return value[1:-1]
    special = value[:1] in tuple("!&*|>{}[]%@`'\"#?-") or value in ("null", "~")
    return "" if special or " #" in value else value
