"""Figures of a report: drawn from the plots of its checks, written as files, shown on a page.

A figure is made of numbers and escaped labels alone; nothing of a submission is copied into it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from markupsafe import Markup

from cgp_harness.model import BatchReport, CheckResult, SubmissionReport
from cgp_harness.plot import Plot
from cgp_harness.probing.text import file_part
from cgp_harness.reports.drawing import draw, look
from cgp_harness.reports.figure_text import words
from cgp_harness.reports.strokes import COLOURS, INK, PAPER
from cgp_harness.reports.whole_file import write_whole

FOLDER = "figures"
PNG_DPI = 150
# matplotlib writes its version and the date into a file, unless told that there is none.
NO_METADATA = dict.fromkeys(("Date", "Creator", "Format", "Type"))
FONT = "font-family: 'DejaVu Sans'"
# Verdana has the widths of DejaVu Sans, which few machines besides those with Linux have.
FONTS = f"{FONT}, Verdana, sans-serif"
VARIABLES = {
    colour: f"var(--{name})"
    for name, colour in {**COLOURS, "ink": INK, "paper": PAPER}.items()
}


def write(report: BatchReport, folder: Path) -> BatchReport:
    """Draw all plots as `figures/STUDENT/TASK.KIND.NAME.svg`; return the report that lists them.

    Those of hidden checks too: the folder is for the staff, a student gets the page.

    Raises:
        MachineError: the disk is full, or the folder cannot be written.
    """
    if not any(check.plots for one in report.submissions for check in one.checks):
        return report  # matplotlib is not even imported
    with look():
        drawn = tuple(_with_figures(one, folder) for one in report.submissions)
    return replace(report, submissions=drawn)


def write_png(checks: Sequence[CheckResult], folder: Path) -> list[Path]:
    """Draw the plots of some checks as `TASK.KIND.NAME.png` into a folder.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
    """
    if not any(check.plots for check in checks):
        return []
    files = []
    with look():
        for check in checks:
            for name, plot in zip(_names(check), check.plots, strict=True):
                files.append(folder / f"{name}.png")
                draw(plot).savefig(files[-1], dpi=PNG_DPI)
    return files


def svg(plot: Plot, name: str) -> str:
    """The figure as SVG; the same plot and name, the same text. Call it within `look()`.

    Args:
        name: seeds the ids inside, which must be unique on a page.
    """
    import matplotlib

    matplotlib.rcParams["svg.hashsalt"] = name
    file = io.StringIO()
    draw(plot).savefig(file, format="svg", metadata=NO_METADATA)
    # Groups are numbered in every figure anew, and nothing refers to them.
    text = re.sub(r'<g id="[^"]*">', "<g>", file.getvalue()).replace(FONT, FONTS)
    text = re.sub(r' d="[^"]*"', _rounded, text)
    text = text.replace("<svg ", f'<svg role="img" aria-label="{escape(words(plot))}" ', 1)
    return re.sub(r"<!DOCTYPE[^>]*>\n", "", text)


def inline(text: str) -> Markup:
    """A figure's SVG for a page: without what is for a file, in the colours of the page's mode."""
    text = text[text.index("<svg "):]
    for colour, variable in VARIABLES.items():
        text = text.replace(f": {colour}", f": {variable}")
    # The page's own style has these two, for its figures only.
    text = re.sub(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>", "", text, count=1)
    return Markup(text)


def _rounded(path: re.Match[str]) -> str:
    """A path to a hundredth of a point, on fewer lines: half the bytes."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path[0].replace(" \n", " ").replace("\n", ""))


def _with_figures(report: SubmissionReport, folder: Path) -> SubmissionReport:
    checks = []
    for check in report.checks:
        figures = []
        for name, plot in zip(_names(check), check.plots, strict=True):
            figures.append(f"{FOLDER}/{file_part(report.id)}/{name}.svg")
            write_whole(folder / figures[-1], svg(plot, name).encode())
        checks.append(replace(check, figures=tuple(figures)))
    return replace(report, checks=tuple(checks))


def _names(check: CheckResult) -> list[str]:
    names = [
        ".".join(map(file_part, (check.task, check.kind, plot.name))) for plot in check.plots
    ]
    if len(set(names)) < len(names):
        raise ValueError(f"{check.id} names two of its plots alike: {', '.join(names)}")
    return names

