"""What a host is: where it puts a submission, what it wants back, what its autograder has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cgp_harness.model import BatchReport, Student

Environ = Mapping[str, str]


@dataclass(frozen=True)
class Handed:
    """A submission as a host hands it over.

    Args:
        folder: holds the student's files and nothing else.
        name: what to call it.
        attempts: how many times it was handed in, this time included; 0 if not told.
    """

    folder: Path
    name: str
    student: Student | None = None
    submitted_at: str = ""
    attempts: int = 0


@dataclass(frozen=True)
class Results:
    """What a host is given back.

    Args:
        files: below the root -> content.
        appended: files of the host's own, by absolute path -> what is added to them.
        said: what is printed, where the host reads it.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    appended: Mapping[str, bytes] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True)
class Host:
    """A host.

    Args:
        title: what people call it.
        isolation: the least level that its autograder accepts.
        root: where it works, if it is always the same place.
        templates: path in the export -> file in `templates`.
        assignment: path in the export of the assignment's folder.
        harness: path in the export of the harness and of what it needs.
        archive: name of a zip of all of it, for hosts that take one.
        own: of the results, the folders that are emptied before.
        read: the root and the environment -> what was handed in.
        results: the report, the handed-in and the environment -> what is given back.
        failed: what is given back where the machine failed, and there is no score.
        upload: what to do with the export.
    """

    name: str
    title: str
    isolation: str
    root: str
    templates: Mapping[str, str]
    assignment: str
    harness: str
    own: tuple[str, ...]
    read: Callable[[Path, Environ], Handed]
    results: Callable[[BatchReport, Handed, Environ], Results]
    failed: Callable[[], Results]
    upload: str
    archive: str = ""
