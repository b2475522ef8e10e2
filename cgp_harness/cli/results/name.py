"""`cgp name`: a group of submissions that fail alike gets a name, in its homework's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.model import AssignmentInfo
    from cgp_harness.reports.groups import Group
    from cgp_harness.task import Assignment, NamedMistake

MOST_LISTED = 12


@click.command(short_help="Give a group of submissions that fail alike a name and a hint.")
@click.argument("results", type=options.PATH, metavar="DIR")
@click.argument("group", metavar="GROUP")
@click.argument("own", metavar="ID")
@click.option(
    "--says", required=True, metavar="TEXT", help="What the mistake is, for those who make it.")
@click.option("--hint", required=True, metavar="TEXT", help="What they are to look at.")
@click.option(
    "-a", "--assignment", "assignment_name", metavar="FOLDER",
    help="The homework's folder.  [default: the one that DIR was graded with]",
)
def name(
    results: Path, group: str, own: str, says: str, hint: str, assignment_name: str | None
) -> None:
    """Give GROUP, as the class page of DIR calls it, the name ID, in the homework's mistakes.toml.

    Kept are the numbers that the group answers to a fixed run, and no code of it. Whoever answers
    them, from the next run on and in later years, has the name and the hint on the page.
    """
    from cgp_harness.cli.folders import explained
    from cgp_harness.reports.groups import groups
    from cgp_harness.reports.results import read
    from cgp_harness.task import NamedMistake

    report = read(results)
    chosen = _without_a_name(group, groups(report.submissions))
    homework = _homework(assignment_name, report.assignment, results)
    entry = NamedMistake(own, chosen.task, says, hint, check=chosen.check, answers=chosen.answers)
    file, added = _appended(homework, entry)
    with explained(file.parent, file.name, "-a"), file.open("ab") as opened:
        opened.write(added)
    click.echo(
        f"{chosen.id} is {own} now, in {file}; run `cgp grade` again, and "
        f"{_of(len(chosen.members))} told so")


def _of(count: int) -> str:
    return "1 submission is" if count == 1 else f"{count} submissions are"


def _without_a_name(wanted: str, found: Sequence[Group]) -> Group:
    """The group called so, if it may be given a name."""
    from cgp_harness.errors import HarnessError

    nameless = [one for one in found if not one.diagnosis or one.diagnosis.of_source]
    listed = ", ".join(f"{one.id} ({len(one.members)})" for one in nameless[:MOST_LISTED])
    further = len(nameless) - MOST_LISTED
    expected = f"one that may be named: {listed}" + f" and {further} more" * (further > 0)
    chosen = next((one for one in found if one.id == wanted), None)
    if chosen in nameless:
        return chosen
    raise HarnessError(
        f"the group {wanted} has the name {' + '.join(chosen.diagnosis.flags)}" if chosen
        and chosen.diagnosis else f"there is no group {wanted!r}",
        expected=expected if nameless else "one that may be named, and here there is none")


def _homework(given: str | None, info: AssignmentInfo, results: Path) -> Assignment:
    """The homework, which is the instructor's own."""
    from cgp_harness.assignment import installed, load
    from cgp_harness.errors import HarnessError

    if not given and not info.folder and info.id not in installed():
        raise HarnessError(
            "the results do not say where their homework lies", where=str(results),
            expected="its folder, after -a")
    homework = load(given or info.folder or info.id)
    if homework.folder:
        return homework
    raise HarnessError(
        f"the homework {homework.id!r} is part of the harness: nothing is written there",
        where=str(installed()[homework.id]),
        expected="the folder of a homework of your own, after -a",
        fix=f"copy this folder to my_{homework.id}, and grade with -a my_{homework.id}")


def _appended(homework: Assignment, entry: NamedMistake) -> tuple[Path, bytes]:
    """The file, and what comes after what stands there; together they are valid."""
    from cgp_harness.assignment.mistakes import FILE, parse, written
    from cgp_harness.errors import HarnessError

    file = Path(homework.folder) / FILE
    if any(one.id == entry.id for one in homework.mistakes):
        raise HarnessError(
            f"there is a mistake {entry.id!r} already", where=str(file), expected="a new name")
    before = file.read_bytes() if file.is_file() else b""
    gap = b"\n" * bool(before) + b"\n" * (bool(before) and not before.endswith(b"\n"))
    added = gap + written(entry).encode()
    tasks = {task.id: tuple(task.checks) for task in homework.tasks}
    try:
        parse(added, str(file), tasks, lambda path: "")
    except HarnessError as error:  # what was typed; it stands on no line of the file yet
        raise HarnessError(error.what, expected=error.expected, fix=error.fix) from error
    try:
        parse(before + added, str(file), tasks, lambda path: "")
    except HarnessError as error:
        raise HarnessError(
            "nothing can be added to what stands there", where=str(file),
            expected="mistakes that stand below [[mistakes]] each") from error
    return file, added
