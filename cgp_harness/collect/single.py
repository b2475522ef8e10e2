"""One file or folder that is a submission, or a part of one: Python, a notebook or a zip."""

from __future__ import annotations

from pathlib import Path

from cgp_harness.collect.archive import read_archive
from cgp_harness.collect.contents import Contents, renamed
from cgp_harness.collect.folder import (
    check_regular,
    read_archive_file,
    read_folder,
    read_regular,
)
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import Budget
from cgp_harness.collect.members import is_source, is_zip
from cgp_harness.collect.nested import opened_archives


def read_file(path: Path, budget: Budget, *, follow: bool = False) -> Contents:
    """What one file holds.

    Raises:
        IntakeError: it is no Python, no notebook and no zip, or it cannot be read.
    """
    if not follow:
        check_regular(path.lstat(), shown(path.name))
    if is_zip(path.name):
        return read_archive(
            read_archive_file(path, shown(path.name), budget, follow=follow), budget)
    if not is_source(path.name):
        raise IntakeError(
            f"{shown(path.name)} is no submission",
            expected="a .py or .ipynb file, a .zip, or a folder of them", fix=renamed(path.name))
    contents = Contents()
    add_file(contents, path.name, path, budget, follow=follow)
    return contents


def read_whole(folder: Path, budget: Budget) -> Contents:
    """What a folder holds that is one submission, and what is in its zips."""
    return opened_archives(read_folder(folder, budget), budget)


def add_file(
    contents: Contents, name: str, path: Path, budget: Budget, *, follow: bool = False
) -> None:
    """Keep one file under the name that its student gave it.

    Raises:
        IntakeError: it cannot be read.
    """
    if is_zip(name):
        contents.archives[(name,)] = read_archive_file(path, shown(name), budget, follow=follow)
    elif is_source(name):
        with contents.reading((name,)):
            content = read_regular(path, budget.longest((name,)), follow=follow)
            budget.take_bytes((name,), len(content))
            contents.add((name,), content)
    else:
        check_regular(path.lstat(), shown(name))
        contents.ignored.append(name)
