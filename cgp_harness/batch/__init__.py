"""Many submissions: what the store knows is reused, the rest goes to graders."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext

import msgspec

from cgp_harness import environment, temporary
from cgp_harness.batch.choosing import default_jobs
from cgp_harness.batch.engines import Engine
from cgp_harness.batch.engines.local import Local
from cgp_harness.batch.engines.process import PIPELINE, Job
from cgp_harness.batch.failure import failed_report
from cgp_harness.batch.scheduler import schedule
from cgp_harness.model import Submission, SubmissionReport
from cgp_harness.store import Conditions, Store, key
from cgp_harness.store.leases import RENEW_S
from cgp_harness.store.plots import left_there
from cgp_harness.task import WALL_TIMES, Assignment

__all__ = ["default_jobs", "grade_all", "wall_limit_s"]

OTHERS_S = 0.5
"""How often it is looked whether another driver is done with what it has taken."""
Start = Callable[[float], Engine]
"""Starts an engine, given the seconds that one submission may take."""


def wall_limit_s(assignment: Assignment) -> float:
    """Seconds after which a grader process itself is taken to hang.

    The sandbox ends a submission after `WALL_TIMES` times `load_s` and `total_s`; this is for bugs
    of ours, and wide enough (twice that, and 2 minutes) that a busy machine is never taken for one.
    """
    limits = assignment.limits
    return 120.0 + 2 * WALL_TIMES * (limits.load_s + limits.total_s)


def grade_all(
    submissions: Sequence[Submission],
    assignment: Assignment,
    *,
    seed: int,
    isolation: str,
    device: str = "cpu",
    jobs: int | None = None,
    store: Store | None = None,
    fresh: bool = False,
    on_done: Callable[[SubmissionReport], None] = lambda report: None,
    before: Callable[[Sequence[Submission]], None] = lambda waiting: None,
    wall_s: float | None = None,
    grade: str = PIPELINE,
    start: Start | None = None,
    proves: str = "",
) -> tuple[SubmissionReport, ...]:
    """Grade every submission; the order is that of `submissions`.

    Neither the engine nor the order changes a verdict. A grader process that dies, hangs or raises
    costs nothing but time: its submission is tried twice more, then reported as `grader_error`.
    Submissions of the same files are graded once. What another process is grading into the same
    store is left to it, for as long as it lives.

    Args:
        isolation: a level, as `sandbox.levels.choose` gave it.
        device: by its name, one that this machine has.
        jobs: grader processes of this machine, if there is no other engine.
        store: reuses what was graded under the same conditions, and keeps what is graded now.
        fresh: grade again what the store knows.
        on_done: called in this process as each report is there, in order of completion.
        before: called before the first is graded, with all that are not in the store.
        wall_s: seconds for one submission; see `wall_limit_s`.
        grade: `module:function` that grades, imported in the grader processes.
        start: starts another engine; it is closed at the end.
        proves: of graders of other machines, see `Job`.

    Raises:
        HarnessError: the assignment, the store or the device cannot be used.
        MachineError: the engine cannot go on; what it has graded is kept.
    """
    from cgp_harness.probing import devices
    from cgp_harness.probing.kept import CLOSED

    conditions: Conditions = {
        "versions": environment.versions() | environment.further_versions(assignment.packages),
        "source_digest": environment.source_digest(), "isolation": isolation,
        "seed": seed, "device": devices.choose(device).identity,
    }
    alike: dict[str, list[int]] = {}
    for i, submission in enumerate(submissions):
        alike.setdefault(key(submission, assignment.digest, **conditions), []).append(i)
    reports: dict[int, SubmissionReport] = {}

    def done(name: str, answer: SubmissionReport | str, *, new: bool = True) -> None:
        first = submissions[alike[name][0]]
        report = answer if isinstance(answer, SubmissionReport) else failed_report(
            first, assignment, answer)
        if store is not None and (not new or store.put_result(name, report)):
            report = left_there(report, store, name)
        for i in alike[name]:
            # The same files under another name: the verdict is theirs, the name is not.
            reports[i] = report.of(submissions[i])
            on_done(reports[i])

    waiting = list(alike)
    if store is not None:
        store.put_files(*submissions)
        waiting = []
        for name in alike:
            known = None if fresh else store.result(name)
            if known is None:
                waiting.append(name)
            else:
                done(name, known, new=False)

    homework, folder = msgspec.Raw(msgspec.json.encode(assignment)), ""

    def job(name: str) -> bytes:
        return msgspec.json.encode(
            Job(submissions[alike[name][0]], homework, seed, isolation, device, grade, proves,
                folder))

    if waiting:
        before([submissions[i] for name in waiting for i in alike[name]])
        limit_s, graders = wall_s or wall_limit_s(assignment), jobs or default_jobs()
        # Only graders of this machine find it, and only where no submission could write there.
        shares = start is None and isolation in CLOSED and min(graders, len(waiting)) > 1
        with temporary.folder("cgp-kept-") if shares else nullcontext() as place:
            folder = str(place or "")
            engine = Local(graders, limit_s) if start is None else start(limit_s)
            try:
                if store is None:
                    schedule(((name, job(name)) for name in waiting), engine, done)
                else:
                    _share(waiting, job, engine, store, done, fresh=fresh)
            finally:
                engine.close()
    return tuple(reports[i] for i in range(len(submissions)))


def _share(
    waiting: list[str], job: Callable[[str], bytes], engine: Engine, store: Store,
    done: Callable[..., None], *, fresh: bool,
) -> None:
    """Grade what no other driver is at; take over what these have graded, or have died of."""
    with store.leases() as leases:
        while waiting:
            others: list[str] = []

            def jobs(names: list[str] = waiting, left: list[str] = others) -> Iterator[
                    tuple[str, bytes]]:
                for name in names:
                    if not leases.take(name):
                        left.append(name)
                    elif not fresh and (known := store.result(name)) is not None:
                        leases.give_back(name)
                        done(name, known, new=False)
                    else:
                        yield name, job(name)

            schedule(jobs(), engine, done, leases.renew, RENEW_S)
            waiting = others
            if waiting:
                time.sleep(OTHERS_S)
