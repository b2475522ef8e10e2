"""Fill one column of a roster with scores: whose row is whose, and what is said of the others."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cgp_harness.errors import HarnessError
from cgp_harness.model import BatchReport, Student, SubmissionReport
from cgp_harness.probing.text import no_text, plural, points, shown
from cgp_harness.reports import arrival
from cgp_harness.reports.formats.format import Roster, Written
from cgp_harness.reports.formats.rosters.cells import Cell, Table, read
from cgp_harness.reports.outcome import has_grader_error

Row = Sequence[Cell]
Texts = Mapping[str, str]
"""Column -> text, of one row."""


@dataclass(frozen=True)
class Column:
    """Where the scores go.

    Args:
        most: what a full score is there; None if the file does not say.
        only: taken since there is no other, whatever it is called.
    """

    index: int
    most: float | None = None
    only: bool = False


@dataclass(frozen=True)
class System:
    """How one system writes its lists.

    Args:
        name: what people call it.
        format: name of the format, and of the file.
        required: columns without which the file is another one.
        export: how an instructor gets the file.
        titles: the header of a column -> what `--column` and the assignment may call it; empty for
            a column that takes no scores.
        most: the table and a column -> a full score there.
        people: the table -> rows of students.
        keys: texts of a row -> what of it identifies a student, the surest first.
        closed: texts of a row and what stands in the cell -> why it is not to be filled, or "".
        one_homework: whether a file is of one homework, so that its column is no other's.
    """

    name: str
    format: str
    required: tuple[str, ...]
    export: str
    titles: Callable[[Sequence[str], int], tuple[str, ...]]
    most: Callable[[Table, int], float | None]
    people: Callable[[Table], Sequence[Row]]
    keys: Callable[[Texts], tuple[tuple[str, ...], ...]]
    closed: Callable[[Texts, str], str] = lambda texts, now: ""
    one_homework: bool = False


def fill(system: System, report: BatchReport, roster: Roster) -> Written:
    """The roster with scores in one column, and all else as it was.

    Nobody gets a score by guess: what fits no row, or several, is said and left out. Students
    of the roster who handed in nothing keep what stood there.

    Raises:
        HarnessError: the file is not one of this system's, or it is not plain which column.
    """
    table = _read(system, roster)
    column = _column(system, report, table, roster)
    rows = [row for row in system.people(table) if row]
    places = _places(system, table, rows)
    notes: list[str] = []
    wanted: dict[int, list[tuple[str, SubmissionReport]]] = defaultdict(list)
    for one in report.submissions:
        for who, student in _members(one):
            found = _found(places, one, student)
            if len(found) == 1:
                wanted[found.pop()].append((who, one))
            else:
                said = "no row" if not found else f"{len(found)} rows"
                notes.append(f"{who} fits {said} of {roster.where}; {_score(one)}")
    if notes and (changed := _by_spreadsheet(system, table, rows)):
        notes.append(
            f"a spreadsheet has made {changed!r} of a number in {roster.where}, and may have "
            f"changed others: {system.export}")
    replaced, others = [], []
    scale = 1.0 if not column.most or not report.assignment.max_score else (
        column.most / report.assignment.max_score)
    for index, several in sorted(wanted.items()):
        row, one = rows[index], several[0][1]
        why = _why_not(system, table, row, column, several)
        if why:
            notes += [f"{each} is left out: {why}; {_score(other)}" for each, other in several]
        else:
            text = points(one.score * scale)
            comma = table.separator == ";" and _has_comma(table.rows, column.index)
            replaced.append((row[column.index], text.replace(".", ",") if comma else text))
            if _is_another(row[column.index].text, text):
                others.append(f"{several[0][0]} had {row[column.index].text.strip()}, now {text}")
    if replaced:
        notes += _of_column(report, table, column, others)
    return Written(
        {f"{system.format}.csv": table.replaced(replaced)},
        tuple(shown(f"{system.format}: {note}") for note in notes))


def _of_column(
    report: BatchReport, table: Table, column: Column, others: Sequence[str]
) -> Iterator[str]:
    """What is said of the column that was filled; `others`: the scores that it had before."""
    there, most = table.header[column.index], points(report.assignment.max_score)
    if not column.most:
        yield ("the list does not say what a full score is: scores are of "
               f"{most}, as in the assignment")
    elif report.assignment.max_score not in (0, column.most):
        yield (f"a full score is {points(column.most)} in {there!r}, and {most} in the assignment: "
               "scores are in proportion")
    if others:
        yield (f"{plural(len(others), 'score')} replaced that stood there: "
               f"{others[0]}{'; …' if len(others) > 1 else ''}")
    if column.only:
        yield f"the scores stand in {there!r}, the only column that takes any"


def _read(system: System, roster: Roster) -> Table:
    what = "empty" if not roster.content.strip() else no_text(roster.content)
    if what:
        raise HarnessError(
            f"the list is {what}", where=roster.where, expected="the file as it was exported",
            fix=system.export)
    table = read(roster.content)
    if table.unclosed:
        raise HarnessError(
            "the sign \" before a cell has none after it", where=f"{roster.where}:{table.unclosed}",
            expected="the file as it was exported", fix=system.export)
    if lacking := [name for name in system.required if name not in table.header]:
        there = ", ".join(repr(shown(name)[:40]) for name in table.header[:8])
        raise HarnessError(
            f"this is no list of {system.name}: it has no column {lacking[0]!r}",
            where=roster.where, fix=system.export,
            expected=f"columns {', '.join(map(repr, system.required))}; found {there}")
    return table


def folded(text: str) -> str:
    """A key as it is compared: without case and the space around it."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def name_key(text: str) -> str:
    """A name as it is compared: its words in any order, so that `Last, First` is `First Last`."""
    return " ".join(sorted(re.findall(r"\w+", folded(text))))


