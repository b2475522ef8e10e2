"""`cgp doctor`: what this machine offers, and whether it grades as it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.model import CheckResult, SubmissionReport

SOLUTION, REFERENCE, STARTER = (
    Path("solution.py"), Path("examples", "perfect.py"), Path("starter.py"))
# A starter may get the points for loading, 10 of 100 in step_size; nothing else of it is right.
STARTER_PERCENT = 10.0


@click.command(short_help="Show what this machine offers; test an assignment on it.")
@click.option(
    "-a", "--assignment", "assignment_name", metavar="ASSIGNMENT",
    help="Grade its solution or reference (must get 100 %) and its starter (about 0) as well.",
)
@options.isolation("auto")
def doctor(assignment_name: str | None, isolation: str) -> None:
    """Show versions, devices and isolation levels; exit with 3 if right submissions lose points."""
    from cgp_harness import canary
    from cgp_harness.environment import versions
    from cgp_harness.probing import devices
    from cgp_harness.sandbox.host import levels

    for name, version in versions().items():
        click.echo(f"{name:<12}{version}")
    for device, reason in devices.available().items():
        click.echo(f"device      {device}: {f'not available: {reason}' if reason else 'available'}")
    for level, reason in levels.available().items():
        click.echo(f"isolation   {level}: {f'not available: {reason}' if reason else 'available'}")
    level = levels.choose(isolation)
    for library, right in canary.everything(level):
        click.echo(f"canary      {library}: full marks for {', '.join(right)} at {level!r}")
    if assignment_name is None:
        return
    for package, version in _packages(assignment_name):
        click.echo(f"package     {package} {version}: submissions may import it")
    folder = _folder(assignment_name)
    for line in _remarks(assignment_name):
        click.echo(f"remark      {line}")
    rights = [_is_right(*one, assignment_name, level) for one in _right_files(folder)]
    empty = _is_empty(folder / STARTER, folder, assignment_name, level)
    for line in _adequacy(assignment_name):
        click.echo(f"adequacy    {line}")
    if not all([*rights, empty]):
        click.echo("right answers lose points here, or empty ones get some: "
                   f"do not grade with {assignment_name} until that is mended", err=True)
        raise click.exceptions.Exit(3)


def _packages(assignment_name: str) -> list[tuple[str, str]]:
    from importlib import metadata

    from cgp_harness.assignment import load
    from cgp_harness.checks.requirements import require_named

    assignment = load(assignment_name)
    require_named(assignment)
    return [(package, metadata.version(package)) for package in assignment.packages]


def _remarks(assignment_name: str) -> Iterator[str]:
    """What an instructor should know of the answers in the solution."""
    from cgp_harness.assignment import load
    from cgp_harness.assignment.solution import no_submissions
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.installed import kinds

    assignment = load(assignment_name)
    for task in assignment.tasks:
        yield from grading_of(kinds()[task.kind]).remarks(assignment, task)
    if names := no_submissions(assignment):
        yield (f"The solution has no backward for {', '.join(names)}, which submissions must have. "
               "So it is not graded there itself.")


def _adequacy(assignment_name: str) -> Iterator[str]:
    """Which small changes of the solution the checks tell from it."""
    from cgp_harness.assignment import load
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.installed import kinds

    assignment = load(assignment_name)
    for task in assignment.tasks:
        found = grading_of(kinds()[task.kind]).adequacy(assignment, task)
        if found is not None:
            yield from found.lines()


def _folder(assignment_name: str) -> Path:
    from cgp_harness.assignment import installed

    path = installed().get(assignment_name, Path(assignment_name))
    return path.parent if path.is_file() else path


def _right_files(folder: Path) -> list[tuple[str, Path]]:
    """What must get all points, by what it is called; a homework with a solution needs no other."""
    solution, reference = folder / SOLUTION, folder / REFERENCE
    if not solution.is_file():
        return [("reference", reference)]
    if not reference.is_file():
        return [("solution", solution)]
    same = solution.read_bytes() == reference.read_bytes()
    return [*([] if same else [("solution", solution)]), ("reference", reference)]


def _is_right(called: str, file: Path, assignment_name: str, level: str) -> bool:
    from cgp_harness.assignment import load
    from cgp_harness.assignment.solution import no_submissions, unanswered

    assignment = load(assignment_name)
    unfinished = no_submissions(assignment)
    # An example lets torch find what the solution leaves to it, which submissions must not.
    report = _graded(
        file, assignment_name, level, freely=called == "reference" and bool(unfinished))
    left_out = (*unfinished, *unanswered(assignment)) if called == "solution" else ()
    checks = [one for one in report.checks if one.task not in left_out]
    if not checks:
        return True
    most, got = (sum(getattr(one, which) for one in checks) for which in ("max_score", "score"))
    click.echo(f"{called:<12}{round(100 * got / most, 2):.4g} % (must be 100)")
    _show([check for check in checks if check.score < check.max_score])
    return bool(got == most)


def _is_empty(file: Path, folder: Path, assignment_name: str, level: str) -> bool:
    """Whether a starter earns next to nothing; a homework with a solution may have none."""
    if (folder / SOLUTION).is_file() and not file.is_file():
        return True
    report = _graded(file, assignment_name, level)
    click.echo(f"starter     {report.percent:.4g} % (must be at most {STARTER_PERCENT:g})")
    too_much = report.percent > STARTER_PERCENT
    _show([check for check in report.checks if check.score > 0] if too_much else [])
    return not too_much


def _graded(
    file: Path, assignment_name: str, level: str, *, freely: bool = False
) -> SubmissionReport:
    """A file as a submission; `freely`: whatever names it uses."""
    import msgspec

    from cgp_harness.assignment import load
    from cgp_harness.checks.requirements import require_named
    from cgp_harness.collect import collect
    from cgp_harness.pipeline import grade

    (submission,) = collect([file])
    assignment = load(assignment_name)
    if freely:
        assignment = msgspec.structs.replace(assignment, forbid=())
    require_named(assignment)
    return grade(submission, assignment, seed=options.SEED, isolation=level)


def _show(checks: Sequence[CheckResult]) -> None:
    """What explains a wrong score: each check with its points, and how its message begins."""
    for check in checks:
        first = check.message.partition("\n")[0] if check.score < check.max_score else ""
        click.echo(f"            {check.title}: {check.score:g} of {check.max_score:g}"
                   f"{f'; {first}' if first else ''}")
