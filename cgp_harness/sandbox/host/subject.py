"""A submission in its worker, as the checks see it: `subject.Subject` over worker processes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.kinds.activation.asking import WorkerActivations
from cgp_harness.kinds.autograd_function.asking import WorkerFunctions
from cgp_harness.kinds.backprop.asking import WorkerGraphs
from cgp_harness.model import Floats, Problem, Submission
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.workers import Succession
from cgp_harness.sandbox.lockdown import gpu
from cgp_harness.sandbox.protocol.messages import (
    Failed,
    RunStep,
    RunStepAt,
    RunSteps,
    RunTrajectory,
    RunTrajectoryFrom,
    Stepped,
)
from cgp_harness.sandbox.protocol.printing import KEPT_BYTES
from cgp_harness.subject import Arrays, Manifest, Move, Steps, SubjectError, Trajectory

Shapes = tuple[tuple[int, ...], ...]


class WorkerSubject:
    """A submission and the worker that runs it; the worker starts at the first use.

    Args:
        limits: bounds on time and memory.
        level: isolation level, one of `lockdown.LEVELS`.
        forbid: dotted module names that the submission must not use.
        device: torch's name of a device that its workers may use besides the CPU.
        packages: distributions that it may import besides those that all may.
    """

    def __init__(
        self, submission: Submission, limits: Limits, level: str, forbid: tuple[str, ...] = (),
        device: str = "", packages: tuple[str, ...] = (),
    ) -> None:
        self._limits = limits
        self._workers = Succession(
            submission, limits, level, forbid, gpu.variables(device), packages)
        self._manifest: Manifest | None = None
        self._open: set[int] = set()
        self._lost: dict[int, Problem] = {}
        self.functions = WorkerFunctions(self._ask_extension)
        self.activations = WorkerActivations(self._ask_extension)
        self.graphs = WorkerGraphs(self._ask_extension)

    def __enter__(self) -> WorkerSubject:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and remove what it had."""
        self._workers.close()

    @property
    def output(self) -> str:
        """What the submission printed up to the last end of a worker: escaped, cut to 64 KiB."""
        return problems.printable(self._workers.printed, KEPT_BYTES, keep="\n\t")

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers that have ended."""
        return self._workers.cpu_s

    @property
    def manifest(self) -> Manifest:
        """What came of loading every file; loaded at the first use."""
        if self._manifest is None:
            self._manifest = self._workers.load()
        return self._manifest

    def trajectory(
        self, rule: str, run: Trajectory, arrays: Arrays = "numpy", *,
        writable: bool = False, reuse_buffer: bool = False, dtype: str = "float64",
        idle: bool = False,
    ) -> Steps:
        """See `subject.Subject`; `idle` leaves the rule out, to measure what all else costs."""
        if dtype not in ("float32", "float64"):
            raise ValueError(f"no gradients of dtype {dtype!r}")
        self._known(rule, {**run.hyperparameters, **run.schedule})
        kind = RunTrajectory if run.start is None else RunTrajectoryFrom
        request = kind(
            rule, run.shapes, arrays, "float32" if dtype == "float32" else "float64", writable,
            reuse_buffer, dict(run.hyperparameters), dict(run.schedule), idle,
            run.second_group, dict(run.factors),
        )
        return self._step(request, run.gradients, run.start)

    def step(
        self, handle: int, rule: str, shapes: Shapes, gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
        parameters: Floats | None = None,
    ) -> Steps:
        """See `subject.Subject`. A run whose worker died goes on raising what ended it."""
        move = Move(
            handle, rule, shapes, gradient, hyperparameters, arrays, writable,
            parameters=parameters)
        return self._step(self._begun(move), gradient.reshape(1, -1), parameters)

    def steps(self, moves: Sequence[Move]) -> tuple[Steps, ...]:
        """See `subject.Subject`."""
        request = RunSteps(tuple(self._begun(move) for move in moves))
        gradients = [move.gradient for move in moves]
        given = [
            part for move in moves for part in (move.parameters, move.gradient) if part is not None]
        payload = np.concatenate(given, dtype=np.float64).tobytes()
        numbers = sum(gradient.size for gradient in gradients)
        answer, values = self._asked(request, payload, numbers, request.steps)
        parts = np.split(values, np.cumsum([part.size for part in gradients[:-1]]))
        return tuple(Steps(part.reshape(1, -1), answer.dtype) for part in parts)

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

    def restart(self) -> None:
        """See `subject.Subject`."""
        self.close()
        self._open.clear()
        self._lost.clear()

    def _known(self, rule: str, hyperparameters: Mapping[str, Any]) -> None:
        """Keep the grader's own mistakes from being laid at the student's door."""
        info = self.manifest.rule(rule)
        if info is None:
            raise ValueError(f"the submission registered no rule {rule!r}")
        if unknown := hyperparameters.keys() - info.hyperparameters:
            raise ValueError(f"{rule} has no hyperparameters {sorted(unknown)}")

    def _step(
        self, request: RunTrajectory | RunStep, gradients: Floats, parameters: Floats | None
    ) -> Steps:
        size = _size(request)
        if gradients.ndim != 2 or gradients.shape[1] != size:
            raise ValueError(f"gradients of shape {gradients.shape} for {size} numbers")
        payload = np.ascontiguousarray(gradients, np.float64).tobytes()
        if parameters is not None:
            if parameters.shape != (size,):
                raise ValueError(f"parameters of shape {parameters.shape} for {size} numbers")
            payload = np.ascontiguousarray(parameters, np.float64).tobytes() + payload
        answer, values = self._asked(request, payload, gradients.size, (request,))
        return Steps(values.reshape(gradients.shape), answer.dtype)

    def _asked(
        self, request: RunTrajectory | RunStep | RunSteps, payload: bytes, numbers: int,
        runs: Sequence[RunTrajectory | RunStep],
    ) -> tuple[Stepped, Floats]:
        """The answer to a request that steps these runs, and its numbers: as many as gradients."""
        answer, values = self._ask(request, Stepped, payload, 8 * numbers)
        if isinstance(answer, Failed):
            run = runs[min(answer.run, len(runs) - 1)]
            parameters = _size(run) if run.arrays == "scalar" else len(run.shapes)
            problem = problems.of_step(
                answer, run.rule, parameters, self._limits,
                seen=isinstance(run, RunTrajectoryFrom | RunStepAt))
            raise SubjectError(problem, answer.kind)
        return answer, np.frombuffer(values, np.float64)

    def _ask_extension(
        self, request: Any, kind: type[Any], payload: bytes, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        """An extension's answer; see `Succession.ask`.

        Raises:
            SubjectError: there was none, or the student's code raised.
        """
        answer, values = self._ask(request, kind, payload, answer_bytes)
        if isinstance(answer, Failed):
            problem = problems.of_call(answer, request.name, self._limits)
            raise SubjectError(problem, answer.kind)
        return answer, values

    def _ask(
        self, request: Any, kind: type[Any], payload: bytes, answer_bytes: int
    ) -> tuple[Any, bytearray]:
        try:
            return self._workers.ask(request, kind, payload, answer_bytes)
        except SubjectError as error:
            if not self._workers.alive:
                self._lost |= dict.fromkeys(self._open, error.problem)
                self._open.clear()
            raise


def _size(run: RunTrajectory | RunStep) -> int:
    """D, numbers of all parameters."""
    return sum(math.prod(shape) for shape in run.shapes)
