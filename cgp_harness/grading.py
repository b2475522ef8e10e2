"""Grading as a library: what the command line, notebooks and pytest share.

    import cgp_harness

    report = cgp_harness.grade(["submissions"], "step_size", "results")
    print(report.submissions[0].percent)
    print(cgp_harness.check("adam.py", "step_size").score)
    print(cgp_harness.check([adam, sgd_plus], "step_size").score)     # of this notebook or test

Nothing is printed but the traceback of a bug of ours, no process is ended, and no report is written
but what `folder` keeps. What cannot be used raises `HarnessError`, a machine that cannot grade
`MachineError`, both of `cgp_harness.errors`.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

from cgp_harness import canary, pipeline, store, temporary
from cgp_harness import policy as policies
from cgp_harness.assignment import load, of_tasks, place_of
from cgp_harness.checks import naming
from cgp_harness.checks.requirements import require_named
from cgp_harness.collect import Collected, collect_class, collect_one
from cgp_harness.collect.objects import collect_objects
from cgp_harness.environment import versions
from cgp_harness.errors import HarnessError
from cgp_harness.installed import collectors
from cgp_harness.model import PUBLIC_SEED, BatchReport, Environment, Submission, SubmissionReport
from cgp_harness.probing import devices
from cgp_harness.registering.misfits import shown
from cgp_harness.sandbox.host import advice, levels
from cgp_harness.sandbox.host.problems import KilledError
from cgp_harness.task import Assignment

PROVES = "cgp_harness.canary:require"
SEED = PUBLIC_SEED
"""Public: of a student's own runs. `grade` draws one that a submission cannot have known."""


def grade(
    paths: Iterable[Path | str] | Path | str, assignment: Assignment | str | Path,
    folder: Path | str | None = None, *, jobs: int | None = None, isolation: str = "landlock",
    device: str = "cpu", seed: int | None = None, fresh: bool = False,
    policy: Path | str | None = None, engine: str = "local", scheduler: str = "",
    on_begin: Callable[[int], None] = lambda count: None,
    on_done: Callable[[SubmissionReport], None] = lambda report: None,
    on_wait: Callable[[str], None] = lambda said: None,
) -> BatchReport:
    """Grade everything found under some paths: files, folders, zips, exports of an LMS.

    Args:
        assignment: one that is loaded, its id, or a folder with `assignment.toml`.
        folder: keeps results and seed: the same call goes on from what a stopped one has left. It
            is made if it is not there. None: nothing is kept.
        jobs: grader processes; as many as there are cores if left out.
        engine, scheduler: `local`, or of a cluster, see docs/clusters.md.
        isolation: `auto` or a level (docs/security-model.md); refused if this machine has less.
            In a container the folders of answers and results must be closed to others.
        device: `cpu`, `cuda` or `auto`.
        seed: draws the probes; if left out it is that of the folder, or drawn.
        fresh: grade again what the folder holds already.
        policy: a `policy.toml`, with due dates, late penalties and adjustments; `folder` keeps
            nothing of it.
        on_begin, on_done: told how many there are; of each report, in order of completion.
        on_wait: told what a cluster without a worker waits for, from another thread.

    Returns:
        All reports, in the order of the submissions.

    Raises:
        HarnessError: the assignment, a path or the folder cannot be used.
        MachineError: right submissions do not get full marks here; nothing is graded.
    """
    from cgp_harness import batch  # 16 ms, and `check` shows its first line before
    from cgp_harness.batch import choosing

    started, clock = datetime.now(UTC), time.monotonic()
    temporary.gather()
    _require_number("jobs", jobs, 1)
    _require_number("seed", seed, 0)
    choosing.require(engine, scheduler)
    homework = _ready(assignment)
    rules = None if policy is None else policies.load(_path(policy), _checks(homework))
    level, chosen = levels.choose(isolation), devices.choose(device)
    levels.require_closed(level, _answers(homework))
    given = _paths(paths)
    if folder is not None:
        _refuse_folder(Path(folder), given)
    found = collected(given)
    on_begin(len(submissions := found.submissions))
    if folder is not None:
        _made(Path(folder), closed=level == levels.CONTAINER)
        levels.require_closed(level, [Path(folder)])
    kept: AbstractContextManager[store.Store | None] = (
        nullcontext() if folder is None else store.Store(Path(folder) / store.FILE))
    with kept as keeping:
        if seed is None:
            seed = store.drawn_seed() if keeping is None else keeping.seed()
        # Names of answers make no verdict: what is kept knows none, and all are told at last.
        unnamed = msgspec.structs.replace(
            homework, mistakes=tuple(one for one in homework.mistakes if not one.answers))
        told = partial(naming.named, mistakes=homework.mistakes)
        reports = batch.grade_all(
            submissions, unnamed, seed=seed, isolation=level, device=chosen.name, jobs=jobs,
            store=keeping, fresh=fresh, on_done=lambda report: on_done(told(report)),
            before=partial(canary.require, homework, isolation=level, device=chosen.name),
            start=choosing.start(engine, jobs, scheduler, gpu=chosen.name == "cuda",
                                 packages=homework.packages, on_wait=on_wait),
            proves="" if engine == "local" else PROVES)
    files = {one.id: one.files for one in submissions}
    graded = tuple(replace(told(one), sources=files.get(one.id, ())) for one in reports)
    report = BatchReport(
        homework.info, _environment(level, chosen, seed, started, clock), graded, notes=found.notes)
    return report if rules is None else policies.applied(report, rules, datetime.now(UTC))


