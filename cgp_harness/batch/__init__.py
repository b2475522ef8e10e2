"""Many submissions: what the store knows is reused, the rest goes to grader processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import msgspec

from cgp_harness import environment
from cgp_harness.batch.failure import failed_report
from cgp_harness.batch.process import PIPELINE, Job
from cgp_harness.batch.supervisor import supervise
from cgp_harness.model import Submission, SubmissionReport
from cgp_harness.store import Conditions, Store, key
from cgp_harness.task import WALL_TIMES, Assignment

__all__ = ["default_jobs", "grade_all", "wall_limit_s"]


def default_jobs() -> int:
    """One grader process per core that this process may use."""
    # A container or a batch system grants fewer cores than os.cpu_count() says.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
) -> tuple[SubmissionReport, ...]:
    """Grade every submission, in `jobs` processes; the order is that of `submissions`.

    Neither `jobs` nor the order changes a verdict. A grader process that dies, hangs or raises
    costs nothing but time: its submission is tried once more, then reported as `grader_error`.

    Args:
        isolation: a level, as `sandbox.levels.choose` gave it.
        device: by its name, one that this machine has.
        store: reuses what was graded under the same conditions, and keeps what is graded now.
        fresh: grade again what the store knows.
        on_done: called in this process as each report is there, in order of completion.
        before: called before the first is graded, with all that are not in the store.
        wall_s: seconds for one submission; see `wall_limit_s`.
        grade: `module:function` that grades, imported in the grader processes.

    Raises:
        HarnessError: the assignment, the store or the device cannot be used.
    """
    from cgp_harness.probing import devices

    conditions: Conditions = {
        "versions": environment.versions(), "source_digest": environment.source_digest(),
        "isolation": isolation, "seed": seed, "device": devices.choose(device).identity,
    }
    keys = [key(submission, assignment.digest, **conditions) for submission in submissions]
    reports: dict[int, SubmissionReport] = {}
    for i, submission in enumerate(submissions):
        if store is None:
            break
        store.put_files(submission)
        known = None if fresh else store.result(keys[i])
        if known is not None:
            # The same files under another name: the verdict is theirs, the name is not.
            reports[i] = known.of(submission)
            on_done(reports[i])

    def done(i: int, answer: SubmissionReport | str) -> None:
        report = answer if isinstance(answer, SubmissionReport) else failed_report(
            submissions[i], assignment, answer
        ).of(submissions[i])
        reports[i] = report
        if store is not None:
            store.put_result(keys[i], report)
        on_done(report)

    waiting = {
        i: msgspec.json.encode(Job(submission, assignment, seed, isolation, device, grade))
        for i, submission in enumerate(submissions) if i not in reports
    }
    if waiting:
        before([submissions[i] for i in waiting])
    supervise(
        waiting, jobs_at_once=jobs or default_jobs(),
        wall_s=wall_s or wall_limit_s(assignment), done=done,
    )
    return tuple(reports[i] for i in range(len(submissions)))
