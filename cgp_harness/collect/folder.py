"""Files on disk: read, never followed out of the submission, never opened if they are no files."""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path

from cgp_harness.collect.contents import Contents, Parts
from cgp_harness.collect.intake_error import IntakeError, leads_nowhere, shown, unreadable
from cgp_harness.collect.limits import Budget
from cgp_harness.collect.members import is_hidden, is_source, is_zip, parts_of

# Not on Windows: there a link needs rights of its own, and a name never opens a pipe.
NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
PRECAUTIONS = NOFOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_folder(root: Path, budget: Budget) -> Contents:
    """All source files below `root`, and its zips as they are.

    Raises:
        IntakeError: a link leaves the folder, something is no file, or the budget is spent.
    """
    contents = Contents()
    pending: list[tuple[Path, Parts]] = [(root, ())]
    while pending:
        folder, above = pending.pop()
        for entry in _entries(folder, budget):
            # Of a name with a backslash, which some programs that unpack leave, the last is a file.
            parts = (*above, *parts_of(entry.name))
            budget.take_entry(parts)
            if _is_folder(entry):
                pending.append((Path(entry.path), parts))
            elif len(parts) > len(above):
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


def read_archive_file(path: Path, name: str, budget: Budget, *, follow: bool = False) -> bytes:
    """The bytes of a zip.

    Raises:
        IntakeError: as `read_regular`; or the zips are too large.
    """
    content = read_regular(path, budget.limits.archive_bytes, follow=follow)
    budget.take_archive(name, len(content))
    return content


def check_regular(status: os.stat_result, name: str) -> None:
    """Refuse links, pipes, sockets and devices."""
    if not stat.S_ISREG(status.st_mode):
        raise IntakeError(
            f"{name} is neither a file nor a folder", expected="no links, pipes or devices"
        )


def is_folder(path: Path) -> bool:
    """Whether a path is a folder, and no link to one."""
    return os.path.isdir(path) and not os.path.islink(path)


def is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing but what is hidden; one that cannot be read may hold more."""
    try:
        with os.scandir(folder) as found:
            return all(_is_hidden(entry.name) for entry in found)
    except OSError:
        return False


def _entries(folder: Path, budget: Budget) -> list[os.DirEntry[str]]:
    """What is in one folder and not hidden, by name; no more is listed than the budget allows."""
    try:
        with os.scandir(folder) as found:
            entries = list(islice(found, budget.limits.records + 1))
    except OSError as error:
        raise unreadable(error, shown(folder.name)) from error
    budget.take_records(len(entries))
    visible = [entry for entry in entries if not _is_hidden(entry.name)]
    return sorted(visible, key=lambda entry: entry.name)


def _is_hidden(name: str) -> bool:
    """Also of a name with backslashes; `..` in one is refused, and not passed over."""
    return any(is_hidden(part) for part in name.split("\\") if part != "..")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _take(
    entry: os.DirEntry[str], parts: Parts, root: Path, contents: Contents, budget: Budget
) -> None:
    path = _target(entry, root) if entry.is_symlink() else Path(entry.path)
    if path.is_dir():
        return  # a link inside the submission: the files come by their own name
    if not is_source(parts[-1]):
        name = shown("/".join(parts))
        status = path.lstat()
        check_regular(status, name)
        # One that is too large is told like any other file that is not read.
        if is_zip(parts[-1]) and status.st_size <= budget.archives_left:
            contents.archives[parts] = read_archive_file(path, name, budget)
        else:
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