def check(
    submission: Submission | Path | str | object, assignment: Assignment | str | Path, *,
    task: str | Sequence[str] = (), isolation: str = "auto", device: str = "cpu", seed: int = SEED,
    watch: pipeline.Watch = pipeline.NOBODY,
) -> SubmissionReport:
    """One submission, as its student checks it.

    Args:
        submission: a file, a folder or a zip; one that was read; or a function or a class, or a
            list of them, of a file, a notebook or IPython's prompt. Their texts are put together
            with what these use, and run in a worker like any submission's: what it has not
            registered is missing. A message names the cell or the file, and the line.
        assignment, isolation, device, seed: see `grade`. task: one or several; all if left out.
        watch: told of each check as it ends, once.

    Raises:
        HarnessError: the assignment cannot be used, or there is no submission.
        MachineError: right submissions do not get full marks here. That is tried before the first
            check is told of that did not pass: whoever gets full marks is not misgraded.
    """
    _require_number("seed", seed, 0)
    homework = of_tasks(_ready(assignment), task)
    level, chosen = levels.choose(isolation), devices.choose(device)
    one = _one(submission)
    levels.require_closed(level, _answers(homework))
    tried = partial(canary.require, homework, [one], isolation=level, device=chosen.name)
    graded = partial(
        pipeline.grade, one, homework, seed=seed, isolation=level, device=chosen.name,
        watch=watch.after(tried))
    try:
        return graded()
    except KilledError:  # once more, as for a class
        return graded()


def handed_in(
    submission: Submission, assignment: Assignment, *, isolation: str, device: str = "cpu",
    seed: int | None = None, policy: Path | None = None, watch: pipeline.Watch = pipeline.NOBODY,
) -> BatchReport:
    """One submission as a class of one, graded in this process: for hosts that grade each alone.

    Args:
        isolation: a level that this machine offers.
        device, seed, policy: as of `grade`.
        watch: as of `check`.

    Raises:
        HarnessError: the policy cannot be used.
        MachineError: right submissions do not get full marks here.
    """
    started, clock = datetime.now(UTC), time.monotonic()
    rules = None if policy is None else policies.load(policy, _checks(assignment))
    seed = store.drawn_seed() if seed is None else seed
    graded = check(
        submission, assignment, isolation=isolation, device=device, seed=seed, watch=watch)
    named = naming.named(graded, mistakes=assignment.mistakes)
    report = BatchReport(
        assignment.info, _environment(isolation, devices.choose(device), seed, started, clock),
        (replace(named, sources=submission.files),))
    return report if rules is None else policies.applied(
        report, rules, datetime.now(UTC), alone=True)


