"""What the files of the pages are called."""

from __future__ import annotations

from cgp_harness.probing.text import file_part

INDEX = "index.html"
COMPARE = "compare.html"
STUDENTS = "students"


def file_name(student: str) -> str:
    """The page's file name.

    Raises:
        ValueError: an id that is no file name; collecting makes ids that are.
    """
    return f"{file_part(student)}.html"
