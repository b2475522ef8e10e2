"""Names inside a submission: which are safe, which are hidden, which are source files."""

from __future__ import annotations

import re

from cgp_harness.collect.intake_error import IntakeError, shown

LONGEST_COMPONENT = 200  # bytes; file systems take 255, and a notebook's name grows by a few
PROJECT = "pyproject.toml"
ADDED = ("txt", "json", "html")
"""Endings that Windows, editors and browsers put after `.py` and `.ipynb`."""
BESIDE = (
    ".cfg", ".csv", ".html", ".ini", ".json", ".log", ".md", ".pdf", ".png", ".rst", ".sh", ".toml",
    ".tsv", ".txt", ".xls", ".xlsx", ".yaml", ".yml",
)
DRIVE = re.compile(r"[A-Za-z]:")


def parts_of(name: str) -> tuple[str, ...]:
    """The folders of a member's name, and last the file; `./` and `//` say nothing.

    Some programs of Windows write a backslash for `/`. It is read so, once neither reading of the
    name could point outside the submission.

    Raises:
        IntakeError: the name could point outside the submission, on any operating system.
    """
    wrong = danger(name)
    if wrong:
        raise IntakeError(
            f"the name {wrong}", where=shown(name),
            expected="a relative path with '/' that stays inside the submission",
        )
    return tuple(part for part in _slashed(name).split("/") if part not in ("", "."))


def danger(name: str) -> str:
    """What is wrong with a path as it stands, or with every backslash for a `/`; else empty."""
    return _danger(name) or _danger(_slashed(name))


def _danger(name: str) -> str:
    if "\0" in name:
        return "holds a NUL character"
    if name.startswith("/"):
        return "is absolute"
    if DRIVE.match(name):
        return "begins with a drive letter"
    return "leaves the submission" if ".." in name.split("/") else ""


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


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


def is_beside(name: str) -> bool:
    """Whether a file is a list, a note or a handout, which may lie beside submissions."""
    return name.lower().endswith(BESIDE) and not proper_name(name)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is the system's or the editor's, not the student's."""
    return name.startswith(".") or name in ("__pycache__", "__MACOSX")


def is_source(name: str) -> bool:
    """Whether a file is kept: Python, a notebook, or the project's own description."""
    return is_python(name) or is_notebook(name) or name == PROJECT


def is_python(name: str) -> bool:
    """Whether a file is Python; Windows likes to write `.PY`."""
    return name.lower().endswith(".py")


def proper_name(name: str) -> str:
    """What a file should be called that has a second ending; empty if there is none.

    >>> proper_name("adam.py.txt"), proper_name("adam.ipynb.json"), proper_name("notes.txt")
    ('adam.py', 'adam.ipynb', '')
    """
    stem, dot, ending = name.rpartition(".")
    added = bool(dot) and ending.lower() in ADDED
    return stem if added and (is_python(stem) or is_notebook(stem)) else ""


def is_notebook(name: str) -> bool:
    """Whether a file is a Jupyter notebook."""
    return name.lower().endswith(".ipynb")


def is_zip(name: str) -> bool:
    """Whether a file is a zip, by its name."""
    return name.lower().endswith(".zip")
