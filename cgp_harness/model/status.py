"""How something ended, who may see it, and what was wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from cgp_reference.errors import explain


class Status(StrEnum):
    """How a check, or a whole submission (`graded` or what stopped it), ended."""

    PASSED = "passed"
    FAILED = "failed"
    STUDENT_ERROR = "student_error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    KILLED = "killed"
    SKIPPED = "skipped"
    GRADER_ERROR = "grader_error"
    GRADED = "graded"


class Visibility(StrEnum):
    """Who may see a check's result, and when."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def at(file: str, line: int) -> str:
    """A place as people read it: `adam.py:3`, or the file alone."""
    return f"{file}:{line}" if line else file


def named_place(message: str) -> str:
    r"""The first place in the text of a `Problem`; empty without one.

    >>> named_place("no rule\n  at hw.ipynb, cell 3, line 2\n  expected one")
    'hw.ipynb, cell 3, line 2'
    """
    found = re.search(r"(?m)^ +at (\S.*\d)$", message)
    return found[1] if found else ""


@dataclass(frozen=True)
class Problem:
    """Something that a submission did wrong, in the parts of a readable message.

    `line`: the number in `where`; 0 if there is none. `columns`: from which to which byte of that
    line it is about, as a worker says; the same if it does not. `raised`: the exception as Python
    says it, where `what` says it in other words.
    """

    status: Status
    what: str
    where: str = ""
    expected: str = ""
    fix: str = ""
    line: int = field(default=0, compare=False)
    raised: str = ""
    columns: tuple[int, int] = field(default=(0, 0), compare=False)

    @property
    def python_says(self) -> str:
        """The exception in Python's own words, where it was one; else what is said."""
        return self.raised or self.what

    def __str__(self) -> str:
        return explain(self.what, self.where, self.expected, self.fix, self.raised)
