"""A homework is made from its solution, tried on its own examples, and written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cgp_harness import grading, temporary
from cgp_harness.authoring import answers
from cgp_harness.authoring.examples import perfect, test_of
from cgp_harness.authoring.folder import fill, require_free, write
from cgp_harness.authoring.handout import handout
from cgp_harness.authoring.mistakes import mistakes
from cgp_harness.authoring.mutants import Mutant, mutants
from cgp_harness.authoring.of_kinds import forbidden
from cgp_harness.authoring.starter import starter
from cgp_harness.authoring.table import points, table
from cgp_harness.authoring.wanted import Wanted, spelt
from cgp_harness.checks.forbidden import apart
from cgp_harness.installed import kinds
from cgp_harness.model import SourceFile

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
    found = answers.answers(solution, text)
    wanted = answers.wanted(solution, text, [one for one in found if not one.accepted])
    right = perfect(text, [one.line for one in found if one.accepted])
    files = texts(folder.name, text, right, wanted)
    wrong = _caught(folder.name, files, mutants(right, wanted, TRIED))
    files |= {f"examples/{one.name}.py": one.text for one, _ in wrong}
    files[f"test_{folder.name}.py"] = test_of(
        folder.name, {"perfect": 100.0, **{one.name: percent for one, percent in wrong}})
    write(folder, files)
    for task in wanted:
        yield f"task        {task.name} ({task.kind})"
    for one, percent in wrong:
        yield f"example     {one.name}: {percent:.4g} %; {one.said}"
    yield f"wrote       {folder}: {', '.join(path for path in files if '/' not in path)}, examples"


def texts(name: str, text: str, right: str, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The files of a homework whose right submission is this one, but for wrong examples.

    Args:
        name: of the assignment.
        text: the solution.
        right: the solution without further answers that are accepted.
        wanted: its tasks.
    """
    title, known = spelt(name), kinds()
    shared = points(wanted, known)
    hyperparameters = [key for one in wanted for key in getattr(one.target, "hyperparameters", {})]
    return {
        "assignment.toml": table(
            name, title, wanted, shared, _forbid(text, wanted), hyperparameters),
        "solution.py": text,
        "mistakes.toml": mistakes(name, wanted[0]),
        "starter.py": starter(
            text, [one.node.lineno for one in wanted],
            f"{title}. Put your own code in the place of each `...`; see handout.md."),
        "handout.md": handout(name, title, text, wanted, shared, known),
        "examples/perfect.py": right,
    }


def _forbid(text: str, wanted: Sequence[Wanted]) -> list[str]:
    """What would do the homework, without what the solution itself uses."""
    names = list(dict.fromkeys(name for one in wanted for name in forbidden(one.kind)))
    files, roots = [SourceFile("solution.py", text.encode())], [
        ("solution.py", one.node.lineno) for one in wanted]
    while used := {one.name for one in apart.uses(files, names, roots) if one is not None}:
        names = [name for name in names if not any(
            own == name or own.startswith(f"{name}.") for own in used)]
    return names


def _caught(
    name: str, files: Mapping[str, str], candidates: Sequence[Mutant]
) -> list[tuple[Mutant, float]]:
    """The first few that lose points, each with what it gets, in percent."""
    found: list[tuple[Mutant, float]] = []
    for begin in range(0, len(candidates), MUTANTS):
        if len(found) < MUTANTS:
            some = candidates[begin:begin + MUTANTS]
            percent = _percent(name, files, some)
            found += [(one, percent[one.name]) for one in some if percent[one.name] < 100]
    return found[:MUTANTS]


def _percent(name: str, files: Mapping[str, str], some: Sequence[Mutant]) -> dict[str, float]:
    """What submissions get in a homework of these files."""
    with temporary.folder("cgp-homework-") as here:
        fill(here / name, files)
        fill(here, {f"{one.name}.py": one.text for one in some})
        report = grading.grade(
            [here / f"{one.name}.py" for one in some], here / name, isolation="auto",
            seed=grading.SEED)
    return {one.id: one.percent for one in report.submissions}
