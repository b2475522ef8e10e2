"""Answers to requests for steps: whole runs, and single steps of runs that stay open."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from cgp_harness.kinds.optimizer.answers.training import Training, idle
from cgp_harness.kinds.optimizer.requests import (
    RunStep,
    RunStepAt,
    RunSteps,
    RunTrajectory,
    RunTrajectoryFrom,
    Stepped,
)
from cgp_harness.sandbox.worker.answering import Changeable, Position, Targets
from cgp_reference.rule import Rule

COUNT = "k"
"""The argument that is the step number."""


class Answers:
    """Of one worker: its open runs, by handle."""

    def __init__(self) -> None:
        self._runs: dict[int, Training] = {}

    def answer(
        self, request: Any, targets: Targets, payload: bytearray, at: Position
    ) -> tuple[Any, bytes | memoryview]:
        """See `answering.Answers`."""
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
    ) -> tuple[Stepped, memoryview]:
        rule = targets[request.rule].target
        at.where, at.step, at.parameter = rule.where, 0, -1
        training = self._training(request, rule)
        try:
            return _stepped(training, request, payload)
        finally:
            at.step, at.parameter = training.k, training.parameter

    def changeable(self, target: Any) -> Changeable:
        """See `answering.Answers`: its function, which may count its steps, or its class."""
        tuples = [part for parts in getattr(target, "tuples", {}).values() for part in parts]
        numbers = {
            name: value for name, value in target.hyperparameters.items() if name not in tuples}
        if not isinstance(target, Rule):
            own = target.code if hasattr(target, "code") else target.optimizer
            return Changeable(own, hyperparameters=numbers)
        return Changeable(
            getattr(target.function, "pyfunc", target.function), tuple(target.state), numbers,
            COUNT, replace(target, counts_steps=True))

    def _training(self, request: RunTrajectory | RunStep, rule: Any) -> Training:
        if isinstance(request, RunTrajectory):
            rule = rule if request.moves else replace(rule, moves=False)
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
    training: Training, request: RunTrajectory | RunStep, payload: bytearray
) -> tuple[Stepped, memoryview]:
    """Each step is written over its gradient: what has millions of numbers is in memory once."""
    size = sum(math.prod(shape) for shape in request.shapes)
    rows, begin = np.frombuffer(payload, np.float64).reshape(-1, size), 0
    if isinstance(request, RunTrajectoryFrom | RunStepAt):
        training.values, rows, begin = rows[0], rows[1:], 8 * size
    dtype = training.steps(rows, _hyperparameters(request))
    return Stepped(dtype), memoryview(payload)[begin:]


def _hyperparameters(request: RunTrajectory | RunStep) -> Iterator[dict[str, float]]:
    """Those of each step, without end where they stay the same."""
    given, before = request.hyperparameters, None
    schedule = request.schedule if isinstance(request, RunTrajectory) else {}
    if not schedule:
        yield from itertools.repeat(given)
    for values in zip(*schedule.values(), strict=True):
        if values != before:
            given, before = given | dict(zip(schedule, values, strict=True)), values
        yield given
