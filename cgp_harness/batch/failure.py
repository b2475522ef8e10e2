"""The report of a submission that the harness itself could not grade: no check has a verdict."""

from __future__ import annotations

from cgp_harness.model import CheckResult, Status, Submission, SubmissionReport
from cgp_harness.task import Assignment


def failed_report(submission: Submission, assignment: Assignment, reason: str) -> SubmissionReport:
    """Every check as `grader_error`; the score of 0 is none, and no report shows it as one."""
    message = (
        f"the grader failed three times on this submission: {reason}\n"
        "  this is no fault of the submission, and no score"
    )
    checks = tuple(
        CheckResult(
            id=f"{task.id}.{kind}", task=task.id, kind=kind, title=f"{task.title}: {kind}",
            status=Status.GRADER_ERROR, score=0.0, max_score=check.points,
            visibility=check.visibility, message=message, equation="",
        )
        for task in assignment.tasks for kind, check in task.checks.items()
    )
    return SubmissionReport(
        id=submission.id, files=tuple(file.path for file in submission.files),
        sha256=submission.sha256, status=Status.GRADER_ERROR, score=0.0,
        max_score=assignment.max_score, percent=0.0, late_penalty=0.0, seconds=0.0, checks=checks,
    )
