"""One file that is a submission, or a part of one: Python, a notebook or a zip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cgp_harness.collect.archive import read_archive
from cgp_harness.collect.contents import Contents
from cgp_harness.collect.exports.canvas import CanvasFile, own_names
from cgp_harness.collect.folder import check_regular, read_regular
from cgp_harness.collect.intake_error import IntakeError, shown
from cgp_harness.collect.limits import Budget, too_large
from cgp_harness.collect.members import is_python_text, is_source, is_zip


def read_file(path: Path, budget: Budget, *, follow: bool = False) -> Contents:
    """What one file holds.

    Raises:
        IntakeError: it is no Python, no notebook and no zip, or it cannot be read.
    """
    if not follow:
        check_regular(path.lstat(), shown(path.name))
    if is_zip(path.name):
        return read_archive(_zip_bytes(path, budget, follow=follow), budget)
    if not is_source(path.name):
        raise IntakeError(
            f"{shown(path.name)} is no submission",
            expected="a .py or .ipynb file, a .zip, or a folder of them",
            fix=f"rename it to {shown(path.name)[:-len('.txt')]}; Windows may hide the ending .txt"
            if is_python_text(path.name) else "",
        )
    contents = Contents()
    _add(contents, path.name, path, budget, follow=follow)
    return contents


def read_canvas(files: Sequence[CanvasFile], budget: Budget) -> Contents:
    """What one student uploaded to Canvas, under the student's own names for it."""
    contents = Contents()
    for name, file in zip(own_names(files), files, strict=True):
        if is_zip(name):
            inner = read_archive(_zip_bytes(file.path, budget, follow=False), budget)
            # Without a dot, so that `adam.py.zip` does not stand where `adam.py` does.
            folder = name[: -len(".zip")].replace(".", "_")
            for parts, content in inner.files.items():
                contents.add((folder, *parts), content)
            contents.ignored += inner.ignored
            contents.notes += inner.notes
        elif is_source(name):
            _add(contents, name, file.path, budget, follow=False)
        else:
            contents.ignored.append(name)
    return contents


def _add(contents: Contents, name: str, path: Path, budget: Budget, *, follow: bool) -> None:
    with contents.reading((name,)):
        content = read_regular(path, budget.longest((name,)), follow=follow)
        budget.take_bytes((name,), len(content))
        contents.add((name,), content)


def _zip_bytes(path: Path, budget: Budget, *, follow: bool) -> bytes:
    longest = budget.limits.archive_bytes
    content = read_regular(path, longest, follow=follow)
    if len(content) > longest:
        raise too_large(shown(path.name), longest)
    return content
