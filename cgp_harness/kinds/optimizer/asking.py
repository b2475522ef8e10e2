"""Questions to a submission's rules, over its worker: `questions.Rules`."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from cgp_harness.kinds.optimizer.questions import Arrays, Move, Steps, Trajectory
from cgp_harness.kinds.optimizer.requests import (
    RunStep,
    RunStepAt,
    RunSteps,
    RunTrajectory,
    RunTrajectoryFrom,
    Stepped,
)
from cgp_harness.model import Floats, Problem
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.protocol.messages import Failed
from cgp_harness.subject import Asking, Channel, SubjectError
from cgp_harness.task import Limits

Shapes = tuple[tuple[int, ...], ...]


class WorkerRules(Asking):
    """Turns questions into requests, and keeps account of the runs that are open."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self._open: set[int] = set()
        self._lost: dict[int, Problem] = {}

    def worker_ended(self, problem: Problem) -> None:
        """Every open run goes on raising what ended the worker."""
        self._lost |= dict.fromkeys(self._open, problem)
        self._open.clear()

    def trajectory(
        self, rule: str, run: Trajectory, arrays: Arrays = "numpy", *,
        writable: bool = False, reuse_buffer: bool = False, dtype: str = "float64",
        idle: bool = False,
    ) -> Steps:
        """See `questions.Rules`; `idle` leaves the rule out, to measure what all else costs."""
        if dtype not in ("float32", "float64"):
            raise ValueError(f"no gradients of dtype {dtype!r}")
        self._known(rule, {**run.hyperparameters, **run.schedule})
        request = whole_run(
            rule, run, arrays, "float32" if dtype == "float32" else "float64", writable=writable,
            reuse_buffer=reuse_buffer, idle=idle)
        return self._step(request, run.gradients, run.start)

    def step(
        self, handle: int, rule: str, shapes: Shapes, gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
        parameters: Floats | None = None,
    ) -> Steps:
        """See `questions.Rules`. A run whose worker died goes on raising what ended it."""
        move = Move(
            handle, rule, shapes, gradient, hyperparameters, arrays, writable,
            parameters=parameters)
        return self._step(self._begun(move), gradient.reshape(1, -1), parameters)

    def steps(self, moves: Sequence[Move]) -> tuple[Steps, ...]:
        """See `questions.Rules`."""
        request = RunSteps(tuple(self._begun(move) for move in moves))
        gradients = [move.gradient for move in moves]
        given = [
            part for move in moves for part in (move.parameters, move.gradient) if part is not None]
        payload = np.concatenate(given, dtype=np.float64).tobytes()
        numbers = sum(gradient.size for gradient in gradients)
        answer, values = self._asked(request, payload, numbers, request.steps)
        ends = [*itertools.accumulate(gradient.size for gradient in gradients)]
        return tuple(Steps(values[begin:end].reshape(1, -1), answer.dtype)
                     for begin, end in itertools.pairwise([0, *ends]))

    def _begun(self, move: Move) -> RunStep:
        """What to ask for one step; from now on its run counts as begun."""
        self._known(move.rule, move.hyperparameters)
        if move.handle in self._lost:
            raise SubjectError(self._lost[move.handle])
        begins = move.handle not in self._open
        # Before the answer: a run that a dead worker never finished beginning is lost too.
        self._open.add(move.handle)
        kind = RunStep if move.parameters is None else RunStepAt
        return kind(
            move.handle, begins, move.rule, move.shapes, move.arrays, move.writable,
            dict(move.hyperparameters), move.device,
        )

    def _known(self, rule: str, hyperparameters: Mapping[str, Any]) -> None:
        """Keep the grader's own mistakes from being laid at the student's door."""
        found = self.channel.manifest.find("optimizer", rule)
        if found is None:
            raise ValueError(f"the submission registered no rule {rule!r}")
        if unknown := hyperparameters.keys() - found.details.hyperparameters:
            raise ValueError(f"{rule} has no hyperparameters {sorted(unknown)}")

    def _step(
        self, request: RunTrajectory | RunStep, gradients: Floats, parameters: Floats | None
    ) -> Steps:
        size = _size(request)
        if gradients.ndim != 2 or gradients.shape[1] != size:
            raise ValueError(f"gradients of shape {gradients.shape} for {size} numbers")
        if parameters is not None and parameters.shape != (size,):
            raise ValueError(f"parameters of shape {parameters.shape} for {size} numbers")
        payload = payload_of(gradients, parameters)
        answer, values = self._asked(request, payload, gradients.size, (request,))
        return Steps(values.reshape(gradients.shape), answer.dtype)

    def _asked(
        self, request: RunTrajectory | RunStep | RunSteps, payload: bytes | memoryview,
        numbers: int, runs: Sequence[RunTrajectory | RunStep],
    ) -> tuple[Stepped, Floats]:
        """The answer to a request that steps these runs, and its numbers: as many as gradients."""
        answer, values = self.channel.ask(request, Stepped, payload, 8 * numbers)
        if isinstance(answer, Failed):
            run = runs[min(answer.run, len(runs) - 1)]
            parameters = _size(run) if run.arrays == "scalar" else len(run.shapes)
            problem = of_step(
                answer, run.rule, parameters, self.channel.limits,
                seen=isinstance(run, RunTrajectoryFrom | RunStepAt))
            raise SubjectError(problem, answer.kind)
        return answer, np.frombuffer(values, np.float64)


