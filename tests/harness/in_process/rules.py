"""A Subject in the test's own process: the checks without a worker."""

from __future__ import annotations

import types
from types import MappingProxyType

import numpy as np

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.questions import Steps
from cgp_harness.kinds.optimizer.requests import Details
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.subject import Manifest, Registered, SubjectError
from cgp_reference.rule import Rule


class InProcess:
    """Runs decorated rules on numpy arrays; no isolation, no torch, no scalars."""

    marks = MappingProxyType({})

    def __init__(self, source):
        self.source = source
        self.restart()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def restart(self):
        module = types.ModuleType("plugin")
        exec(compile(self.source, "plugin.py", "exec"), module.__dict__)
        self.rules = {r.name: r for r in vars(module).values() if isinstance(r, Rule)}
        self.runs = {}
        self.manifest = Manifest(tuple(
            Registered("optimizer", r.name, "plugin.py", 1, Details(
                "rule", dict(r.state), dict(r.hyperparameters),
                {key: type(value).__name__ for key, value in r.fixed.items()}, r.sees_parameter))
            for r in self.rules.values()
        ))

    def of(self, kind):
        return self

    def trajectory(self, rule, run, arrays="numpy", *, writable=False, reuse_buffer=False,
                   dtype="float64", idle=False):
        assert arrays == "numpy"
        if idle:
            return Steps(run.gradients.copy(), dtype)
        live = self.rules[rule].run([np.zeros(shape, dtype) for shape in run.shapes])
        buffer = np.zeros(run.gradients.shape[1], dtype)
        rows, values, own = [], run.start, np.zeros_like(buffer)
        for t, row in enumerate(run.gradients):
            given = buffer if reuse_buffer else np.empty_like(buffer)
            given[:] = row
            hyper = dict(run.hyperparameters) | {k: v[t] for k, v in run.schedule.items()}
            seen = None
            if values is not None:
                seen = own if reuse_buffer else np.empty_like(own)
                seen[:] = values
            rows.append(self._stepped(live, run.shapes, given, hyper, writable, seen))
            with np.errstate(all="ignore"):
                values = None if values is None else values - rows[-1]
        return Steps(np.array(rows, dtype=np.float64), dtype)

    def step(self, handle, rule, shapes, gradient, hyperparameters, arrays="numpy", *,
             writable=False, parameters=None):
        if handle not in self.runs:
            self.runs[handle] = self.rules[rule].run([np.zeros(shape) for shape in shapes])
        row = self._stepped(
            self.runs[handle], shapes, gradient, hyperparameters, writable, parameters)
        return Steps(np.array([row]), "float64")

    def steps(self, moves):
        return tuple(
            self.step(move.handle, move.rule, move.shapes, move.gradient, move.hyperparameters,
                      move.arrays, writable=move.writable, parameters=move.parameters)
            for move in moves
        )

    def _parts(self, shapes, flat, writable):
        parts, at = [], 0
        for shape in shapes:
            size = int(np.prod(shape))
            part = flat[at:at + size].reshape(shape)
            part = part.copy() if writable else part.view()
            part.setflags(write=writable)
            parts.append(part)
            at += size
        return parts

    def _stepped(self, live, shapes, flat, hyper, writable, values=None):
        parts = self._parts(shapes, flat, writable)
        seen = () if values is None else self._parts(shapes, values, writable)
        try:
            with np.errstate(all="ignore"):
                steps = live.step(parts, hyper, seen)
        except Exception as error:
            kind = "read_only" if "read-only" in str(error) else "raised"
            raise SubjectError(
                Problem(Status.STUDENT_ERROR, f"{type(error).__name__}: {error}"), kind
            ) from error
        for states in live.states:
            for state in states:
                if isinstance(state, np.ndarray):
                    state.setflags(write=writable)
        return np.concatenate([np.ravel(step) for step in steps])


def context_of(source, assignment, task, seed=0):
    submission = Submission("someone", (SourceFile("plugin.py", source.encode()),))
    return RuleContext(assignment, assignment.task(task), submission, InProcess(source), seed)