def _checks(homework: Assignment) -> list[str]:
    return [f"{task.id}.{kind}" for task in homework.tasks for kind in task.checks]


def _environment(
    level: str, device: devices.Device, seed: int, started: datetime, clock: float
) -> Environment:
    return Environment(
        **versions(), device=device.name, isolation=level, seed=seed,
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=round(time.monotonic() - clock, 3), device_settings=device.settings,
        isolation_lost=tuple(advice.lost(level)), isolation_next=advice.next_one(level))


def collected(paths: Sequence[Path]) -> Collected:
    """The submissions: installed plugins are asked for each path before the built-in layouts.

    Raises:
        HarnessError: there are none, or two have one id.
    """
    found: list[Submission] = []
    rest: list[Path] = []
    further = collectors()
    for path in paths:
        theirs = next((one for read in further.values() if (one := read(path)) is not None), None)
        if theirs is None:
            rest.append(path)
        else:
            found += theirs
    built_in = collect_class(rest) if rest or not paths else Collected(())
    found += built_in.submissions
    twice = {name for name, times in Counter(one.id for one in found).items() if times > 1}
    if twice:
        raise HarnessError(
            f"several submissions are called {', '.join(sorted(twice))}",
            expected="ids that are unique in the batch", fix="grade them in separate runs")
    return Collected(tuple(found), built_in.notes)


def _one(given: Submission | Path | str | object) -> Submission:
    if isinstance(given, Submission):
        return given
    if isinstance(given, str | os.PathLike):
        return collect_one(_path(given))
    return collect_objects(given if isinstance(given, Sequence) else [given])


def _paths(given: Iterable[Path | str] | Path | str) -> list[Path]:
    if isinstance(given, str | os.PathLike) or not isinstance(given, Iterable):
        return [_path(given)]
    return [_path(one) for one in given]


def _path(given: object) -> Path:
    if isinstance(given, str | os.PathLike) and os.fspath(given):
        return Path(given)
    raise HarnessError(
        f"{repr(given) if isinstance(given, str) else shown(given)} is no path",
        expected="paths of submissions, or of folders of them",
        fix="cgp_harness.check takes functions and classes")


def _refuse_folder(folder: Path, paths: Sequence[Path]) -> None:
    if folder.exists() and not folder.is_dir():
        raise HarnessError(
            "the output is a file", where=str(folder), expected="a folder, there already or not",
            fix="give another folder")
    for path in paths:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            # Else the next run would take the reports for a submission.
            raise HarnessError(
                "the output folder lies inside the submissions", where=str(folder),
                expected=f"a folder outside {path}", fix="give another folder")


def _answers(homework: Assignment) -> list[Path]:
    """Where its answers lie; those of the harness's own homeworks are known to everyone."""
    return [Path(homework.folder)] if homework.folder else []


def _made(folder: Path, *, closed: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if closed and not any(folder.iterdir()):  # else it is somebody's, who is told to close it
            folder.chmod(0o700)
    except OSError as error:
        raise HarnessError(
            f"nothing can be kept there: {(error.strerror or str(error)).lower()}",
            where=str(folder), expected="a folder that is there or can be made") from error


def _require_number(name: str, number: int | None, least: int) -> None:
    if number is not None and (not isinstance(number, int) or number < least):
        raise HarnessError(
            f"{name} is {number!r:.40}", expected=f"an int from {least} on, or to leave it out")


def _ready(assignment: Assignment | str | Path) -> Assignment:
    if not isinstance(assignment, Assignment | str | os.PathLike):
        raise HarnessError(
            f"{shown(assignment)} is no assignment",
            expected="its id, a folder that holds assignment.toml, or one that is loaded")
    homework = assignment if isinstance(assignment, Assignment) else load(assignment)
    require_named(homework, place_of)
    return homework
