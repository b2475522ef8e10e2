"""A submission in its worker, as the checks see it: `model.Subject` over worker processes."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.model import (
    Arrays,
    Floats,
    Manifest,
    Problem,
    Steps,
    SubjectError,
    Submission,
    Trajectory,
)
from cgp_harness.sandbox import problems
from cgp_harness.sandbox.conversation import Conversation
from cgp_harness.sandbox.manifest import Loading
from cgp_harness.sandbox.messages import Failed, Loaded, RunStep, RunTrajectory, Stepped
from cgp_harness.sandbox.output import KEPT_BYTES
from cgp_harness.sandbox.sources import sources_of

Shapes = tuple[tuple[int, ...], ...]
FLOAT_BYTES = 8


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
        self._submission, self._limits = submission, limits
        self._level, self._forbid = level, forbid
        self._sources = sources_of(submission)
        self._loading = Loading(self._sources, limits)
        self._manifest: Manifest | None = None
        self._talk: Conversation | None = None
        self._used_s = 0.0
        self._ended_cpu_s = 0.0
        self._printed = ""
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
        if self._talk is not None:
            talk, self._talk = self._talk, None
            self._ended_cpu_s += talk.end().cpu_s
            for name in ("stdout", "stderr"):
                self._printed += talk.texts[name].decode(errors="replace")

    @property
    def output(self) -> str:
        """What the submission printed up to the last end of a worker: escaped, cut to 64 KiB."""
        return problems.printable(self._printed, KEPT_BYTES, keep="\n\t")

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all workers that have ended."""
        return self._ended_cpu_s

    @property
    def manifest(self) -> Manifest:
        """What came of loading every file. One that hangs or dies costs itself only."""
        if self._manifest is None:
            while self._talk is None and self._loading.files:
                self._start()
            self._manifest = self._loading.manifest
        return self._manifest

    def trajectory(
        self, rule: str, run: Trajectory, arrays: Arrays = "numpy", *,
        writable: bool = False, reuse_buffer: bool = False, dtype: str = "float64",
    ) -> Steps:
        """See `model.Subject`."""
        if dtype not in ("float32", "float64"):
            raise ValueError(f"no gradients of dtype {dtype!r}")
        self._known(rule, {**run.hyperparameters, **run.schedule})
        request = RunTrajectory(
            rule, run.shapes, arrays, "float32" if dtype == "float32" else "float64", writable,
            reuse_buffer, dict(run.hyperparameters), dict(run.schedule),
        )
        return self._step(request, run.gradients)

    def step(
        self, handle: int, rule: str, shapes: Shapes, gradient: Floats,
        hyperparameters: Mapping[str, float], arrays: Arrays = "numpy", *, writable: bool = False,
    ) -> Steps:
        """See `model.Subject`. A run whose worker died goes on raising what ended it."""
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
        """See `model.Subject`."""
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
        answer, values = self._ask(
            self._running(), request, Stepped, within_s=self._limits.request_s,
            late=f"no answer within {self._limits.request_s:g} s; the worker was stopped",
            payload=payload, answer_bytes=gradients.size * FLOAT_BYTES,
        )
        if isinstance(answer, Failed):
            raise SubjectError(
                problems.of_step(answer, request.rule, len(request.shapes), self._limits)
            )
        return Steps(np.frombuffer(values, np.float64).reshape(gradients.shape), answer.dtype)

    def _running(self) -> Conversation:
        if self._talk is None and (problem := self._start()):
            raise SubjectError(problem)
        assert self._talk is not None
        return self._talk

    def _start(self) -> Problem | None:
        """A fresh worker, and every file loaded; or the problem of the file that ended it."""
        self._talk = talk = Conversation(
            self._submission, self._limits, self._level, self._forbid, self._sources.roots
        )
        for number, file in enumerate(self._loading.files):
            try:
                late = f"importing {file.path} took longer than {self._limits.load_s:g} s"
                answer, _ = self._ask(
                    talk, file, Loaded, within_s=self._limits.load_s, late=late
                )
            except SubjectError as error:
                unloaded = self._loading.files[number:]
                problem = replace(error.problem, where=file.path)
                self._loading.lost(unloaded if self._left_s <= 0 else [file], problem)
                return problem
            if isinstance(answer, Loaded):
                self._loading.loaded(file, answer)
        return None

    def _ask(
        self, talk: Conversation, request: Any, kind: type[Any], *, within_s: float, late: str,
        payload: bytes = b"", answer_bytes: int = 0,
    ) -> tuple[Any, bytearray]:
        """Ask the worker within what is left of the submission's time; a dead one is put away."""
        begun_s = time.monotonic()
        if self._left_s < within_s:
            within_s = max(0.0, self._left_s)
            late = f"the submission has used up its {self._limits.total_s:g} s"
        try:
            return talk.ask(
                request, kind, within_s=within_s, late=problems.of_timeout(late),
                payload=payload, answer_bytes=answer_bytes,
            )
        except SubjectError as error:
            self.close()
            self._lost |= dict.fromkeys(self._open, error.problem)
            self._open.clear()
            raise
        finally:
            self._used_s += time.monotonic() - begun_s

    @property
    def _left_s(self) -> float:
        return self._limits.total_s - self._used_s