asking = WorkerRules


def payload_of(gradients: Floats, parameters: Floats | None) -> memoryview:
    """The numbers of a request: the values of parameters first, for a rule that looks at them.

    There may be millions: they are copied only if they must be.
    """
    given = gradients if parameters is None else np.vstack([parameters, gradients])
    return np.ascontiguousarray(given, np.float64).reshape(-1).view(np.uint8).data


def whole_run(
    rule: str, run: Trajectory, arrays: Arrays, dtype: Literal["float32", "float64"] = "float64", *,
    writable: bool = False, reuse_buffer: bool = False, idle: bool = False, moves: bool = True,
) -> RunTrajectory | RunTrajectoryFrom:
    """The request for a run; `moves` is that of `TorchRule`, the others of `questions.Rules`."""
    kind = RunTrajectory if run.start is None else RunTrajectoryFrom
    return kind(
        rule, run.shapes, arrays, dtype, writable, reuse_buffer, dict(run.hyperparameters),
        dict(run.schedule), idle, run.second_group, dict(run.factors), moves)


def _size(run: RunTrajectory | RunStep) -> int:
    """D, numbers of all parameters."""
    return sum(math.prod(shape) for shape in run.shapes)


def of_step(
    failed: Failed, rule: str, parameters: int, limits: Limits, *, seen: bool = False
) -> Problem:
    """What went wrong while a rule was stepped; `seen`: it was told the parameters' values."""
    place = _place(failed, parameters)
    if failed.kind == "memory":
        return problems.of_memory(f"{rule}()", failed, limits)
    if failed.kind == "exited":
        return problems.explained(failed, f"{rule}() ended the program with sys.exit(){place}",
                        fix="remove the call")
    if failed.kind == "read_only":
        return problems.explained(
            failed, f"{rule}() changes what it was given in place{place}",
            expected=f"the gradient{', p' * seen} and the state left as they are; the harness "
            "keeps what is returned",
            fix="write `m = beta * m + g` instead of `m *= beta` and `m += g`"
            + "; p moves by the step that is returned" * seen,
        )
    if failed.kind == "contract":
        return problems.explained(failed, failed.what + place)
    return problems.of_raised(failed, f"{rule}()", place)


def _place(failed: Failed, parameters: int) -> str:
    if failed.step < 1:
        return ""
    of_many = f", parameter {failed.parameter + 1} of {parameters}"
    return f" (step {failed.step}{of_many if parameters > 1 and failed.parameter >= 0 else ''})"
