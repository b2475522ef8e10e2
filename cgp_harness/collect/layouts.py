"""What a path holds: one submission, a folder of them, or what a course's host exports."""

from __future__ import annotations

import os
import stat
from functools import partial
from pathlib import Path

from cgp_harness.collect.entry import Entry
from cgp_harness.collect.exports.canvas import CanvasFile, canvas_file
from cgp_harness.collect.exports.gradescope import EXPORT, METADATA
from cgp_harness.collect.exports.gradescope_entries import (
    missing,
    refuse_beside_others,
    students_of,
    zipped_export,
)
from cgp_harness.collect.folder import read_folder
from cgp_harness.collect.intake_error import printable
from cgp_harness.collect.members import is_hidden, is_notebook, is_python, is_zip
from cgp_harness.collect.single import read_canvas, read_file
from cgp_harness.errors import HarnessError

ONE_SUBMISSION = ("plugin.py", "pyproject.toml")  # a folder that holds one of these is one
# Lists, notes and handouts that lie beside submissions. Other files (.rar) are someone's attempt.
BESIDE = (
    ".cfg", ".csv", ".html", ".ini", ".json", ".log", ".md", ".pdf", ".png", ".rst", ".sh", ".toml",
    ".tsv", ".txt", ".xls", ".xlsx", ".yaml", ".yml",
)


def entries_at(path: Path, *, alone: bool) -> list[Entry]:
    """Every submission at a path that the instructor gave.

    Args:
        alone: whether it is the only path. Only then is a zip opened as a whole class's export: in
            `cgp grade subs/*.zip` each zip is a student's, who could name others in it.

    Raises:
        HarnessError: the path is missing, unreadable, or holds no submission.
    """
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _folder(path)
    if not stat.S_ISREG(mode) or not _is_submission_file(path.name):
        raise HarnessError(
            "this is no submission", where=printable(str(path)),
            expected="a .py, .ipynb or .zip file, or a folder of them",
        )
    export = zipped_export(path) if is_zip(path.name) else None
    if export is None:
        return [Entry(path.stem, str(path), partial(read_file, path, follow=True))]
    return export if alone else [
        Entry(path.stem, str(path), partial(refuse_beside_others, path.name))
    ]


def entry_at(path: Path) -> Entry:
    """The one submission at a path: a file, or a folder with all that is in it.

    Raises:
        HarnessError: the path is missing, unreadable, no submission, or the export of a class.
    """
    if stat.S_ISDIR(_mode(path)):
        return _whole(path)
    entries = entries_at(path, alone=True)
    if len(entries) != 1:
        raise HarnessError(
            f"there are {len(entries)} submissions", where=printable(str(path)),
            expected="one: a file, or a folder", fix="use `cgp grade` for a class",
        )
    return entries[0]


def _mode(path: Path) -> int:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise HarnessError(
            "there is no such file or folder", where=printable(str(path)),
            expected="a submission, or a folder of submissions",
        ) from error
    needed = os.R_OK | os.X_OK if stat.S_ISDIR(mode) else os.R_OK
    if not os.access(path, needed):
        raise HarnessError(
            "this may not be read", where=printable(str(path)),
            expected="permission to read it", fix="change its permissions, or run as its owner",
        )
    return mode


def _folder(folder: Path) -> list[Entry]:
    if any((folder / name).is_file() for name in ONE_SUBMISSION):
        return [_whole(folder)]
    children = _children(folder)
    if len(children) == 1 and EXPORT.fullmatch(children[0].name) and (
        (children[0] / METADATA).is_file() and not children[0].is_symlink()
    ):
        return _folder(children[0])
    students = students_of(folder)
    entries = _canvas_entries(children)
    for child in children:
        if not _from_canvas(child):
            entries += _child(child, students)
    entries += missing(students, {child.name for child in children}, str(folder))
    if not entries:
        raise HarnessError(
            "there are no submissions in this folder", where=printable(str(folder)),
            expected="a .py, .ipynb or .zip file or a folder for each student",
        )
    return entries


def _whole(folder: Path) -> Entry:
    name = folder.name or folder.resolve().name  # `.` has no name of its own
    return Entry(name, str(folder), partial(read_folder, folder))


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if not is_hidden(child.name))


def _child(child: Path, students: dict[str, str]) -> list[Entry]:
    if child.is_dir() and not child.is_symlink():
        name = students.get(child.name, child.name)
        return [Entry(name, str(child), partial(read_folder, child))]
    if child.suffix.lower() in BESIDE:
        return []
    return [Entry(child.stem, str(child), partial(read_file, child))]


def _from_canvas(child: Path) -> bool:
    return canvas_file(child) is not None and not child.is_dir()


def _canvas_entries(children: list[Path]) -> list[Entry]:
    """The files of each student together, reports too: who sent nothing else gets told so."""
    groups: dict[str, list[CanvasFile]] = {}
    for child in children:
        file = canvas_file(child)
        if file and _from_canvas(child):
            groups.setdefault(file.student, []).append(file)
    return [
        Entry(student, _origin(files), partial(read_canvas, files))
        for student, files in groups.items()
    ]


def _origin(files: list[CanvasFile]) -> str:
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0].path}{more}"


def _is_submission_file(name: str) -> bool:
    return is_python(name) or is_notebook(name) or is_zip(name)
