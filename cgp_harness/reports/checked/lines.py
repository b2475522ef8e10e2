"""What is shown of a check when it ends: a line, and below it what is wrong.

A check that repeats another one's finding, such as the training of a wrong rule, is a line and no
more; so is one that passed. `verbose` shows what they found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.text import Text

from cgp_harness.model import CheckResult, SourceFile, Status
from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports.case import case_of
from cgp_harness.reports.outcome import (
    NOT_RUN,
    WORDS,
    explained,
    further_diagnosis,
    further_equation,
    symbol,
)
from cgp_harness.reports.terminal import INDENT, STYLES, WIDTH, case_lines, row, wrapped

AT, NUMBER = re.compile(r" +at (\S.*\d)"), re.compile(r"\d+$")
LONGEST = 80
"""Of a line that is shown."""
LOADED = "while it was loaded:"


def check_lines(
    check: CheckResult, width: int = WIDTH, *, repeated: str = "", verbose: bool = False,
    folder: str = "",
) -> Iterator[Text]:
    """One check: symbol, title and score; then message, diagnosis, equation, smallest case, and
    what says more of it.

    Args:
        repeated: what to see in its place, where it only repeats that; see `outcome.repeated`.
        folder: that the homework is in, if it is not installed.
    """
    if is_silent(check) and not verbose:
        return
    word = "" if check.status in (Status.PASSED, Status.FAILED) else WORDS[check.status]
    got = "-" if check.status is Status.GRADER_ERROR else points(check.score)
    score = f"{got} / {points(check.max_score)}"
    sign, brief = symbol(check.status), "" if verbose else repeated
    yield Text(row(
        f"{sign} {shown(check.title)}", f"{brief or word}  {score}".lstrip(),
        width), STYLES[sign])
    if brief or (check.status is Status.PASSED and not verbose):
        return
    yield from wrapped(check.message, width, "dim" if check.status is Status.PASSED else "")
    if check.status is Status.PASSED:
        return
    yield from wrapped(further_diagnosis(check), width, "bold")
    yield from wrapped(further_equation(check), width, "cyan")
    yield from case_lines(case_of(check.counterexample), width)
    if more := explained(check, folder):
        yield Text(f"{INDENT}more: {shown(more)}", "dim")


def is_silent(check: CheckResult) -> bool:
    """Whether it passed, is worth nothing and has nothing to say: a time that is as it should be.
    """
    return check.status is Status.PASSED and not check.max_score and not check.message


def note_lines(
    notes: Sequence[str], width: int = WIDTH, sources: Sequence[SourceFile] = (),
    marks: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> Iterator[Text]:
    """How a submission was read and loaded, below a heading.

    Args:
        sources: of which a line that is named is shown.
        marks: place -> which bytes of it are marked, where Python says so.
    """
    if not notes:
        return
    yield Text(f"! {LOADED}", STYLES["!"])
    for note in notes:
        yield from wrapped(note, width)
        if place := next(filter(None, map(AT.fullmatch, note.split("\n"))), None):
            yield from _source_lines(place[1], sources, note, marks.get(place[1], (0, 0)))


def _source_lines(
    place: str, sources: Sequence[SourceFile], note: str, mark: tuple[int, int]
) -> Iterator[Text]:
    """The line of a file or a cell, and what it is about marked; nothing if there is none."""
    for source in sources:
        lines = source.content.split(b"\n")
        # The heading of a cell has the place of its first line, which comes after it.
        here = [one for one in range(1, len(lines) + 1) if source.place(one) == place]
        for number, counted in zip(here[-1:], NUMBER.findall(place), strict=False):
            line = lines[number - 1].rstrip()
            text, left = _text(line)[:LONGEST], f"{INDENT}  {counted:>4} | "
            yield Text(left + text)
            begin, end = _marked(line, mark) or _quoted(text, note)
            marks = " " * begin + "^" * (min(end, LONGEST) - begin)
            yield Text(f"{' ' * (len(left) - 2)}| {marks}", STYLES["✗"])


def _text(line: bytes) -> str:
    return shown(line.decode("utf-8", "replace"))


def _marked(line: bytes, mark: tuple[int, int]) -> tuple[int, int] | None:
    """Bytes of a line as places in what is shown of it; None if it has none of them there."""
    begin, end = mark[0], min(mark[1], len(line))
    first, last = len(_text(line[:begin])), len(_text(line[:end]))
    return (first, last) if first < min(last, LONGEST) else None


def _quoted(line: str, note: str) -> tuple[int, int]:
    """From where to where a note is about a line: what it quotes first that stands there once,
    else all of it."""
    says = re.sub(r"\n +(?!Python says:)[^\n]*", "", note)
    if " at its end" in says:
        return len(line), len(line) + 1
    quotes = r"`([^`]+)`|'([^']+)'|the sign (\S+)|^([\w.]+) is not"
    quoted = [one for groups in re.findall(quotes, says) for one in groups if one]
    once = next((one for one in quoted if line.count(one) == 1), line.strip())
    begin = line.index(once) if once else 0
    return begin, begin + len(once)


def not_run_line(checks: Sequence[CheckResult], width: int) -> Text:
    """How many were not run, and their points."""
    left = f"{symbol(Status.SKIPPED)} {plural(len(checks), 'check')} not run"
    return Text(row(left, f"{WORDS[Status.SKIPPED]}  {_sum(checks)}", width), STYLES["–"])


def _sum(checks: Sequence[CheckResult]) -> str:
    return f"{points(sum(c.score for c in checks))} / {points(sum(c.max_score for c in checks))}"


def unwritten_lines(checks: Sequence[CheckResult], width: int) -> Iterator[Text]:
    """All checks of tasks that are not written yet in one line, and these tasks."""
    tasks = dict.fromkeys(check.task for check in checks)
    if tasks:
        left = f"{symbol(Status.SKIPPED)} {plural(len(tasks), 'task')} not written yet"
        yield Text(row(left, _sum(checks), width), STYLES["–"])
        yield from wrapped(", ".join(tasks), width)


def not_run_lines(checks: Sequence[CheckResult], width: int) -> Iterator[Text]:
    """All of them in one line, and what kept which tasks' from running."""
    if not checks:
        return
    yield not_run_line(checks, width)
    reasons: dict[str, dict[str, None]] = {}
    for check in checks:
        reasons.setdefault(check.message.removeprefix(NOT_RUN), {})[check.task] = None
    for reason, tasks in reasons.items():
        yield from wrapped(f"{', '.join(tasks)}: {reason}", width)
