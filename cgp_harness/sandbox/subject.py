"""A submission in its worker, as the checks see it: `subject.Subject` over worker processes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.model import Floats, Problem, Submission
from cgp_harness.sandbox import problems
from cgp_harness.sandbox.messages import Failed, RunStep, RunTrajectory, Stepped
from cgp_harness.sandbox.output import KEPT_BYTES
from cgp_harness.sandbox.succession import Succession
from cgp_harness.subject import Arrays, Manifest, Steps, SubjectError, Trajectory

Shapes = tuple[tuple[int, ...], ...]


class WorkerSubject:
    """A submission and the worker that runs it; the worker starts at the first use.

    Args:
        limits: bounds on time and memory.
        level: isolation level, one of `lockdown.LEVELS`.
        forbid: dotted module names that the submission must not use.
    """

    def __init__(
        self, submission: Submission, limits: Limits, level: str, forbid: tuple[str, ...] = ()
    ) -> None:
        self._limits = limits
        self._workers = Succession(submission, limits, level, forbid)
        self._manifest: Manifest | None = None
        self._open: set[int] = set()
        self._lost: dict[int, Problem] = {}

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
        request = RunTrajectory(
            rule, run.shapes, arrays, "float32" if dtype == "float32" else "float64", writable,
            reuse_buffer, dict(run.hyperparameters), dict(run.schedule), idle,
        )
        return self._step(request, run.gradients)

    def step(
        self, handle: int, rule: str, shapes: Shapes, gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
    ) -> Steps:
        """See `subject.Subject`. A run whose worker died goes on raising what ended it."""
        self._known(rule, hyperparameters)
        if handle in self._lost:
            raise SubjectError(self._lost[handle])
        request = RunStep(
            handle, handle not in self._open, rule, shapes, arrays, writable, dict(hyperparameters)
        )
        # Before the answer: a run that a dead worker never finished beginning is lost too.
        self._open.add(handle)
        return self._step(request, gradient.reshape(1, -1))

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

    def _step(self, request: RunTrajectory | RunStep, gradients: Floats) -> Steps:
        size = sum(math.prod(shape) for shape in request.shapes)
        if gradients.ndim != 2 or gradients.shape[1] != size:
            raise ValueError(f"gradients of shape {gradients.shape} for {size} numbers")
        payload = np.ascontiguousarray(gradients, np.float64).tobytes()
        try:
            answer, values = self._workers.ask(request, Stepped, payload, len(payload))
        except SubjectError as error:
            if not self._workers.alive:
                self._lost |= dict.fromkeys(self._open, error.problem)
                self._open.clear()
            raise
        if isinstance(answer, Failed):
            parameters = size if request.arrays == "scalar" else len(request.shapes)
            problem = problems.of_step(answer, request.rule, parameters, self._limits)
            raise SubjectError(problem, answer.kind)
        return Steps(np.frombuffer(values, np.float64).reshape(gradients.shape), answer.dtype)
