"""A file or folder of a class download, and what its name tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cgp_harness.collect.intake_error import printable
from cgp_harness.model import Student

LONGEST = 200
"""Characters of a name that are kept."""


@dataclass(frozen=True)
class Piece:
    """One entry of a class download.

    Args:
        key: whose it is: the same for all pieces of one student.
        id: what the student's id is made from.
        student: as far as the name tells.
        own: the student's own name of the file; empty for a folder, of which all is the student's.
        mark: what tells two files of one name apart.
        attempt: orders the attempts of one student, of which the last counts; empty where the
            platform hands out one alone, or where the time cannot be read.
        told: the attempt as the platform writes it, for messages.
        submitted_at: see `Submission`.
        late: see `Submission`.
        typed: it is text that was typed into the platform, and no file.
        receipt: it is the platform's own word of what was handed in.
    """

    key: str
    id: str
    student: Student
    own: str = ""
    mark: str = ""
    attempt: str = ""
    told: str = ""
    submitted_at: str = ""
    late: bool | None = None
    typed: bool = False
    receipt: bool = False


def always(pieces: Sequence[Piece]) -> bool:
    """Of a platform whose names are like no others."""
    return bool(pieces)


@dataclass(frozen=True)
class Platform:
    """How one platform names what it hands out.

    Args:
        name: for messages.
        piece: from the name of an entry, and whether it is a folder; None if it is none of its own.
        plausible: whether all such entries together can be its download.
    """

    name: str
    piece: Callable[[str, bool], Piece | None]
    plausible: Callable[[Sequence[Piece]], bool] = always


def kept(text: str) -> str:
    """A name or an address of a student, printable and not endless."""
    return printable(" ".join(text[:LONGEST].split()))
