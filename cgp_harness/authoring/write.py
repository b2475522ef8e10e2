"""A homework is made from its solution, tried on its own examples, and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from cgp_harness import grading, temporary
from cgp_harness.assignment import load, parse
from cgp_harness.assignment.solution import FILE
from cgp_harness.authoring import answers
from cgp_harness.authoring.examples import perfect, test_of
from cgp_harness.authoring.folder import fill, require_free, write
from cgp_harness.authoring.handout import handout
from cgp_harness.authoring.mistakes import mistakes
from cgp_harness.authoring.mutants import Mutant, mutants
from cgp_harness.authoring.of_kinds import handed_in, written
from cgp_harness.authoring.starter import starter
from cgp_harness.authoring.table import points, table
from cgp_harness.authoring.wanted import Wanted, spelt
from cgp_harness.checks.forbidden import apart
from cgp_harness.checks.grading import grading_of
from cgp_harness.errors import HarnessError
from cgp_harness.installed import kinds
from cgp_harness.model import SourceFile, Status
from cgp_harness.task import Assignment

MUTANTS, TRIED = 5, 15
"""Wrong examples that a homework gets, of so many that are tried."""


def homework(folder: Path, solution: Path) -> Iterator[str]:
    """Write a homework into a new folder, and say line by line what was done.

    Args:
        folder: its name is the assignment's id.
        solution: a Python file, which is run.

    Raises:
        HarnessError: one of the two cannot be used. Nothing is written then.
    """
    require_free(folder)
    text = answers.read(solution)
    wanted, further = answers.wanted(text, solution)
    plain = perfect(text, further)
    right = handed_in(plain, wanted)
    for task in wanted:
        yield f"task        {task.name} ({task.kind})"
    files = texts(folder.name, text, right, wanted)
    wrong = _tried(folder, solution, files, [
        replace(one, text=handed_in(one.text, wanted)) for one in mutants(plain, wanted, TRIED)],
        forbid=right == plain)
    files |= {f"examples/{one.name}.py": one.text for one, _ in wrong}
    files[f"test_{folder.name}.py"] = test_of(
        folder.name, {"perfect": 100.0, **{one.name: percent for one, percent in wrong}},
        forbid=right == plain)
    write(folder, files)
    for one, percent in wrong:
        yield f"example     {one.name}: {percent:.4g} %; {one.said}"
    yield f"wrote       {folder}: {', '.join(path for path in files if '/' not in path)}, examples"


def texts(name: str, text: str, right: str, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The files of a homework whose right submission is this one, but for wrong examples.

    Args:
        name: of the assignment.
        text: the solution.
        right: what a student hands in who has all of it.
        wanted: its tasks.
    """
    title, known, asked = spelt(name), kinds(), written(right, wanted)
    shared, names = points(asked, known), _forbid(text, wanted)
    found = _found(table(name, title, text, asked, known, shared, names), text)
    return {
        "assignment.toml": table(name, title, text, asked, known, shared, names, found),
        "solution.py": text,
        "mistakes.toml": mistakes(name, wanted[0]),
        "starter.py": starter(
            right, [node.lineno for one in asked for node in (one.node, *one.parts)],
            f"{title}. Put your own code in the place of each `...`; see handout.md."),
        "handout.md": handout(name, title, right, asked, shared, known),
        "examples/perfect.py": right,
    }


def _found(toml: str, text: str) -> dict[str, Mapping[str, object]]:
    """What trying the solution finds out of each task; nothing of a homework that cannot be."""
    try:
        assignment = parse(toml.encode(), answers=text)
        return {task.id: grading_of(kinds()[task.kind]).found(assignment, task)
                for task in assignment.tasks}
    except HarnessError:  # which is said where it is graded
        return {}


def _forbid(text: str, wanted: Sequence[Wanted]) -> list[str]:
    """What would do the homework, without what the solution itself uses."""
    names = list(dict.fromkeys(
        name for one in wanted for name in kinds()[one.kind].authored.forbidden))
    files, roots = [SourceFile("solution.py", text.encode())], [
        ("solution.py", one.node.lineno) for one in wanted]
    while used := {one.name for one in apart.uses(files, names, roots) if one is not None}:
        names = [name for name in names if not any(
            own == name or own.startswith(f"{name}.") for own in used)]
    return names


def _tried(
    folder: Path, solution: Path, files: Mapping[str, str], candidates: Sequence[Mutant], *,
    forbid: bool
) -> list[tuple[Mutant, float]]:
    """Wrong examples and what they get, in percent; none if the right one loses points itself.

    Args:
        forbid: whether they may do without the names that submissions must not use.

    Raises:
        HarnessError: nothing can be graded with these files.
    """
    with temporary.folder("cgp-homework-") as here:
        trial = here / folder.name
        fill(trial, files)
        try:
            homework = load(str(trial))
            if not forbid:
                homework = msgspec.structs.replace(homework, forbid=())
            right = grading.check(trial / "examples" / "perfect.py", homework).percent == 100
        except HarnessError as error:
            where = error.where.replace(str(trial), str(folder))
            if where.startswith(FILE):
                where = where.replace(FILE, str(solution), 1)
            raise HarnessError(
                error.what, where=where,
                expected=error.expected, fix=error.fix) from error
        return _caught(trial, homework, candidates) if right else []


def _caught(
    trial: Path, homework: Assignment, candidates: Sequence[Mutant]
) -> list[tuple[Mutant, float]]:
    """The first few that run and lose points."""
    found: list[tuple[Mutant, float]] = []
    for begin in range(0, len(candidates), MUTANTS):
        some = {one.name: one for one in candidates[begin:begin + MUTANTS]}
        if len(found) < MUTANTS:
            fill(trial.parent, {f"{one.name}.py": one.text for one in some.values()})
            report = grading.grade(
                [trial.parent / f"{name}.py" for name in some], homework, isolation="auto",
                seed=grading.SEED)
            found += [
                (some[one.id], one.percent) for one in report.submissions if one.percent < 100
                and all(check.status is Status.PASSED for check in one.checks
                        if check.kind == "loads")]
    return found[:MUTANTS]
