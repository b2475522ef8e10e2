"""What is said of a submission once, beside its checks: how it was read, and how it was loaded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cgp_harness.checks.registration import NOTHING, missing
from cgp_harness.installed import kinds
from cgp_harness.model import CheckResult, Problem, Status, Submission, named_place
from cgp_harness.subject import Manifest, Subject
from cgp_harness.task import Assignment


def notes(
    submission: Submission, assignment: Assignment, manifest: Manifest,
    results: Sequence[CheckResult],
) -> tuple[str, ...]:
    """What was left out, what files raised, which tasks are missing; nothing that a check says."""
    said = {result.message for result in results}
    absent = missing(assignment, manifest)
    here = {task.kind for task in assignment.tasks}
    judged = all(one.status in (Status.PASSED, Status.FAILED) for one in results)
    problems = [] if judged and all(kinds()[one].runs_files for one in here) else [
        _pointed(one, here) for one in manifest.problems if not one.what.startswith(NOTHING)]
    texts = [submission.told(str(one)) for one in (*problems, *([absent] if absent else []))
             if not any(_is_in(submission, one, message) for message in said)]
    return (*submission.notes, *texts)


def _is_in(submission: Submission, problem: Problem, message: str) -> bool:
    """Whether a check says this: all of it, or what Python says and where."""
    text, raised = submission.told(str(problem)), submission.told(problem.python_says)
    return text == message or (
        problem.line > 0 and raised in message
        and f"at {submission.told(problem.where)}\n" in f"{message}\n")


def marks(submission: Submission, manifest: Manifest) -> Mapping[str, tuple[int, int]]:
    """Which bytes of a line a note is about, by the place that it names."""
    return {submission.told(one.where): one.columns
            for one in reversed(manifest.problems) if one.columns[1]}


def placed(result: CheckResult, submission: Submission, subject: Subject) -> CheckResult:
    """A result in the student's own words for places, and what its first place is about there."""
    message = submission.told(result.message)
    found = {**marks(submission, subject.manifest), **{
        submission.told(place): mark for place, mark in subject.marks.items()}}
    return replace(result, message=message, mark=found.get(named_place(message), (0, 0)))


def _pointed(problem: Problem, here: Collection[str]) -> Problem:
    """What was not found is said to be given elsewhere, if it is: by a kind that is none of these.
    """
    for name, kind in kinds().items():
        for module, homework in kind.gives.items():
            if problem.what.startswith(f"{module} is not available") and name not in here:
                return replace(problem, fix=(
                    f"hand it in to a homework that has it: cgp check FILE -a {homework}"))
    return problem
