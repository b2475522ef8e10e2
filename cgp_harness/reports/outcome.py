"""How a result is shown in the terminal and on the pages: its symbol, and who sees what."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from cgp_harness.installed import kinds
from cgp_harness.model import (
    AssignmentInfo,
    BatchReport,
    CheckResult,
    Status,
    SubmissionReport,
    Visibility,
    named_place,
)

SYMBOLS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.SKIPPED: "–"}
ASCII = {"✓": "+", "✗": "x", "–": "-", "!": "!"}
WORDS = {
    Status.STUDENT_ERROR: "error", Status.TIMEOUT: "timeout", Status.OUT_OF_MEMORY: "out of memory",
    Status.KILLED: "killed", Status.SKIPPED: "skipped", Status.GRADER_ERROR: "grader error",
    Status.GRADED: "graded", Status.PASSED: "passed", Status.FAILED: "failed",
}
NOT_A_FINDING = (Status.PASSED, Status.SKIPPED)
NOT_RUN = "not run, "
"""How the message of a check begins that another kept from running."""


def symbol(status: Status) -> str:
    """`✓`, `✗`, `–` (skipped), or `!` for code or a machine that could not go on."""
    return SYMBOLS.get(status, "!")


def not_run(check: CheckResult) -> bool:
    """Whether another check kept this one from running."""
    return check.status is Status.SKIPPED and check.message.startswith(NOT_RUN)


def repeated(check: CheckResult, results: Mapping[str, CheckResult]) -> str:
    """What is to be seen in place of a check that only repeats what another has found.

    Args:
        results: of the checks that have ended, by id, in order.

    Returns:
        "not judged: see the rule", for one; "as for sgd_plus", or for another check of its task,
        where both are about one place in the file; empty where it says something of its own.
    """
    for before in results.values():
        if before.id == check.id or not named_place(check.message):
            break
        if before.message == check.message and check.status not in NOT_A_FINDING:
            own = before.title.partition(": ")[2] if before.task == check.task else ""
            return f'as for "{own}"' if own else f"as for {before.task}"
    if check.status is not Status.FAILED:
        return ""
    for kind in kinds().values():
        info = kind.checks.get(check.kind)
        if info is None or not check.message.startswith(info.repeating):
            continue
        for name, judged in info.repeats.items():
            other = results.get(f"{check.task}.{name}")
            if other is not None and other.status not in NOT_A_FINDING:
                return f"not judged: see {judged}"
    return ""


def has_grader_error(report: SubmissionReport) -> bool:
    """Whether anything in it is our fault; its score then says nothing."""
    return report.status is Status.GRADER_ERROR or any(
        check.status is Status.GRADER_ERROR for check in report.checks
    )


def unofficial(report: BatchReport) -> str:
    """Why no score of it is to be relied on, as far as the isolation goes; empty if it is."""
    level, many = report.environment.isolation, len(report.submissions)
    if level == "plain":
        return "submissions were not isolated from the grader"
    if level == "container_partly":
        return "there was no other user for the submission, or no filter of system calls"
    if level == "uid":
        return "submissions could read what every user of this machine may read"
    if level == "container" and many > 1:
        return f"{many} submissions ran in one container, which is a sandbox for one"
    return ""


def for_student(check: CheckResult) -> CheckResult:
    """What a student may see of a check: if not visible, the misconception and the equation only.

    The message, the counterexample and the figures may hold hidden inputs and expected values.
    """
    if check.visibility is Visibility.VISIBLE:
        return check
    return replace(check, message="", counterexample=None, figures=(), plots=(), answers=())


def further_diagnosis(check: CheckResult) -> str:
    """The diagnosis without the sentences at its beginning that the message says already."""
    text = check.diagnosis.text if check.diagnosis else ""
    ends = [len(text), *(end.start() + 1 for end in re.finditer(r"\. ", text))]
    return text[max((end for end in ends if text[:end] in check.message), default=0):].strip()


def explained(check: CheckResult, homework: str = "") -> str:
    """The command that says more of the mistake; empty if it has no name that somebody gave it.

    Args:
        homework: as `-a` takes it; empty: whichever has a mistake of this name.
    """
    found = check.diagnosis
    if check.status is Status.PASSED or found is None or found.of_source or not found.flags:
        return ""
    of_it = f" -a {shlex.quote(homework)}" if homework else ""
    return f"cgp explain {' '.join(found.flags)}{of_it}"


def homework_of(assignment: AssignmentInfo) -> str:
    """How students name it after `-a`: the folder, which they have elsewhere, by its name."""
    return Path(assignment.folder).name or assignment.id


def further_equation(check: CheckResult) -> str:
    """The equation that was missed, unless it is named above; code that did not run missed none."""
    said = check.message + (check.diagnosis.text if check.diagnosis else "")
    return "" if check.status is not Status.FAILED or check.equation in said else check.equation


def first_change(report: SubmissionReport) -> str:
    """The change that would make the first thing right for which one is known, for the staff."""
    return next((
        change for check in report.checks if check.diagnosis
        and (change := check.diagnosis.staff.get("repair"))), "")


def flag_counts(reports: Iterable[SubmissionReport]) -> list[tuple[str, int]]:
    """Each diagnosis flag with the number of submissions that show it, most frequent first."""
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update({
            flag for check in report.checks if check.diagnosis and check.status is not Status.PASSED
            for flag in check.diagnosis.flags
        })
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
