"""Canvas downloads: `lastfirst_12345_67890_adam-1.py`, all students' files in one flat folder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The user's number, then the attachment's. Canvas has had millions of attachments, so that a date
# in a student's own file name (`adam_2024_10_01.py`) is not taken for the two.
NAME = re.compile(
    r"(?P<who>.+?)(?:_LATE)?_(?P<user>[0-9]{3,})_(?P<attachment>[0-9]{5,})_(?P<name>.+)", re.DOTALL
)
RESUBMITTED = re.compile(r"-[0-9]+(?=\.[^.]*$)")


@dataclass(frozen=True)
class CanvasFile:
    """One file of a Canvas download.

    Args:
        student: `lastfirst_12345`.
        attachment: Canvas' number of this upload.
        name: what the student called the file, perhaps with a `-1` of Canvas.
        path: where it is.
    """

    student: str
    attachment: str
    name: str
    path: Path


def canvas_file(path: Path) -> CanvasFile | None:
    """The parts of a file's name, if Canvas wrote it."""
    match = NAME.fullmatch(path.name)
    if not match:
        return None
    return CanvasFile(f"{match['who']}_{match['user']}", match["attachment"], match["name"], path)


def own_names(files: Sequence[CanvasFile]) -> list[str]:
    """What one student called the files: without `-1`, unless two would then be called the same."""
    bare = [RESUBMITTED.sub("", file.name) for file in files]
    bares, fulls = Counter(bare), Counter(file.name for file in files)
    names = []
    for name, file in zip(bare, files, strict=True):
        if bares[name] == 1:
            names.append(name)
        elif fulls[file.name] == 1:
            names.append(file.name)
        else:
            names.append(f"{file.attachment}_{file.name}")
    return names
