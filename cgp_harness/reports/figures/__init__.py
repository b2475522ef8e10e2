"""Figures of a report, drawn from the plots of its checks: SVG beside and on the pages, PNG.

A figure is made of numbers and escaped labels alone; nothing of a submission is copied into it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cgp_harness.model import BatchReport, CheckResult, SubmissionReport
from cgp_harness.probing.text import file_part
from cgp_harness.reports.whole_file import write_whole

FOLDER = "figures"
PNG_DPI = 150


def listed(report: BatchReport) -> BatchReport:
    """The report, with the names that `write` will give to the figures of its checks."""
    return replace(report, submissions=tuple(
        replace(one, checks=tuple(
            replace(check, figures=tuple(_files(one, check))) for check in one.checks))
        for one in report.submissions))


def write(report: SubmissionReport, folder: Path) -> Mapping[str, str]:
    """Draw a submission's plots as `figures/STUDENT/TASK.KIND.NAME.svg`.

    Those of hidden checks too: the folder is for the staff, a student gets the page.

    Returns:
        The same figures as elements of a page, by their files' names.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    from cgp_harness.reports.figures.svg import as_file

    elements = drawn(report)
    for name, element in elements.items():
        write_whole(folder / name, as_file(element).encode())
    return elements


def drawn(report: SubmissionReport) -> Mapping[str, str]:
    """A submission's figures as elements of a page, by the names that `listed` gives them."""
    from cgp_harness.reports.figures.svg import svg

    return {
        name: svg(plot) for check in report.checks
        for name, plot in zip(_files(report, check), check.plots, strict=True)}


def write_png(checks: Sequence[CheckResult], folder: Path) -> list[Path]:
    """Draw the plots of some checks as `TASK.KIND.NAME.png` into a folder.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    if not any(check.plots for check in checks):
        return []  # matplotlib is not even imported
    from cgp_harness.reports.figures.drawing import draw, look

    files = []
    with look():
        for check in checks:
            for name, plot in zip(_names(check), check.plots, strict=True):
                files.append(folder / f"{name}.png")
                draw(plot).savefig(files[-1], dpi=PNG_DPI)
    return files


def _files(report: SubmissionReport, check: CheckResult) -> list[str]:
    return [f"{FOLDER}/{file_part(report.id)}/{name}.svg" for name in _names(check)]


def _names(check: CheckResult) -> list[str]:
    names = [
        ".".join(map(file_part, (check.task, check.kind, plot.name))) for plot in check.plots
    ]
    if len(set(names)) < len(names):
        raise ValueError(f"{check.id} names two of its plots alike: {', '.join(names)}")
    return names
