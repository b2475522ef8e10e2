"""Paths -> Submissions. Files are read; never run, never compiled, never unpacked to disk."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from cgp_harness.collect.contents import source_files
from cgp_harness.collect.deadline import deadline
from cgp_harness.collect.entry import Entry
from cgp_harness.collect.ids import natural, unique_ids
from cgp_harness.collect.intake_error import IntakeError, printable, shown, unreadable
from cgp_harness.collect.layouts import entry_at, found_at
from cgp_harness.collect.limits import Budget, IntakeLimits
from cgp_harness.errors import HarnessError
from cgp_harness.model import Problem, Status, Submission

__all__ = ["Collected", "IntakeLimits", "collect", "collect_class", "collect_one"]

DEFAULT_LIMITS = IntakeLimits()
AGAIN_S = 0.2
"""Until what the grader could not read is tried once more."""


@dataclass(frozen=True)
class Collected:
    """All submissions, and what is said to the staff of what lay among them and is none."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...] = ()


def collect(paths: Sequence[Path], limits: IntakeLimits = DEFAULT_LIMITS) -> list[Submission]:
    """The submissions of `collect_class`."""
    return list(collect_class(paths, limits).submissions)


def collect_class(paths: Sequence[Path], limits: IntakeLimits = DEFAULT_LIMITS) -> Collected:
    """Read every submission at these paths.

    A file or a zip is one submission; a folder is one if it holds `plugin.py` or `pyproject.toml`,
    else each of its entries is one. Downloads of a class are recognised by the names in them: of
    Canvas, Moodle, Brightspace, Blackboard and Gradescope, unpacked or, alone, still zipped.

    Args:
        paths: as the instructor gave them.
        limits: bounds on each submission.

    Returns:
        One `Submission` for each student, in natural order of their ids. What cannot be read has a
        `problem` and no files.

    Raises:
        HarnessError: a path is missing, unreadable, or holds no submission; or it is the zip of a
            class that is no known download.
    """
    _refuse_encoding(sys.getfilesystemencoding())
    if not paths:
        raise HarnessError("no path was given", expected="a submission or a folder of submissions")
    found = list(dict.fromkeys(paths))
    with ExitStack() as stack:
        holds = [found_at(path, stack, alone=len(found) == 1) for path in found]
        entries = _once([entry for one in holds for entry in one.entries])
        entries.sort(key=lambda entry: (natural(entry.name), natural(entry.origin)))
        ids = unique_ids([entry.name for entry in entries])
        submissions = [_read(entry, id_, limits) for entry, id_ in zip(entries, ids, strict=True)]
    submissions.sort(key=lambda submission: natural(submission.id))
    return Collected(tuple(submissions), tuple(note for one in holds for note in one.notes))


def collect_one(path: Path, limits: IntakeLimits = DEFAULT_LIMITS) -> Submission:
    """Read a path as one submission: all that a folder holds is its student's.

    Raises:
        HarnessError: the path is missing, unreadable, no submission, or the export of a class.
    """
    _refuse_encoding(sys.getfilesystemencoding())
    with ExitStack() as stack:
        entry = entry_at(path, stack)
        [id_] = unique_ids([entry.name])
        return _read(entry, id_, limits)


def _refuse_encoding(encoding: str) -> None:
    """Names read as ASCII or Latin-1 are not what was handed in: `日本.py` could not be printed."""
    if encoding != "utf-8":
        raise HarnessError(
            f"this Python reads the names of files as {encoding}", expected="UTF-8",
            fix="set the environment variable PYTHONUTF8=1",
        )


def _once(entries: list[Entry]) -> list[Entry]:
    """A folder and a file in it, both given, mean that file once."""
    places = {(entry.name, os.path.abspath(entry.origin)): entry for entry in reversed(entries)}
    return list(places.values())


def _read(entry: Entry, id_: str, limits: IntakeLimits) -> Submission:
    read = _read_once(entry, id_, limits)
    if read.problem is not None and read.problem.status is Status.GRADER_ERROR:
        time.sleep(AGAIN_S)
        read = _read_once(entry, id_, limits)
    return replace(
        read, student=entry.student, submitted_at=entry.submitted_at, late=entry.late,
        attempts=entry.attempts)


def _read_once(entry: Entry, id_: str, limits: IntakeLimits) -> Submission:
    origin = printable(entry.origin)
    try:
        with deadline():
            files, notes = source_files(entry.read(Budget(limits)), limits)
        return Submission(id_, files, origin, notes=notes)
    except IntakeError as refused:
        return Submission(id_, (), origin, refused.problem)
    except OSError as error:
        return Submission(id_, (), origin, unreadable(error, shown(entry.name)).problem)
    except Exception:  # a bug of ours, or want of memory: others go on
        print(f"{id_}, while it is read:", file=sys.stderr)
        traceback.print_exc()
        return Submission(id_, (), origin, Problem(
            Status.GRADER_ERROR, "the grader failed while it read this submission",
            expected="a submission that can be read, or a reason why it cannot",
            fix="the traceback is in the instructor's terminal"))
