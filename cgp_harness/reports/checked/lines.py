"""What is shown of a check when it ends: a line, and below it what is wrong.

A check that repeats another one's finding, such as the training of a wrong rule, is a line and no
more; so is one that passed. `verbose` shows what they found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.text import Text

from cgp_harness.model import CheckResult, SourceFile, Status, named_place
from cgp_harness.probing.text import plural, points, shown
from cgp_harness.reports.case import case_of
from cgp_harness.reports.checked.source import with_source
from cgp_harness.reports.outcome import (
    NOT_RUN,
    WORDS,
    explained,
    further_diagnosis,
    further_equation,
    symbol,
)
from cgp_harness.reports.terminal import INDENT, STYLES, WIDTH, case_lines, row, wrapped

LOADED = "while it was loaded:"


def check_lines(
    check: CheckResult, width: int = WIDTH, *, repeated: str = "", verbose: bool = False,
    homework: str = "", sources: Sequence[SourceFile] = (),
) -> Iterator[Text]:
    """One check: symbol, title and score; then message, diagnosis, equation, smallest case, and
    what says more of it.

    Args:
        sources: of which a line that the message names is shown.
        repeated: what to see in its place, where it only repeats that; see `outcome.repeated`.
        homework: as `-a` takes it.
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
    if check.status is Status.PASSED:
        yield from wrapped(check.message, width, "dim")
        return
    yield from with_source(check.message, width, sources, check.mark)
    yield from wrapped(further_diagnosis(check), width, "bold")
    yield from wrapped(further_equation(check), width, "cyan")
    yield from case_lines(case_of(check.counterexample), width)
    if more := explained(check, homework):
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
        yield from with_source(
            note, width, sources, marks.get(named_place(note), (0, 0)), whole=True)


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
