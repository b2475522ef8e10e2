"""The harness's own formats, a plugin like those of other distributions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cgp_harness.hookspecs import hookimpl

if TYPE_CHECKING:
    from cgp_harness.hookspecs import ReportWriter

DEFAULT = ("json", "csv", "html")
"""What `cgp grade` writes without `--format`."""


@hookimpl
def cgp_report_formats() -> Mapping[str, ReportWriter]:
    """What is always there."""
    from cgp_harness.reports import gradebook, pages, results
    from cgp_harness.reports.formats import (
        autolab,
        github,
        gitlab,
        gradescope,
        junit,
        markdown,
        nbgrader,
        prairielearn,
    )
    from cgp_harness.reports.formats.rosters import brightspace, canvas, moodle

    return {
        "json": results.write, "csv": gradebook.write, "html": pages.write,
        "markdown": markdown.MARKDOWN, "junit": junit.JUNIT,
        "canvas": canvas.CANVAS, "moodle": moodle.MOODLE, "brightspace": brightspace.BRIGHTSPACE,
        "nbgrader": nbgrader.NBGRADER, "gradescope": gradescope.GRADESCOPE,
        "prairielearn": prairielearn.PRAIRIELEARN, "autolab": autolab.AUTOLAB,
        "github": github.GITHUB, "gitlab": gitlab.GITLAB,
    }
