"""`report.md`: what students may be told, for a comment, a wiki or the summary of a CI run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cgp_harness.model import BatchReport, Status, SubmissionReport
from cgp_harness.probing.text import percentage, plural, points, shown
from cgp_harness.reports.absent import is_of_files, unwritten
from cgp_harness.reports.formats import told
from cgp_harness.reports.formats.format import Format, Written
from cgp_harness.reports.outcome import WORDS, has_grader_error, symbol

FILE = "report.md"
BYTES_MAX = 900_000
"""GitHub takes summaries of 1 MiB."""


def encode(report: BatchReport) -> bytes:
    """The class as a table if it is one, and what each submission lost points for."""
    texts = ["\n".join(_head(report))]
    texts += ["\n".join(_submission(report, one)) for one in report.submissions]
    said, left = [], BYTES_MAX
    for number, text in enumerate(texts):
        left -= len(text.encode("utf-8", "replace")) + 2
        if left < 0:
            said.append(f"_{plural(len(texts) - number, 'submission')} left out: too long._")
            break
        said.append(text)
    return ("\n\n".join(said) + "\n").encode("utf-8", "replace")


def _head(report: BatchReport) -> Iterator[str]:
    yield f"# {inline(report.assignment.title)}"
    if said := told.unofficially(report):
        yield f"\n**{inline(said)}**"
    if len(report.submissions) == 1:
        return
    yield ""
    yield "| submission | score | % | status |"
    yield "|---|---:|---:|---|"
    for one in report.submissions:
        broken = has_grader_error(one)
        cells = (
            code(one.id), "" if broken else f"{points(one.score)} / {points(one.max_score)}",
            "" if broken else percentage(one.percent),
            WORDS[one.status] if not broken else "grader error")
        yield f"| {' | '.join(cells)} |"


def _submission(report: BatchReport, one: SubmissionReport) -> Iterator[str]:
    broken = has_grader_error(one)
    score = "no score" if broken else f"{points(one.score)} / {points(one.max_score)}"
    yield f"## {code(one.id)}: {score}"
    if broken:
        yield f"\n{told.MACHINE_FAILED}"
    if told.notes(one):
        yield f"\n{fenced(told.notes(one))}"
    absent = unwritten(one)
    if absent:
        yield f"\nNot written yet: {', '.join(map(code, absent))}"
    for check in () if is_of_files(one) else told.findings(one):
        if check.task in absent:
            continue
        said = told.text(one, check, report.assignment)
        if not said:
            continue
        yield (f"\n### {symbol(check.status)} {inline(told.title(check))} "
               f"({points(check.score)} / {points(check.max_score)})\n")
        yield fenced(said)
    passed = sum(check.status is Status.PASSED for check in one.checks)
    yield (f"\n<details><summary>{plural(len(one.checks), 'check')}, {passed} passed</summary>\n\n"
           "| | check | points |\n|---|---|---:|")
    for check in one.checks:
        yield (f"| {symbol(check.status)} | {inline(told.title(check))} | "
               f"{points(check.score)} / {points(check.max_score)} |")
    yield "\n</details>"


def inline(text: str) -> str:
    r"""Text that is no markup, on one line.

    >>> print(inline("<b> [x](y) | *z*"))
    &lt;b&gt; \[x\]\(y\) \| \*z\*
    """
    text = re.sub(r"([\\`*_{}\[\]()#+!|~$])", r"\\\1", told.one_line(shown(text)))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    r"""A name as code, in a line or a table; it mentions nobody.

    >>> print(code("a|b"), code("a`b"))
    `a\|b` `` a`b ``
    """
    text = told.one_line(shown(text)).replace("|", "\\|")
    fence = "`" * (_longest(text) + 1)
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fenced(text: str) -> str:
    """Text as it stands, whatever is in it."""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}text\n{shown(text)}\n{fence}"


def _longest(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)


MARKDOWN = Format(lambda report: Written({FILE: encode(report)}))
