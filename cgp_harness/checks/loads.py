"""`loads`: does the submission import, register what is asked for, and fit the contract?"""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.checks.context import Context, Outcome, stopped
from cgp_harness.checks.forbidden import apart
from cgp_harness.checks.forbidden.seen import Use
from cgp_harness.checks.grading import grading_of
from cgp_harness.checks.registration import not_registered
from cgp_harness.installed import kinds
from cgp_harness.model import Problem, Status, at
from cgp_harness.subject import Registered


def loads(context: Context) -> Outcome:
    """Find what the task asks for, see that nothing forbidden is used, and try it as its kind does.
    """
    manifest, kind = context.subject.manifest, kinds()[context.task.kind]
    found = manifest.find(kind.name, context.task.id)
    under = manifest.registered if kind.of_all else (found,) if found else ()
    if not under and kind.of_all:
        return stopped(next(iter(manifest.problems), Problem(
            Status.FAILED, "nothing is registered", expected="what the homework asks for")))
    if not under:
        return stopped(not_registered(
            context.task, context.assignment, manifest, context.submission.files))
    if all(one.empty for one in under):
        first, *_ = under
        return stopped(Problem(Status.FAILED, f"{first.name} is not written yet", first.where))
    try:
        used = _forbidden_use(context, under)
    except apart.UnreadableError as error:
        return stopped(Problem(error.status, error.what, expected="a homework of a few kB"))
    if used is not None:
        return stopped(Problem(
            Status.FAILED, f"{used.name} is used", at(used.path, used.line), kind.written_out,
            "write it yourself; a comparison with torch can stand under "
            '`if __name__ == "__main__":`',
        ))
    return grading_of(kind).first_call(context)


def _forbidden_use(context: Context, own: Sequence[Registered]) -> Use | None:
    """The first forbidden name that one of these reaches, in what it calls and uses."""
    everything = context.subject.manifest.registered
    found = apart.uses(
        context.submission.files, context.assignment.forbid,
        [(one.file, one.line) for one in everything])
    return next((use for one in own if (use := found[everything.index(one)])), None)
