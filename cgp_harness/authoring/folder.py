"""The folder of a homework: its texts, put together, and written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cgp_harness import temporary
from cgp_harness.assignment import installed
from cgp_harness.errors import HarnessError

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def require_free(folder: Path) -> None:
    """See that a homework may be written there.

    Raises:
        HarnessError: its name cannot be one of an assignment, or something is there.
    """
    name = folder.name
    if not NAME.fullmatch(name):
        raise HarnessError(
            f"{name!r} cannot be the name of an assignment", where=str(folder),
            expected="letters, digits, _ and -, with a letter first: nesterov_hw",
            fix="give the folder another name")
    if name in installed():
        raise HarnessError(
            f"the harness has an assignment {name!r} already", where=str(folder),
            expected="a name of its own, since -a takes names of assignments first",
            fix=f"write {name}_hw, say")
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        raise HarnessError(
            "the folder is there already, and is not empty" if folder.is_dir()
            else "this is a file already", where=str(folder),
            expected="a new name, or an empty folder", fix="nothing was written; give another name")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts below a new folder, all or none.

    Args:
        folder: it is not there, or empty.
        files: path in it -> text.

    Raises:
        HarnessError: it cannot be written.
    """
    try:
        with temporary.becoming(folder) as part:
            fill(part, files)
    except OSError as error:
        raise HarnessError(
            f"the homework cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(folder), expected="a folder that can be written") from error


def fill(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts below a folder that is there."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

