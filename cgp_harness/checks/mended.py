"""Where a wrong answer is wrong, in a sentence beside its name; the change itself for the staff.

What a worker says of a change is the submission's own word: only a sentence of ours, and a place in
one of its files, go to the student's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cgp_harness.checks.context import Context
from cgp_harness.model import CheckResult, Diagnosis, SourceFile, Status
from cgp_harness.mutation.mending import slips
from cgp_harness.mutation.mending.repairs import SENTENCES
from cgp_harness.mutation.words import Reveal
from cgp_harness.subject import Repair

REPAIR = "repair"
"""Under which `Diagnosis.staff` has the change."""
WRONG = (Status.FAILED, Status.STUDENT_ERROR)
"""What is looked into: it answered, or raised."""
PLACES_MAX = 3
"""In a sentence."""


def mended(context: Context, result: CheckResult, one: Repair | None) -> Diagnosis | None:
    """The diagnosis of a check with the place; None where nothing is to be said."""
    files = {file.path: file for file in context.submission.files}
    if one is None or one.says not in SENTENCES or not _is_place(one, files.get(one.file)):
        return None
    where = places(files[one.file], one.lines)
    # What a line means that was left out by a slip has a name too, and it is not what was done.
    known = result.diagnosis if one.says not in slips.SAID else None
    diagnosis = known or Diagnosis((), "")
    text = f"{diagnosis.text} {sentence(one, where, context.assignment.reveal)}".strip()
    return replace(
        diagnosis, text=text, staff={**diagnosis.staff, REPAIR: f"{where}: {change(one)}"})


def may_be_replaced(context: Context, result: CheckResult) -> bool:
    """Whether `mended` may find another cause than the one that the check has named."""
    return result.status is Status.FAILED and result.diagnosis is not None and any(
        slips.may_be_in(file.content) for file in context.submission.files)


def sentence(one: Repair, where: str, reveal: Reveal) -> str:
    """What a student reads: what is wrong, with `place` also where, with `full` all of it."""
    at = "" if reveal == "kind" else f"at {where}, "
    shown = f" {change(one)}" if reveal == "full" else ""
    return f"With one change it is right: {at}{one.says}.{shown}"


def change(one: Repair) -> str:
    """The code before and after."""
    return f"`{one.before}` becomes `{one.after}`." if one.after else f"`{one.before}` is left out."


def places(file: SourceFile, lines: Sequence[int]) -> str:
    """Lines of a file as a student counts them: `adam.py:9 and adam.py:10`."""
    *others, last = [file.place(line) for line in lines]
    if len(others) >= PLACES_MAX:
        others, last = others[:PLACES_MAX], f"{len(lines) - PLACES_MAX} more"
    return f"{', '.join(others)} and {last}" if others else last


def _is_place(one: Repair, file: SourceFile | None) -> bool:
    return file is not None and bool(one.lines) and max(one.lines) <= file.content.count(b"\n") + 1
