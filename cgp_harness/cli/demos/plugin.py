"""A submission in a demo: each step of its rules is asked of its worker, none is run here.

Its activations are in `demo_activations.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cgp_harness.model import Floats, Problem, Status
from cgp_harness.subject import Arrays, ExtensionInfo, RuleInfo, Subject, SubjectError

if TYPE_CHECKING:
    from cgp_harness.assignment import Assignment
    from cgp_reference.demos.demo import Demo
    from cgp_reference.demos.descent import Descent, Stepper

ASSIGNMENT = "step_size"
"""Says which names a learning rate has, and how long a worker may take."""
MOST = 12
"""How many rules are shown: each may need a panel of its own."""
STOPPED = (Status.TIMEOUT, Status.KILLED, Status.OUT_OF_MEMORY)
"""The worker is gone: another kind of array would end no better."""


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
    from cgp_harness.cli.demos.activations import activations_of, nothing_to_show, with_activation
    from cgp_harness.collect import collect_one
    from cgp_harness.sandbox.host.subject import WorkerSubject

    submission = collect_one(file)
    if submission.problem is not None:
        return [], [submission.problem]
    assignment = load(ASSIGNMENT)
    with WorkerSubject(submission, assignment.limits, level) as subject:
        manifest = subject.manifest
        problems = list(manifest.problems)
        rules = [
            _Rule(subject, info, number, assignment, demo)
            for number, info in enumerate(manifest.rules[:MOST])
        ]
        # As many as there is room for: both are drawn on one figure.
        activations = activations_of(manifest, demo)[:MOST - len(rules)]
        ends = [rule.follow(seed, iterations) for rule in rules] + [
            with_activation(subject, info, demo, seed, iterations) for info in activations]
        problems += [end for end in ends if isinstance(end, Problem)]
        problems += _too_many(manifest.rules, activations_of(manifest, demo))
        if not ends and not problems:
            problems.append(nothing_to_show(manifest, demo))
    return [end for end in ends if not isinstance(end, Problem)], problems


def _too_many(
    rules: Sequence[RuleInfo], activations: Sequence[ExtensionInfo]
) -> Iterator[Problem]:
    """What there is no room for, kind by kind."""
    room = MOST
    for noun, infos, all_ in (
        ("rules", rules, "rules"), ("activations", activations, "rules and activations"),
    ):
        if len(infos) > room:
            yield Problem(
                Status.SKIPPED, f"{noun} from number {room + 1} to {len(infos)}",
                where=infos[room].where, expected=f"at most {MOST} {all_}",
            )
        room -= min(room, len(infos))


class _Rule:
    """One rule of a submission, tried on arrays of every kind until one carries it through."""

    def __init__(
        self, subject: Subject, info: RuleInfo, number: int, assignment: Assignment, demo: Demo
    ) -> None:
        if demo.follow is None:
            raise ValueError(f"{demo.name} follows no rule")
        self.subject, self.info, self.number, self.through = subject, info, number, demo.follow
        self.rate = demo.learning_rate(info.name)
        self.given: Mapping[str, float] = {
            name: self.rate
            for name, meant in assignment.canonical(info.hyperparameters, info.name).items()
            if meant == "lr"
        }
        self.taken = 0

    def follow(self, seed: int, iterations: int) -> Descent | Problem:
        """Its descent; or, of the attempts that failed, what ended the one that came farthest."""
        kinds: tuple[Arrays, ...] = ("numpy", "scalar")
        if self.subject.manifest.torch:
            kinds = ("numpy", "torch", "scalar")
        ended: list[tuple[int, int, Problem]] = []
        for attempt, arrays in enumerate(kinds):
            self.taken = 0
            # No handle twice: each attempt begins from fresh state.
            handle = len(kinds) * self.number + attempt
            try:
                return self.through(self._stepper(handle, arrays), seed, iterations)
            except SubjectError as error:
                ended.append((self.taken, error.problem.line, error.problem))
                # Numbers cannot be changed in place: the mistake would go unseen.
                if error.problem.status in STOPPED or error.kind == "read_only":
                    break
        return naming(self.info.name, max(ended, key=lambda end: end[:2])[2])

    def _stepper(self, handle: int, arrays: Arrays) -> Stepper:
        from cgp_harness.reports.text import shown
        from cgp_reference.demos.descent import Stepper

        def step(gradient: Floats, point: Floats) -> Floats:
            answer = self.subject.step(
                handle, self.info.name, (gradient.shape,), gradient, self.given, arrays,
                parameters=point if self.info.sees_parameter else None,
            )
            self.taken += 1
            return np.array(answer.values[0])

        label = f"plugin: {shown(self.info.name)}"
        rate = self.rate if self.given else None
        return Stepper(label, self.info.name, rate, plugin=True, step=step)


def naming(name: str, problem: Problem) -> Problem:
    """The problem with the name of what it is about: a process that is gone does not say it."""
    return problem if name in problem.what else replace(
        problem, what=f"{name}: {problem.what}")

