"""`cgp doctor`: what this machine offers, and whether it grades as it must."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cgp_harness.cli import options

if TYPE_CHECKING:
    from cgp_harness.cli.parts import Parts
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
    from cgp_harness.cli.parts import Parts
    from cgp_harness.environment import versions
    from cgp_harness.probing import devices
    from cgp_harness.sandbox.host import advice, levels
    from cgp_harness.sandbox.host.processes import cgroups

    parts = Parts()
    for name, version in versions().items():
        parts.say(f"{name:<12}{version}")
    for kind, what, tried in (
            ("device", "asking torch for a GPU", devices.available),
            ("isolation", "trying to break out", levels.available)):
        with parts.trying(what):
            found = tried()
        for name, reason in found.items():
            parts.say(f"{kind:<12}{name}: {f'not available: {reason}' if reason else 'available'}")
            if reason and kind == "isolation" and name in advice.NEEDED:
                parts.say(f"{'':<12}needs {advice.NEEDED[name]}")
    level = levels.choose(isolation)
    parts.say(f"isolation   runs at {level!r}")
    for one in advice.lost(level):
        parts.say(f"{'':<12}{one}")
    missing = cgroups.home().missing
    parts.say(f"cgroup      {f'not available: {missing}' if missing else 'available'}")
    if missing:
        parts.say(f"{'':<12}needs {advice.FOR_GROUPS}")
    with parts.trying("grading right answers of each kind"):
        canary.everything(level, lambda library, right: parts.say(
            f"canary      {library}: {right} gets full marks at {level!r}"))
    if assignment_name is not None:
        try_homework(parts, assignment_name, level)


def try_homework(parts: Parts, assignment_name: str, level: str) -> None:
    """Test an assignment: what is right must get all, what is empty next to nothing.

    Raises:
        Exit: it is not so.
    """
    for package, version in _packages(assignment_name):
        parts.say(f"package     {package} {version}: submissions may import it")
    folder = _folder(assignment_name)
    for line in _remarks(assignment_name):
        parts.say(f"remark      {line}")
    rights = [_is_right(parts, *one, assignment_name, level) for one in _right_files(folder)]
    empty = _is_empty(parts, folder / STARTER, folder, assignment_name, level)
    _adequacy(parts, assignment_name)
    if not all([*rights, empty]):
        click.echo("right answers lose points here, or empty ones get some: "
                   f"do not grade with {assignment_name} until that is mended", err=True)
        raise click.exceptions.Exit(3)


def _packages(assignment_name: str) -> list[tuple[str, str]]:
    from importlib import metadata

    from cgp_harness.assignment import load, place_of
    from cgp_harness.checks.requirements import require_named

    assignment = load(assignment_name)
    require_named(assignment, place_of)
    return [(package, metadata.version(package)) for package in assignment.packages]


def _remarks(assignment_name: str) -> Iterator[str]:
    """What an instructor should know of the answers in the solution."""
    from cgp_harness.assignment import load, place_of
    from cgp_harness.assignment.solution import misnamed, no_submissions
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.installed import kinds

    assignment = load(assignment_name)
    yield from misnamed(assignment, place_of)
    for task in assignment.tasks:
        yield from grading_of(kinds()[task.kind]).remarks(assignment, task)
    if names := no_submissions(assignment):
        yield (f"The solution has no backward for {', '.join(names)}, which submissions must have. "
               "So it is not graded there itself.")


def _adequacy(parts: Parts, assignment_name: str) -> None:
    """Which small changes of the solution the checks tell from it."""
    from cgp_harness.assignment import load
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.installed import kinds

    assignment = load(assignment_name)
    for task in assignment.tasks:
        with parts.trying(f"making small changes to the solution of {task.id}"):
            found = grading_of(kinds()[task.kind]).adequacy(assignment, task)
        for line in found.lines() if found is not None else ():
            parts.say(f"adequacy    {line}")


def _folder(assignment_name: str) -> Path:
    from cgp_harness.assignment import installed

    path = installed().get(assignment_name, Path(assignment_name))
    return path.parent if path.is_file() else path


def _right_files(folder: Path) -> list[tuple[str, Path]]:
    """What must get all points, by what it is called; a homework with a solution needs no other."""
    solution, reference = folder / SOLUTION, folder / REFERENCE
    if not solution.is_file() and not reference.is_file():
        from cgp_harness.errors import HarnessError

        raise HarnessError(
            "there is no right answer to try", where=str(folder),
            expected=f"{SOLUTION}, or {REFERENCE}, beside assignment.toml",
            fix="put a right submission there; `cgp grade` needs none")
    if not solution.is_file():
        return [("reference", reference)]
    if not reference.is_file():
        return [("solution", solution)]
    same = solution.read_bytes() == reference.read_bytes()
    return [*([] if same else [("solution", solution)]), ("reference", reference)]


def _is_right(
    parts: Parts, called: str, file: Path, assignment_name: str, level: str
) -> bool:
    from cgp_harness.assignment import load
    from cgp_harness.assignment.solution import no_submissions, unanswered
    from cgp_harness.model import Status

    assignment = load(assignment_name)
    unfinished = no_submissions(assignment)
    # An example lets torch find what the solution leaves to it, which submissions must not.
    with parts.trying(f"grading the {called}") as now:
        report = _graded(
            file, assignment_name, level, now, freely=called == "reference" and bool(unfinished))
    left_out = (*unfinished, *unanswered(assignment)) if called == "solution" else ()
    checks = [one for one in report.checks if one.task not in left_out]
    if not checks:
        return True
    most, got = (sum(getattr(one, which) for one in checks) for which in ("max_score", "score"))
    if not most:
        passed = [check for check in checks if check.status is Status.PASSED]
        parts.say(f"{called:<12}{len(passed)} of {len(checks)} checks pass (must be all; none has "
                  "points)")
        return len(passed) == len(checks)
    parts.say(f"{called:<12}{round(100 * got / most, 2):.4g} % (must be 100)")
    _show(parts, [check for check in checks if check.score < check.max_score])
    return bool(got == most)


def _is_empty(
    parts: Parts, file: Path, folder: Path, assignment_name: str, level: str
) -> bool:
    """Whether a starter, if there is one, is Python and earns next to nothing."""
    from cgp_harness.assignment import as_typed, load, place_of
    from cgp_harness.model import Status

    if not file.is_file():
        return True
    with parts.trying("grading the starter") as now:
        report = _graded(file, assignment_name, level, now)
    too_much, broken = report.percent > STARTER_PERCENT, _no_python(file)
    said = f", and is no Python: students begin with it; at {as_typed(broken)}" if broken else ""
    parts.say(
        f"starter     {report.percent:.4g} % (must be at most {STARTER_PERCENT:g}){said}")
    _show(parts, [
        check for check in report.checks if check.status is Status.STUDENT_ERROR][:bool(broken)])
    homework = load(assignment_name)
    _show(parts, [check for check in report.checks if check.score > 0] if too_much else [],
          lambda check: place_of(homework, check.task, f"checks.{check.kind}", ""))
    return not broken and not too_much


def _no_python(file: Path) -> str:
    """Where a file ceases to be Python; empty if it is."""
    with warnings.catch_warnings(action="ignore"):
        try:
            ast.parse(file.read_bytes())
        except SyntaxError as error:
            return f"{file}:{error.lineno or 1}"
        except ValueError:  # a zero byte
            return str(file)
    return ""


def _graded(
    file: Path, assignment_name: str, level: str, now: Callable[[str], None], *,
    freely: bool = False,
) -> SubmissionReport:
    """A file as a submission; `now` is told what has ended, `freely`: whatever names it uses."""
    import msgspec

    from cgp_harness.assignment import load, place_of
    from cgp_harness.checks.requirements import require_named
    from cgp_harness.collect import collect
    from cgp_harness.pipeline import Watch, grade

    (submission,) = collect([file])
    assignment = load(assignment_name)
    if freely:
        assignment = msgspec.structs.replace(assignment, forbid=())
    require_named(assignment, place_of)
    watch = Watch(checked=lambda check: now(check.title))
    return grade(submission, assignment, seed=options.SEED, isolation=level, watch=watch)


def _show(
    parts: Parts, checks: Sequence[CheckResult],
    place: Callable[[CheckResult], str] = lambda check: "",
) -> None:
    """What explains a wrong score: each check with its points, how its message begins, its place.
    """
    for check in checks:
        first = check.message.partition("\n")[0] if check.score < check.max_score else ""
        parts.say(f"            {check.title}: {check.score:g} of {check.max_score:g}"
                  f"{f'; {first}' if first else ''}{f'; at {at}' if (at := place(check)) else ''}")
