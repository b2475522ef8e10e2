"""Names inside a submission: which are safe, which are hidden, which are source files."""

from __future__ import annotations

import re

from cgp_harness.collect.intake_error import IntakeError, shown

LONGEST_COMPONENT = 200  # bytes; file systems take 255, and a notebook's name grows by a few
PROJECT = "pyproject.toml"
DRIVE = re.compile(r"[A-Za-z]:")


def parts_of(name: str) -> tuple[str, ...]:
    """The folders of a member's name, and last the file; `./` and `//` say nothing.

    Raises:
        IntakeError: the name could point outside the submission, on any operating system.
    """
    wrong = _danger(name)
    if wrong:
        raise IntakeError(
            f"the name {wrong}", where=shown(name),
            expected="a relative path with '/' that stays inside the submission",
        )
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _danger(name: str) -> str:
    if "\0" in name:
        return "holds a NUL character"
    if "\\" in name:
        return "holds a backslash"
    if name.startswith("/"):
        return "is absolute"
    if DRIVE.match(name):
        return "begins with a drive letter"
    return "leaves the submission" if ".." in name.split("/") else ""


def check_source_name(parts: tuple[str, ...]) -> None:
    """Refuse a source file that could not be written down or printed under its own name."""
    for part in parts:
        if not part.isprintable():  # also lone surrogates: bytes that are not UTF-8
            raise IntakeError(
                "the name holds a character that cannot be printed", where=shown("/".join(parts)),
                fix="rename the file",
            )
        if len(part.encode()) > LONGEST_COMPONENT:
            raise IntakeError(
                "the name is too long", where=shown("/".join(parts)),
                expected=f"at most {LONGEST_COMPONENT} bytes", fix="rename the file",
            )


def is_hidden(name: str) -> bool:
    """Whether a file or folder is the system's or the editor's, not the student's."""
    return name.startswith(".") or name in ("__pycache__", "__MACOSX")


def is_source(name: str) -> bool:
    """Whether a file is kept: Python, a notebook, or the project's own description."""
    return is_python(name) or is_notebook(name) or name == PROJECT


def is_python(name: str) -> bool:
    """Whether a file is Python; Windows likes to write `.PY`."""
    return name.lower().endswith(".py")


def is_python_text(name: str) -> bool:
    """Whether a file is Python under the name of a text: `adam.py.txt`."""
    return name.lower().endswith(".py.txt")


def is_notebook(name: str) -> bool:
    """Whether a file is a Jupyter notebook."""
    return name.lower().endswith(".ipynb")


def is_zip(name: str) -> bool:
    """Whether a file is a zip, by its name."""
    return name.lower().endswith(".zip")