def _column(system: System, report: BatchReport, table: Table, roster: Roster) -> Column:
    header = table.header
    titles = {
        index: names for index in range(len(header)) if (names := system.titles(header, index))}
    wished = [roster.column] if roster.column else [report.assignment.title, report.assignment.id]
    for wish in wished:
        found = [index for index, names in titles.items() if folded(wish) in map(folded, names)]
        if len(found) == 1:
            return Column(found[0], system.most(table, found[0]))
    if not roster.column and len(titles) == 1:
        [index] = titles
        return Column(index, system.most(table, index), only=not system.one_homework)
    there = ", ".join(repr(names[0]) for names in titles.values()) or "none that takes scores"
    what = f"there is no one column {roster.column!r}" if roster.column else (
        f"it is not plain which column is {report.assignment.title!r}")
    raise HarnessError(
        what, where=roster.where, expected=f"one of its columns: {there}",
        fix="name it: --column NAME" if titles else system.export)


def _places(
    system: System, table: Table, rows: Sequence[Row]
) -> list[dict[str, set[int]]]:
    """For each kind of key, the surest first: key -> the rows that have it."""
    places: list[dict[str, set[int]]] = []
    for index, row in enumerate(rows):
        for rank, keys in enumerate(system.keys(_texts(table, row))):
            if rank == len(places):
                places.append(defaultdict(set))
            for key in filter(None, keys):
                places[rank][key].add(index)
    return places


def _texts(table: Table, row: Row) -> Texts:
    return {name: cell.text.strip() for name, cell in zip(table.header, row, strict=False)}


def _members(one: SubmissionReport) -> list[tuple[str, Student | None]]:
    members = arrival.members(one)
    if len(members) < 2:
        return [(one.id, members[0] if members else None)]
    return [(f"{member.name or member.email or member.user_id} of {one.id}", member)
            for member in members]


def _found(
    places: Sequence[Mapping[str, set[int]]], one: SubmissionReport, student: Student | None
) -> set[int]:
    """The rows of who handed in, by the surest key that fits any."""
    texts = [student.user_id, student.email, student.name] if student else []
    if not student or not one.student or not one.student.group:
        texts.append(one.id)
    keys = {key for text in filter(None, texts) for key in (folded(text), name_key(text))}
    for place in places:
        if found := {index for key in keys for index in place.get(key, ())}:
            return found
    return set()


def _why_not(
    system: System, table: Table, row: Row, column: Column,
    several: Sequence[tuple[str, SubmissionReport]],
) -> str:
    _, one = several[0]
    if len(several) > 1:
        return f"{', '.join(name for name, _ in several)} fit one row"
    if has_grader_error(one):
        return "the machine failed on it"
    if column.index >= len(row):
        return "its row is too short"
    return system.closed(_texts(table, row), row[column.index].text.strip())


def _score(one: SubmissionReport) -> str:
    if has_grader_error(one):
        return "it has no score"
    return f"its score is {points(one.score)} of {points(one.max_score)}"


def _is_another(before: str, now: str) -> bool:
    """Whether a score stood there, and the new one is not the same."""
    before = before.strip().replace(",", ".")
    return bool(re.fullmatch(r"\d+(\.\d*)?", before)) and float(before) != float(now)


def _by_spreadsheet(system: System, table: Table, rows: Sequence[Row]) -> str:
    """A number of a student as only a spreadsheet writes it, `1.06E+08`; empty if there is none."""
    surest = (key for row in rows for key in system.keys(_texts(table, row))[0])
    return next((key.upper() for key in surest
                 if re.fullmatch(r"\d([.,]\d+)?e\+\d+", key)), "")


def _has_comma(rows: Sequence[Row], index: int) -> bool:
    cells = (cell for row in rows for cell in row[index:index + 1])
    return any(re.fullmatch(r"\d+,\d+", cell.text.strip()) for cell in cells)
