"""What is said of a submission once, beside its checks: how it was read, and how it was loaded."""

from __future__ import annotations

from collections.abc import Iterable

from cgp_harness.checks.registration import NOTHING, missing
from cgp_harness.model import CheckResult, Submission
from cgp_harness.subject import Manifest
from cgp_harness.task import Assignment


def notes(
    submission: Submission, assignment: Assignment, manifest: Manifest,
    results: Iterable[CheckResult],
) -> tuple[str, ...]:
    """What was left out, what files raised, which tasks are missing; nothing that a check says."""
    said = {result.message for result in results}
    absent = missing(assignment, manifest)
    problems = [one for one in manifest.problems if not one.what.startswith(NOTHING)]
    texts = [str(one) for one in (*problems, *([absent] if absent else []))]
    return (*submission.notes, *(submission.told(text) for text in texts if text not in said))
