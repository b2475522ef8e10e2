"""What a submission lacks, and which of its checks say no more than that: it is said once."""

from __future__ import annotations

import re
from collections.abc import Collection

from cgp_harness.model import CheckResult, Status, SubmissionReport, Visibility
from cgp_harness.reports.outcome import NOT_A_FINDING, not_run

UNWRITTEN = re.compile(
    r"\w+ is not written yet(\n +at [^\n]+)?|no [^\n]+ is registered as '[^\n]+'(\n +expected .+)?")
FOUND = re.compile(r"; found ([^\n]+)")
ABSENT = re.compile(r"no [^\n]+ is registered as '[^\n]+'|the submission could not be read")
"""What a check says of something that is missing, if it says no more."""
NO_PROGRAM = ("SyntaxError", "IndentationError", "TabError")
NOT_JUDGED = "not judged: "
MISSING = " are not registered"
PLACE = re.compile(r"\n +(at \S[^\n]*\d)")


def visible(report: SubmissionReport) -> list[CheckResult]:
    """Its visible checks."""
    return [check for check in report.checks if check.visibility is Visibility.VISIBLE]


def is_of_files(report: SubmissionReport) -> bool:
    """Whether nothing could be asked of it, so that all that there is to say is of its files."""
    stopped = report.status not in (Status.GRADED, Status.GRADER_ERROR) and bool(report.notes)
    return stopped and all(
        not_run(one) or ABSENT.fullmatch(one.message) for one in visible(report))


def first_finding(report: SubmissionReport) -> str:
    """Of a submission that could not be asked why; else a check that our fault, or an instructor's,
    kept from its verdict; the name of the first mistake, or the check that found it; and last that
    of what is not written yet."""
    ours = next((one.id for one in report.checks if one.status is Status.GRADER_ERROR), "")
    if ours:
        return ours
    if why := reason(report):
        return why.removeprefix(NOT_JUDGED)
    absent = unwritten(report)
    wrong = [one for one in report.checks if one.status not in NOT_A_FINDING]
    for check in sorted(wrong, key=lambda one: one.task in absent):
        flags = check.diagnosis.flags if check.diagnosis else ()
        return " + ".join(flags) or (
            f"{check.task} is not written yet" if check.task in absent else check.id)
    return ""


def reason(report: SubmissionReport) -> str:
    """Why nothing of it was judged, on one line: what was met first in its files.

    Empty if something could be asked of it.
    """
    if not is_of_files(report):
        return ""
    said = [one for one in report.notes if not _is_of_missing(one)] or report.notes
    # How files were read comes before what they raised, and has no line.
    note = next((one for one in said if PLACE.search(one)), said[-1])
    what, place = note.partition("\n")[0], PLACE.search(note)
    return f"{NOT_JUDGED}{what}{f' {place[1]}' if place else ''}"


def unwritten(report: SubmissionReport) -> dict[str, CheckResult]:
    """The tasks that are just not there yet, each with its check that says so."""
    return {} if is_of_files(report) else {
        one.task: one for one in visible(report) if is_unwritten(one, _tasks(report))}


def is_unwritten(check: CheckResult, tasks: Collection[str]) -> bool:
    """Whether its task is just not there yet, and nothing is there that may be meant for it.

    Args:
        tasks: the ids of all.
    """
    return (check.status is Status.FAILED and UNWRITTEN.fullmatch(check.message) is not None
            and _names_no_other(check.message, tasks))


def notes(report: SubmissionReport) -> list[str]:
    """What was met while it was loaded; that all is missing follows from a file that is no program,
    and what is counted as not written yet is said there.
    """
    unread = is_of_files(report) and any(
        error in note for note in report.notes for error in NO_PROGRAM)
    return [note for note in report.notes if not (
        _is_of_missing(note)
        and (unread or (unwritten(report) and _names_no_other(note, _tasks(report)))))]


def _is_of_missing(note: str) -> bool:
    return note.partition("\n")[0].endswith(MISSING)


def _names_no_other(text: str, tasks: Collection[str]) -> bool:
    """Whether what was found, as a message says it, is of tasks that there are, and no more."""
    found = FOUND.search(text)
    return found is None or {*found[1].split(", ")} <= {*tasks, "none"}


def _tasks(report: SubmissionReport) -> set[str]:
    """The ids of all tasks that it has checks of."""
    return {check.task for check in report.checks}
