"""Files on disk: read, never followed out of the submission, never opened if they are no files."""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path

from cgp_harness.collect.contents import Contents, Parts
from cgp_harness.collect.intake_error import IntakeError, leads_nowhere, shown, unreadable
from cgp_harness.collect.limits import Budget
from cgp_harness.collect.members import is_hidden, is_source, parts_of

# Not on Windows: there a link needs rights of its own, and a name never opens a pipe.
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
PRECAUTIONS = NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_folder(root: Path, budget: Budget) -> Contents:
    """All source files below `root`.

    Raises:
        IntakeError: a link leaves the folder, something is no file, or the budget is spent.
    """
    contents = Contents()
    pending: list[Parts] = [()]
    while pending:
        above = pending.pop()
        for entry in _entries(root.joinpath(*above), budget):
            parts = (*above, *parts_of(entry.name))
            budget.take_entry(parts)
            if _is_folder(entry):
                pending.append(parts)
            else:
                _take(entry, parts, root, contents, budget)
    return contents


def read_regular(path: Path, longest: int, *, follow: bool = False) -> bytes:
    """At most `longest` + 1 bytes of a regular file; what is none is not opened.

    Args:
        follow: whether a link may be followed; for paths that the instructor gave.

    Raises:
        IntakeError: it is a pipe, a device, a link or unreadable.
    """
    name = shown(path.name)
    flags = os.O_RDONLY | (PRECAUTIONS & ~NOFOLLOW if follow else PRECAUTIONS)
    try:
        check_regular(os.stat(path, follow_symlinks=follow), name)
        with open(os.open(path, flags), "rb") as file:
            # Once more: between the two calls the name may have come to mean something else.
            check_regular(os.fstat(file.fileno()), name)
            return file.read(longest + 1)
    except OSError as error:
        raise unreadable(error, name) from error


def check_regular(status: os.stat_result, name: str) -> None:
    """Refuse links, pipes, sockets and devices."""
    if not stat.S_ISREG(status.st_mode):
        raise IntakeError(
            f"{name} is neither a file nor a folder", expected="no links, pipes or devices"
        )


def _entries(folder: Path, budget: Budget) -> list[os.DirEntry[str]]:
    """What is in one folder and not hidden, by name; no more is listed than the budget allows."""
    try:
        with os.scandir(folder) as found:
            entries = list(islice(found, budget.limits.records + 1))
    except OSError as error:
        raise unreadable(error, shown(folder.name)) from error
    budget.take_records(len(entries))
    return sorted((e for e in entries if not is_hidden(e.name)), key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _take(
    entry: os.DirEntry[str], parts: Parts, root: Path, contents: Contents, budget: Budget
) -> None:
    path = _target(entry, root) if entry.is_symlink() else Path(entry.path)
    if path.is_dir():
        return  # a link inside the submission: the files come by their own name
    if not is_source(parts[-1]):
        check_regular(path.lstat(), shown("/".join(parts)))
        contents.ignored.append("/".join(parts))
        return
    with contents.reading(parts):
        content = read_regular(path, budget.longest(parts))
        budget.take_bytes(parts, len(content))
        contents.add(parts, content)


def _target(link: os.DirEntry[str], root: Path) -> Path:
    """What a link means, if that is in the submission too."""
    try:
        target = Path(os.path.realpath(link.path, strict=True))
    except OSError as error:
        raise leads_nowhere(error, shown(link.name)) from error
    if not target.is_relative_to(root.resolve()):
        raise IntakeError(
            f"the link {shown(link.name)} leaves the submission",
            expected="links only to files of the same submission",
            fix="replace the link by the file",
        )
    return target
