"""What a path holds: one submission, a folder of them, or the download of a class."""

from __future__ import annotations

import os
import stat
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from cgp_harness.collect.contents import renamed, some
from cgp_harness.collect.entry import Entry, Found
from cgp_harness.collect.exports.on_disk import unpacked
from cgp_harness.collect.exports.zipped import is_unknown_class, refuse_beside_others, zipped
from cgp_harness.collect.folder import is_empty, is_folder
from cgp_harness.collect.intake_error import printable, shown
from cgp_harness.collect.members import (
    is_beside,
    is_hidden,
    is_notebook,
    is_python,
    is_zip,
    proper_name,
)
from cgp_harness.collect.single import read_file, read_whole
from cgp_harness.errors import HarnessError

ONE_SUBMISSION = ("plugin.py", "pyproject.toml")  # a folder that holds one of these is one
PACKED = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz")
PLATFORMS = "Canvas, Moodle, Brightspace, Blackboard or Gradescope"


def found_at(path: Path, stack: ExitStack, *, alone: bool) -> Found:
    """Every submission at a path that the instructor gave.

    Args:
        stack: closes what must stay open until all are read.
        alone: whether it is the only path. Only then is a zip opened as the download of a class:
            in `cgp grade subs/*.zip` each zip is a student's, who could name others in it.

    Raises:
        HarnessError: the path is missing, unreadable, holds no submission, or is a zip of a class
            that cannot be opened as one.
    """
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _folder(path, stack)
    if not stat.S_ISREG(mode) or not _is_submission_file(path.name):
        raise HarnessError(
            "this is no submission", where=printable(str(path)),
            expected="a .py, .ipynb or .zip file, or a folder of them",
            fix="unpack it first, and give the folder" if _is_packed(path.name)
            else renamed(path.name),
        )
    download = zipped(path, stack) if is_zip(path.name) else None
    if download is not None and not alone:
        return Found((Entry(path.stem, str(path), partial(refuse_beside_others, path.name)),))
    if download is None and alone and is_zip(path.name) and is_unknown_class(path):
        raise _unzip_first(path)
    return download or _one(path)


def entry_at(path: Path, stack: ExitStack) -> Entry:
    """The one submission at a path: a file, or a folder with all that is in it.

    Raises:
        HarnessError: the path is missing, unreadable, no submission, or the download of a class.
    """
    if stat.S_ISDIR(_mode(path)):
        return _whole(path)
    if is_zip(path.name) and zipped(path, stack) is None:
        return _one(path).entries[0]
    entries = found_at(path, stack, alone=True).entries
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


def _one(path: Path) -> Found:
    return Found((Entry(path.stem, str(path), partial(read_file, path, follow=True)),))


def _unzip_first(path: Path) -> HarnessError:
    return HarnessError(
        "this zip looks like the submissions of a class, and its names are of no known platform",
        where=printable(str(path)), expected=f"a download of {PLATFORMS}, or one student's zip",
        fix="unzip it first, and give the folder in which each student has a file or a folder",
    )


def _folder(folder: Path, stack: ExitStack) -> Found:
    if any((folder / name).is_file() for name in ONE_SUBMISSION):
        return Found((_whole(folder),))
    children = _children(folder)
    entries, own = unpacked(folder)
    if not own and len(children) == 1:
        [child] = children
        if is_folder(child):
            inner, names = unpacked(child)  # one folder around everything
            if names:
                return _with_others(inner, [
                    one for one in _children(child) if one.name not in names], child)
        elif is_zip(child.name) and child.is_file() and not os.path.islink(child):
            _refuse_class(child, stack)
    return _with_others(entries, [one for one in children if one.name not in own], folder)


def _with_others(entries: list[Entry], others: list[Path], folder: Path) -> Found:
    """A platform's own, and what else lies there: added by hand, or all of it."""
    notes = []
    for child in others:
        note = _stray(child)
        if note:
            notes.append(note)
        elif is_folder(child):
            entries.append(Entry(child.name, str(child), partial(read_whole, child)))
        elif os.path.islink(child) or not is_beside(child.name):
            entries.append(Entry(child.stem, str(child), partial(read_file, child)))
    if not entries:
        raise HarnessError(
            "there are no submissions in this folder"
            + (f", only {some([child.name for child in others])}" if others else ""),
            where=printable(str(folder)),
            expected="a .py, .ipynb or .zip file or a folder for each student",
        )
    return Found(tuple(entries), tuple(notes))


def _refuse_class(path: Path, stack: ExitStack) -> None:
    """A student who is alone in a folder could name others in a zip: it is opened on demand."""
    download = zipped(path, stack)
    if download is not None and len(download.entries) > 1:
        raise HarnessError(
            "this folder holds one zip, which is the download of a class",
            where=printable(str(path)), fix="give the zip itself, or unpack it and give the folder")
    if download is None and is_unknown_class(path):
        raise _unzip_first(path)


def _whole(folder: Path) -> Entry:
    name = folder.name or folder.resolve().name  # `.` has no name of its own
    return Entry(name, str(folder), partial(read_whole, folder))


def _children(folder: Path) -> list[Path]:
    return sorted(child for child in folder.iterdir() if not is_hidden(child.name))


def _stray(child: Path) -> str:
    """What is said to the staff of an entry that is no student's; empty if it may be."""
    name = child.name
    if is_folder(child):
        return f"{shown(name)} is left out: the folder is empty" if is_empty(child) else ""
    if os.path.islink(child) or _is_submission_file(name) or proper_name(name):
        return ""
    if is_beside(name):
        return ""
    return f"{shown(name)} is left out: " + (
        "only zips are opened; unpack it if it is a submission" if _is_packed(name)
        else "it is no .py, .ipynb or .zip file")


def _is_packed(name: str) -> bool:
    return name.lower().endswith(PACKED)


def _is_submission_file(name: str) -> bool:
    return is_python(name) or is_notebook(name) or is_zip(name)
