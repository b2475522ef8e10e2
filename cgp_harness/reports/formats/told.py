"""What a student may be told of a check, as plain text; and where in a file it is.

What only the staff may see is taken out by `outcome.for_student`, here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import replace

from cgp_harness.model import AssignmentInfo, BatchReport, CheckResult, Status, SubmissionReport
from cgp_harness.probing.text import points, shown
from cgp_harness.reports import absent
from cgp_harness.reports.account import lines as account
from cgp_harness.reports.checked.lines import check_lines
from cgp_harness.reports.outcome import (
    for_student,
    further_diagnosis,
    further_equation,
    homework_of,
    repeated,
    unofficial,
)

WIDTH, UNWRAPPED = 88, 10_000
MACHINE_FAILED = (
    "The grader failed, or the machine that it runs on. This is not the submission's fault, and no "
    "score was given. Your instructor's log says more.")


def title(check: CheckResult) -> str:
    """What a check is called."""
    return one_line(shown(check.title))


def text(
    report: SubmissionReport, check: CheckResult, assignment: AssignmentInfo, width: int = WIDTH
) -> str:
    """All that the student may see of it below its title and points, line by line.

    A check that is not visible has its name of a mistake and its equation, and no numbers. One that
    only repeats another says where to look, as on the terminal; one that could not be asked, why.
    """
    if elsewhere := _elsewhere(report, check):
        return elsewhere
    told = for_student(check)
    if check.status is Status.PASSED:
        told = replace(told, message=told.message.partition("\n")[0])
    lines = [line.plain.rstrip() for line in check_lines(
        told, width, verbose=True, sources=report.sources,
        homework=homework_of(assignment))][1:]
    return "\n".join(line.removeprefix("    ") for line in lines)


def short(report: SubmissionReport, check: CheckResult) -> str:
    """What is wrong, on one line, without the case that shows it."""
    if elsewhere := _elsewhere(report, check):
        return elsewhere
    seen = for_student(check)
    said = (seen.message, further_diagnosis(seen), further_equation(seen))
    return shown(one_line(" ".join(filter(None, said))))


def _elsewhere(report: SubmissionReport, check: CheckResult) -> str:
    if lost(check) and (why := absent.reason(report)):
        return shown(why)
    return repeated(check, {one.id: one for one in report.checks})


def one_line(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())


def notes(report: SubmissionReport) -> str:
    """How the submission was read and loaded; what was given, taken off and said by a person."""
    titles = {check.id: f"{title(check)}: " for check in report.checks}
    given = [f"{titles.get(by.check, '')}{account.signed(by.counted)} points, {account.reason(by)}"
             for by in report.adjustments]
    late = [account.late(report) or "late"] if report.late_penalty or account.late(report) else []
    if report.late_penalty:
        late[0] += f": -{points(report.late_penalty)} points"
    said = [f"{titles.get(by.check, '')}{by.text}" for by in report.comments]
    return shown("\n".join((*absent.notes(report), *given, *late, *said)))


def unofficially(report: BatchReport) -> str:
    """That no score is to be relied on, if it is so."""
    said = unofficial(report)
    return f"Unofficial: {said}." if said else ""


def place(report: SubmissionReport, check: CheckResult) -> tuple[str, int]:
    """The file and the line (0: none) that a check's message names, or the change that would make
    it right; else where its task begins.
    """
    seen = for_student(check)
    said = f"{seen.message} {seen.diagnosis.text if seen.diagnosis else ''} {absent.reason(report)}"
    for file in report.files:
        if found := re.search(rf"(?<![\w/.-]){re.escape(file)}(?::(\d{{1,9}}))?(?![\w/-])", said):
            return file, int(found[1] or 0)
    begins = re.compile(rf"^[ \t]*(?:def|class)[ \t]+{re.escape(check.task)}\b", re.M)
    for source in report.sources:
        code = source.content.decode("utf-8", "replace")
        if found := begins.search(code):
            line = code.count("\n", 0, found.start()) + 1
            return source.shown, 0 if source.cells else line  # cells have lines of their own
    return (report.files[0], 0) if len(report.files) == 1 else ("", 0)


def findings(report: SubmissionReport) -> list[CheckResult]:
    """The checks that have something to mend, each with a text of its own: where nothing could be
    asked, the first.
    """
    found = [one for one in report.checks if lost(one)]
    return found[:1] if absent.is_of_files(report) else found


def lost(check: CheckResult) -> bool:
    """Whether a check has something to mend."""
    return check.status not in (Status.PASSED, Status.SKIPPED)
