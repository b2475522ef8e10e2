"""Answers to requests for steps: whole runs, and single steps of runs that stay open."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cgp_harness.kinds.optimizer.answers.training import Training, idle
from cgp_harness.kinds.optimizer.requests import (
    RunCandidates,
    RunStep,
    RunStepAt,
    RunSteps,
    RunTrajectory,
    RunTrajectoryFrom,
    ShowCandidate,
    Stepped,
    Tried,
)
from cgp_harness.sandbox.worker.answering import Position, Targets
from cgp_harness.sandbox.worker.arrays import Floats

if TYPE_CHECKING:
    from cgp_harness.kinds.optimizer.answers.repairing import RuleCandidates


class Answers:
    """Of one worker: its open runs by handle, and the changes to its rules by name."""

    def __init__(self) -> None:
        self._runs: dict[int, Training] = {}
        self._candidates: dict[str, RuleCandidates] = {}

    def answer(
        self, request: Any, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Any, bytes]:
        """See `answering.Answers`."""
        if isinstance(request, RunCandidates):
            return self._tried(request, targets, payload)
        if isinstance(request, ShowCandidate):
            return self._candidates_of(targets[request.rule].target).shown(request.candidate), b""
        if not isinstance(request, RunSteps):
            return self._stepped(request, targets, payload, at)
        answer, begin, values = Stepped("float64"), 0, []
        for run, step in enumerate(request.steps):
            at.run = run
            rows = 2 if isinstance(step, RunStepAt) else 1
            end = begin + 8 * rows * sum(math.prod(shape) for shape in step.shapes)
            answer, part = self._stepped(step, targets, payload[begin:end], at)
            begin = end
            values.append(part)
        return answer, b"".join(values)

    def _stepped(
        self, request: RunTrajectory | RunStep, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Stepped, bytes]:
        rule = targets[request.rule].target
        at.where, at.step, at.parameter = rule.where, 0, -1
        with self._changed(request, rule) as rule:
            training = self._training(request, rule)
            try:
                return _stepped(training, request, np.frombuffer(payload, np.float64))
            finally:
                at.step, at.parameter = training.k, training.parameter

    @contextmanager
    def _changed(self, request: RunTrajectory | RunStep, rule: Any) -> Iterator[Any]:
        """The rule to step, with the change in place that is asked for, if one is."""
        number = request.candidate if isinstance(request, RunTrajectory) else 0
        if not number:
            yield rule
            return
        candidates = self._candidates_of(rule)
        with candidates.made.in_place(number):
            yield candidates.rule

    def _tried(
        self, request: RunCandidates, targets: Targets, payload: bytearray
    ) -> tuple[Tried, bytes]:
        run, given = request.run, np.frombuffer(payload, np.float64)
        candidates = self._candidates_of(targets[run.rule].target)
        rule = candidates.rule if request.moves else replace(candidates.rule, moves=False)
        size = sum(math.prod(shape) for shape in run.shapes)
        rows = given.size // size - isinstance(run, RunTrajectoryFrom)

        def steps() -> Floats:
            _, values = _stepped(self._training(run, rule), run, given)
            return np.frombuffer(values).reshape(rows, size)

        return candidates.tried(run.candidate, steps, np.empty((request.count, rows, size)))

    def _candidates_of(self, rule: Any) -> RuleCandidates:
        # Most submissions are right, and need not wait for it.
        from cgp_harness.kinds.optimizer.answers.repairing import RuleCandidates

        if rule.name not in self._candidates:
            self._candidates[rule.name] = RuleCandidates(rule)
        return self._candidates[rule.name]

    def _training(self, request: RunTrajectory | RunStep, rule: Any) -> Training:
        if isinstance(request, RunTrajectory):
            return Training(
                idle(rule) if request.idle else rule, request.shapes, request.arrays, request.dtype,
                writable=request.writable, reuse_buffer=request.reuse_buffer,
                second_group=request.second_group, factors=request.factors,
            )
        if request.begins:
            self._runs[request.handle] = Training(
                rule, request.shapes, request.arrays, writable=request.writable,
                device=request.device or "cpu",
            )
        return self._runs[request.handle]


def _stepped(
    training: Training, request: RunTrajectory | RunStep, gradients: Floats
) -> tuple[Stepped, bytes]:
    rows = gradients.reshape(-1, sum(math.prod(shape) for shape in request.shapes))
    if isinstance(request, RunTrajectoryFrom | RunStepAt):
        training.values, rows = rows[0], rows[1:]
    steps, dtypes = np.empty_like(rows), []
    for row, out, hyperparameters in zip(rows, steps, _hyperparameters(request), strict=False):
        out[:], dtype = training.step(row, hyperparameters)
        dtypes.append(dtype)
    return Stepped(dtypes[0]), steps.tobytes()


def _hyperparameters(request: RunTrajectory | RunStep) -> Iterator[dict[str, float]]:
    """Those of each step, without end where they stay the same."""
    schedule = request.schedule if isinstance(request, RunTrajectory) else {}
    if not schedule:
        yield from itertools.repeat(request.hyperparameters)
    for values in zip(*schedule.values(), strict=True):
        yield request.hyperparameters | dict(zip(schedule, values, strict=True))
