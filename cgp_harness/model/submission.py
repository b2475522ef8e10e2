"""What was handed in: files that were read, and what a platform tells of them."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass

from cgp_harness.model.status import Problem, at


@dataclass(frozen=True)
class SourceFile:
    """One file of a submission: its path inside it (with `/`), and its bytes.

    Args:
        name: the path under which the student knows it, where that is another (`hw.ipynb`).
        cells: of a notebook: the line of each code cell's heading, which stands above the cell.
        labels: what the cells are called, where that is not their number among all: `In[7]`.
    """

    path: str
    content: bytes
    name: str = ""
    cells: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The path under which the student knows it."""
        return self.name or self.path

    def place(self, line: int) -> str:
        """A line of `content` as the student counts it: `hw.ipynb, cell 3, line 2`."""
        cell = bisect_right(self.cells, line)
        if not cell:
            return at(self.shown, line)
        known = self.labels[cell - 1] if self.labels else f"{self.shown}, cell {cell}"
        return f"{known}, line {max(1, line - self.cells[cell - 1])}"


@dataclass(frozen=True)
class Student:
    """Who handed in, as a platform's download tells; a text is empty where it does not.

    `group`: all members, if they are several; what is said of one is then empty.
    """

    platform: str
    user_id: str = ""
    name: str = ""
    email: str = ""
    group: tuple[Student, ...] = ()


@dataclass(frozen=True)
class Submission:
    """One student's files, read and never executed; or the problem that kept us from reading them.

    Args:
        id: unique in its batch, fit for a file name and a page.
        files: sorted by path.
        origin: where it came from, for messages.
        problem: why it cannot be graded; `files` is then empty.
        notes: what the student should know of how it was read.
        student: whom the platform names; None if none does.
        submitted_at: ISO 8601, in the platform's time unless it says a zone; empty if not told.
        late: whether the platform says so; None if it does not tell.
        attempts: how many times it was handed in, this time included; 0 if not told.
    """

    id: str
    files: tuple[SourceFile, ...]
    origin: str = ""
    problem: Problem | None = None
    notes: tuple[str, ...] = ()
    student: Student | None = None
    submitted_at: str = ""
    late: bool | None = None
    attempts: int = 0

    def told(self, text: str) -> str:
        r"""A text with the names and lines of a notebook's code in the student's own words.

        >>> notebook = SourceFile("hw.py", b"# cell 1\nx\n# cell 2\ny", "hw.ipynb", (1, 3))
        >>> Submission("ada", (notebook,)).told("at hw.py:4")
        'at hw.ipynb, cell 2, line 1'
        """
        for file in self.files:
            if file.name and file.path in text:
                text = _named_as_known(file, text)
        return text

    @property
    def sha256(self) -> str:
        """Digest over the length-prefixed paths and contents (and the problem, if any)."""
        digest = hashlib.sha256()
        parts = [part for file in self.files for part in (file.path.encode(), file.content)]
        for part in [*parts, str(self.problem or "").encode()]:
            digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()


def _named_as_known(file: SourceFile, text: str) -> str:
    def known(found: re.Match[str]) -> str:
        return file.place(int(found[1])) if found[1] else file.shown

    def in_cell(found: re.Match[str]) -> str:
        """`Python says: … on line 12` counts as the place above it does."""
        return f"{found[1]}{file.place(int(found[2])).rpartition(' ')[2]}"

    if file.cells:
        text = re.sub(r"(?m)(^ *Python says: .*\b(?:on|at) line )([0-9]{1,9})\b", in_cell, text)
    path = re.escape(file.path)
    return re.sub(rf"(?<![\w/.-]){path}(?::([0-9]{{1,9}}))?(?![\w/-])", known, text)
