"""Where a wrong rule is wrong, in a sentence beside its name; the change itself for the staff.

What a worker says of a change is the submission's own word: only a sentence of ours, and a place in
one of its files, go to the student's page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.repairs.search import found
from cgp_harness.kinds.optimizer.requests import Candidate
from cgp_harness.model import CheckResult, Diagnosis, SourceFile, Status
from cgp_harness.mutation.mending.repairs import SENTENCES
from cgp_harness.mutation.words import Reveal

REPAIR = "repair"
"""Under which `Diagnosis.staff` has the change."""
PLACES_MAX = 3
"""In a sentence."""


def with_repairs(
    context: RuleContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place; nothing where none is found.

    Args:
        context: after all checks.
        results: of the task's checks.

    Raises:
        SubjectError: the worker is gone.
    """
    result = results.get("update_rule")
    if result is None or result.status is not Status.FAILED or result.diagnosis is None:
        return {}
    one = found(context)
    files = {file.path: file for file in context.submission.files}
    if one is None or one.says not in SENTENCES or not _is_place(one, files.get(one.file)):
        return {}
    where = places(files[one.file], one.lines)
    diagnosis = result.diagnosis
    return {"update_rule": replace(
        diagnosis, text=f"{diagnosis.text} {sentence(one, where, context.assignment.reveal)}",
        staff={**diagnosis.staff, REPAIR: f"{where}: {change(one)}"})}


def sentence(one: Candidate, where: str, reveal: Reveal) -> str:
    """What a student reads: what is wrong, with `place` also where, with `full` all of it."""
    at = "" if reveal == "kind" else f"at {where}, "
    shown = f" {change(one)}" if reveal == "full" else ""
    return f"With one change it is right: {at}{one.says}.{shown}"


def change(one: Candidate) -> str:
    """The code before and after."""
    return f"`{one.before}` becomes `{one.after}`." if one.after else f"`{one.before}` is left out."


def places(file: SourceFile, lines: Sequence[int]) -> str:
    """Lines of a file as a student counts them: `adam.py:9 and adam.py:10`."""
    *others, last = [file.place(line) for line in lines]
    if len(others) >= PLACES_MAX:
        others, last = others[:PLACES_MAX], f"{len(lines) - PLACES_MAX} more"
    return f"{', '.join(others)} and {last}" if others else last


def _is_place(one: Candidate, file: SourceFile | None) -> bool:
    return file is not None and bool(one.lines) and max(one.lines) <= file.content.count(b"\n") + 1
