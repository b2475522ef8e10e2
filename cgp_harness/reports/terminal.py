"""What a terminal shows of a class and of a replay; and how lines are made, of whatever it is.

What it shows of one submission is in `checked`. Lines are wrapped here, at words, so that a
terminal and a pipe show the same text.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO

from rich.console import Console
from rich.text import Text

from cgp_harness.model import (
    BatchReport,
    Status,
)
from cgp_harness.probing.case import Case, Replay
from cgp_harness.probing.text import number, percentage, plural, points, shown
from cgp_harness.reports import readable
from cgp_harness.reports.absent import first_finding
from cgp_harness.reports.case import case_of
from cgp_harness.reports.outcome import (
    ASCII,
    WORDS,
    flag_counts,
    has_grader_error,
)

WIDTH = 100
INDENT = "    "
NOT_GRADED_SHOWN = 5
STYLES = {"✓": "green", "✗": "red", "–": "dim", "!": "yellow"}


class _Patient(Console):
    """Goes on in silence when its reader leaves (`cgp grade … | head`): the exit code stands."""

    def on_broken_pipe(self) -> None:
        with suppress(SystemExit):  # rich 13.8 and later would exit with 1
            super().on_broken_pipe()


def console(file: IO[str] | None = None) -> Console:
    """A console that never reads markup out of a student's text, and no wider than 100."""
    made = _Patient(file=file or sys.stdout, highlight=False, markup=False, emoji=False)
    if not made.is_terminal or made.width > WIDTH:
        made.width = WIDTH
    return made


def show(lines: Iterable[Text], out: Console) -> None:
    """Print lines as they are; what the terminal's encoding lacks is written as `\\u....`."""
    for line in lines:
        if out.options.ascii_only:
            for sign, plain in ASCII.items():
                line.plain = line.plain.replace(sign, plain)
        line.plain = line.plain.encode(out.encoding, "backslashreplace").decode(out.encoding)
        out.print(line, soft_wrap=True)


def class_lines(report: BatchReport, width: int = WIDTH) -> Iterator[Text]:
    """One line per submission, then what was found how often."""
    names = max([10, *(len(submission.id) for submission in report.submissions)])
    header = f"{'submission':<{names}}  {'score':>13}  {'%':>5}  status"
    yield Text(header, "bold")
    for submission in report.submissions:
        broken = has_grader_error(submission)
        score = f"{points(submission.score)} / {points(submission.max_score)}"
        percent = percentage(submission.percent)
        status = WORDS[Status.GRADER_ERROR if broken else submission.status]
        finding = first_finding(submission)
        line = (
            f"{shown(submission.id):<{names}}  {'-' if broken else score:>13}  "
            f"{'-' if broken else percent:>5}  {status:<13}  {shown(finding)}"
        )
        yield Text(line.rstrip(), "yellow" if broken else "")
    counts = flag_counts(report.submissions)
    if counts:
        yield Text()
        most = ", ".join(f"{shown(flag)} ({count})" for flag, count in counts)
        yield from wrapped(f"found: {most}", width, indent="")


def not_graded_lines(report: BatchReport, width: int = WIDTH) -> Iterator[Text]:
    """Of submissions without a score: the check that failed by no fault of theirs, and why."""
    broken = [one for one in report.submissions if has_grader_error(one)]
    for one in broken[:NOT_GRADED_SHOWN]:
        check = next((each for each in one.checks if each.status is Status.GRADER_ERROR), None)
        yield Text(shown(f"no score: {one.id}{f', {check.id}' if check else ''}"), "yellow")
        yield from wrapped(check.message if check else "; ".join(one.notes), width, indent="  ")
    if len(broken) > NOT_GRADED_SHOWN:
        yield Text(f"no score: {len(broken) - NOT_GRADED_SHOWN} more")


def replay_lines(replay: Replay) -> Iterator[Text]:
    """What was expected, what is stored, and what comes now: the numbers of a case, or words."""
    table = case_of(replay.case) if replay.case else None
    of_two = "relation" in (replay.case or {})
    columns = ("step", "parameter", "gradient", *(
        ("first run", "second run, stored", "second run, now") if of_two
        else ("expected", "stored", "now")))
    rows = [
        (str(row.step), f"{row.parameter}[{','.join(map(str, row.index))}]" if row.index
         else str(row.parameter),
         *(number(value, 17) for value in (row.gradient, row.expected, row.stored, row.now)))
        for row in replay.rows
    ]
    if rows:
        if table and table.heading:
            yield from wrapped(f"{table.heading}:", WIDTH, "dim", indent="")
        yield from map(Text, _table(columns, rows))
    elif replay.case and not table:
        for line in readable.fields(replay.case):
            yield from wrapped(line, WIDTH, indent="")
    elif replay.case:
        yield from case_lines(table, WIDTH, indent="")
    if replay.problem:
        yield from wrapped(str(replay.problem), WIDTH, indent="")
    if replay.stored != replay.now:
        for word, said in (("stored", replay.stored), ("now", replay.now)):
            yield from wrapped(f"{word}: {said or 'nothing'}", WIDTH, indent="")
    elif not replay.case:
        yield from wrapped(replay.now, WIDTH, indent="")
    yield Text("reproduced" if replay.reproduced else "not reproduced", "bold")


def case_lines(case: Case | None, width: int, indent: str = INDENT) -> Iterator[Text]:
    """A smallest case as a table below its heading; nothing if there is none."""
    if case is None:
        return
    yield from wrapped(f"smallest case: {case.heading}".rstrip(": "), width, "dim", indent)
    for i, line in enumerate(_table(case.columns, case.rows)):
        marked = case.marked is not None and i == case.marked + 1
        yield Text(f"{indent}  {line}{'  <- first difference' if marked else ''}")
    if case.left_out:
        yield Text(f"{indent}  ({plural(case.left_out, 'further number')} not shown)", "dim")


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Right-aligned columns, two spaces apart."""
    lines = [columns, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    ]


def row(left: str, right: str, width: int) -> str:
    """Two texts at the two margins; one that is too long pushes the other, nothing is cut."""
    return f"{left}  {right.rjust(max(0, width - len(left) - 2))}"


def wrapped(text: str, width: int, style: str = "", indent: str = INDENT) -> Iterator[Text]:
    """Text wrapped at words; each line keeps its own indentation, long words are never cut."""
    for line in shown(text).rstrip("\n").split("\n") if text else ():
        own = indent + line[: len(line) - len(line.lstrip())]
        for part in textwrap.wrap(
            line.strip(), width, initial_indent=own, subsequent_indent=f"{own}  ",
            break_long_words=False, break_on_hyphens=False,
        ) or [""]:
            yield Text(part, style)
