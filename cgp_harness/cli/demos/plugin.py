"""A submission in a demo: each step of its rules, each value of its activations is asked of its
worker, none is computed here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cgp_harness.model import Problem, Status
from cgp_harness.subject import Manifest, Registered

if TYPE_CHECKING:
    from cgp_reference.demos.demo import Demo
    from cgp_reference.demos.descent import Descent

ASSIGNMENT = "step_size"
"""Says which names a learning rate has, and how long a worker may take."""
MOST = 12
"""How many rules are shown: each may need a panel of its own."""


def descents_of(
    file: Path, demo: Demo, seed: int, iterations: int, level: str
) -> tuple[list[Descent], list[Problem]]:
    """The descents of the rules and activations in `file`, and why others are left out.

    Args:
        file: a submission: a file, a zip, or a folder with all that is in it.
        demo: what they go through.
        seed: as for the reference.
        iterations: how many steps.
        level: isolation level.

    Raises:
        HarnessError: there is no submission, or more than one.
    """
    from cgp_harness.assignment import load
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.collect import collect_one
    from cgp_harness.installed import kinds, told
    from cgp_harness.sandbox.host.subject import WorkerSubject

    submission = collect_one(file)
    if submission.problem is not None:
        return [], [submission.problem]
    assignment = load(ASSIGNMENT)
    found: list[Descent] = []
    with WorkerSubject(
            submission, assignment.limits, level, told=told(assignment)) as subject:
        manifest = subject.manifest
        problems = list(manifest.problems)
        room, tried = MOST, 0
        nouns: list[str] = []
        left_out: list[Problem] = []
        for kind in kinds().values():
            through = grading_of(kind).descent
            if through is None or not through.has_place(demo):
                continue
            infos = manifest.of(kind.name)
            nouns.append(f"{kind.contract.noun}s")
            # As many as there is room for: all are drawn on one figure.
            for number, info in enumerate(infos[:room]):
                end = through.of(subject, info, number, assignment, demo, seed, iterations)
                tried += 1
                if isinstance(end, Problem):
                    problems.append(_naming(info.name, end))
                else:
                    found.append(end)
            left_out += _left_out(infos, room, nouns)
            room -= min(room, len(infos))
        problems += left_out
        if not tried and not problems:
            problems.append(_nothing_to_show(manifest, demo))
    return found, problems


def _left_out(infos: Sequence[Registered], room: int, nouns: Sequence[str]) -> Iterator[Problem]:
    """What there is no room for."""
    if len(infos) > room:
        yield Problem(
            Status.SKIPPED, f"{nouns[-1]} from number {room + 1} to {len(infos)}",
            where=infos[room].where, expected=f"at most {MOST} {' and '.join(nouns)}")


def _naming(name: str, problem: Problem) -> Problem:
    """The problem with the name of what it is about: a process that is gone does not say it."""
    return problem if name in problem.what else replace(
        problem, what=f"{name}: {problem.what}")


def _nothing_to_show(manifest: Manifest, demo: Demo) -> Problem:
    """That a submission has nothing for this demo, and nothing that is wrong."""
    from cgp_harness.checks.grading import grading_of
    from cgp_harness.installed import kinds
    from cgp_reference.demos.catalogue import DEMOS

    shown = {name: through for name, kind in kinds().items()
             if (through := grading_of(kind).descent) is not None}
    first = next((one for one in manifest.registered if one.kind in shown), manifest.registered[0])
    elsewhere = " or ".join(one.name for one in DEMOS.values()
                          if first.kind in shown and shown[first.kind].has_place(one))
    return Problem(
        Status.SKIPPED,
        f"{demo.name} has no place for the {kinds()[first.kind].contract.noun} {first.name!r}",
        where=first.where,
        expected=" or ".join(f"{kinds()[name].contract.noun}s" for name, through in shown.items()
                             if through.has_place(demo)),
        fix=f"show it in {elsewhere}" if elsewhere else "",
    )
