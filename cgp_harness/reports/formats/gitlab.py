"""`gitlab/`: what GitLab shows in a merge request, `junit.xml` and a code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cgp_harness.model import BatchReport, CheckResult, SubmissionReport
from cgp_harness.probing.text import points
from cgp_harness.reports.formats import junit, told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import has_grader_error

FOLDER = "gitlab"
QUALITY = "gl-code-quality-report.json"
DESCRIPTION_MAX = 1000


def quality(report: BatchReport) -> bytes:
    """A finding for each check that lost something, at the line that it names.

    What is missing in several files is said at the first, since GitLab needs a path. None of a
    submission that the machine failed on, or that has no file.
    """
    found = [
        _finding(one, check) for one in report.submissions if not has_grader_error(one)
        if one.files for check in told.findings(one)]
    return json.dumps(found, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _finding(one: SubmissionReport, check: CheckResult) -> dict[str, Any]:
    file, line = told.place(one, check)
    file = file or one.files[0]
    key = "\0".join((one.id, check.id, file))
    lost = f"{points(check.max_score - check.score)} of {points(check.max_score)} points lost"
    said = f"{told.title(check)} ({lost}). {told.short(one, check)}"
    return {
        "description": said[:DESCRIPTION_MAX].strip(),
        "check_name": check.id,
        # The same from run to run, so that GitLab can tell what is new.
        "fingerprint": hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32],
        "severity": "major" if check.score < check.max_score else "info",
        "location": {"path": file, "lines": {"begin": max(1, line)}}}


GITLAB = Format(lambda report: Written({
    f"{FOLDER}/{junit.FILE}": junit.encode(report), f"{FOLDER}/{QUALITY}": quality(report)}))
