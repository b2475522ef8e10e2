"""The process that student code runs in: import what is trusted, lock down, then load and step.

One answer per request.

It holds nothing worth stealing: no expected value, no reference rule, no other submission. Student
code shares its memory, so it can make this process say anything; that harms its own answers only.
"""

from __future__ import annotations

import ctypes
import functools
import importlib
import itertools
import math
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from cgp_harness.kinds.activation.requests import Activate
from cgp_harness.kinds.autograd_function.requests import Forward, Vjp, VjpMany
from cgp_harness.kinds.backprop.requests import GraphBackward, GraphForward
from cgp_harness.kinds.optimizer.answers.training import Training, idle
from cgp_harness.sandbox.lockdown import apply
from cgp_harness.sandbox.protocol import printing
from cgp_harness.sandbox.protocol.message_fields import TEXT_MAX
from cgp_harness.sandbox.protocol.messages import (
    At,
    Failed,
    Load,
    Ready,
    RunStep,
    RunStepAt,
    RunSteps,
    RunTrajectory,
    RunTrajectoryFrom,
    Setup,
    Stepped,
    decode_request,
    encode,
)
from cgp_harness.sandbox.protocol.wire import HEADER_MAX, Link, LinkClosedError
from cgp_harness.sandbox.worker import randomness
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.faults import failed, report_on_stderr
from cgp_harness.sandbox.worker.loading import missing
from cgp_harness.sandbox.worker.loading.importing import Importer
from cgp_harness.sandbox.worker.loading.load import load
from cgp_harness.sandbox.worker.refusing import forbid, refusals, stand_ins
from cgp_harness.sandbox.worker.refusing.guard import GUARD

PR_SET_PDEATHSIG = 1
ANSWERED_BY: dict[type[Any], tuple[str, str]] = {
    request: answered for answered, requests in {
        ("autograd_function", "autograd_function.answers.functions"): (Forward, Vjp, VjpMany),
        ("activation", "activation.answers.activations"): (Activate,),
        ("backprop", "backprop.answers.graphs"): (GraphForward, GraphBackward),
    }.items() for request in requests
}
"""Request -> the kind of extension that it is for, and the module whose `answer` answers it."""


def main(descriptor: int, grader: int) -> None:
    """Answer what comes over the link until it is closed."""
    die_with(grader)
    os.set_inheritable(descriptor, False)
    sys.argv = ["cgp"]  # neither the view nor the link is advertised: tidiness, not a boundary
    printing.install()
    warnings.simplefilter("once")
    try:
        serve(Link(descriptor))
    except LinkClosedError:
        os._exit(0)


def die_with(grader: int) -> None:
    """Have the kernel end this process when the grader (the thread that started it) is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != grader:  # it went between the start and the line above
        os._exit(0)


def serve(link: Link) -> None:
    """Make ready at the first request, then serve the submission."""
    frame = link.receive()
    setup = decode_request(frame.header)
    if not isinstance(setup, Setup):
        raise TypeError(f"the first request is {type(setup).__name__}")
    forbid.install(setup.forbid)
    for module in setup.trusted:
        try:
            importlib.import_module(module)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            link.send(frame.sequence, encode(Failed(
                "machine", f"{module} cannot be imported: {said}"[:TEXT_MAX])))
            raise
    if setup.level == "landlock":
        from cgp_harness.sandbox.worker import alone

        alone.go_on_alone(die_with, link)
    worker = Worker(setup)
    link.send(frame.sequence, encode(Ready(os.getpid())))
    while True:
        frame = link.receive()
        worker.importer.say = functools.partial(_say, link, frame.sequence)
        answer, values = worker.answer(decode_request(frame.header), frame.payload)
        header = encode(answer)
        if len(header) > HEADER_MAX:
            header = encode(Failed("contract", "the submission registers more than fits an answer"))
        link.send(frame.sequence, header, values)


def _say(link: Link, sequence: int, at: At) -> None:
    link.send(sequence, encode(at))


class Worker:
    """One submission: its rules by name, its open runs by handle."""

    def __init__(self, setup: Setup) -> None:
        self.folder = os.getcwd()
        self.rules: dict[str, Any] = {}
        self.extensions: dict[tuple[str, str], Any] = {}
        self.runs: dict[int, Training] = {}
        apply.apply(
            setup.level, setup.readable, setup.memory_mib, setup.cpu_s, gpu=setup.gpu)
        # Last: a submission's numpy.py or random.py must shadow nothing.
        sys.path += [os.path.join(self.folder, root).rstrip(os.sep) for root in setup.roots]
        self.importer = Importer(self.folder)
        missing.AVAILABLE[:] = setup.packages
        stand_ins.install(self.folder)
        refusals.install()
        randomness.fix()

    def answer(self, request: Any, payload: bytearray) -> tuple[Any, bytes]:
        """The header and the payload that answer one request."""
        GUARD.put(not isinstance(request, Load))
        if isinstance(request, Load):
            return load(request, self.importer, self.rules, self.extensions), b""
        if isinstance(request, RunSteps):
            return self._one_after_the_other(request, payload)
        if isinstance(request, RunTrajectory | RunStep):
            return self._of_rule(request, payload)
        return self._of_extension(request, payload)

    def _of_rule(
        self, request: RunTrajectory | RunStep, payload: bytearray
    ) -> tuple[Any, bytes]:
        rule = self.rules[request.rule]
        training: Training | None = None
        try:
            training = self._training(request, rule)
            with np.errstate(all="ignore"):  # not finite is an answer, not a page of warnings
                return _stepped(training, request, np.frombuffer(payload, np.float64))
        except BaseException as error:
            report_on_stderr(error, self.folder)
            step, parameter = (training.k, training.parameter) if training else (0, -1)
            return failed(
                error, self.folder, step=step, parameter=parameter, rule_where=rule.where
            ), b""

    def _of_extension(self, request: Any, payload: bytearray) -> tuple[Any, bytes]:
        kind, module = ANSWERED_BY[type(request)]
        extension = self.extensions[kind, request.name]
        try:
            # A submission without Functions need not wait for torch.
            answer = importlib.import_module(f"cgp_harness.kinds.{module}").answer
            with np.errstate(all="ignore"):
                header, values = answer(
                    request, extension.target, np.frombuffer(payload, np.float64))
            return header, values
        except BaseException as error:
            report_on_stderr(error, self.folder)
            return failed(error, self.folder, rule_where=extension.where), b""

    def _one_after_the_other(self, request: RunSteps, payload: bytearray) -> tuple[Any, bytes]:
        """The steps of all runs, or the first failure."""
        answer, begin, values = None, 0, []
        for run, step in enumerate(request.steps):
            rows = 2 if isinstance(step, RunStepAt) else 1
            end = begin + 8 * rows * sum(math.prod(shape) for shape in step.shapes)
            answer, part = self.answer(step, payload[begin:end])
            if isinstance(answer, Failed):
                return msgspec.structs.replace(answer, run=run), b""
            begin = end
            values.append(part)
        return answer, b"".join(values)

    def _training(self, request: RunTrajectory | RunStep, rule: Any) -> Training:
        if isinstance(request, RunTrajectory):
            return Training(
                idle(rule) if request.idle else rule, request.shapes, request.arrays, request.dtype,
                writable=request.writable, reuse_buffer=request.reuse_buffer,
                second_group=request.second_group, factors=request.factors,
            )
        if request.begins:
            self.runs[request.handle] = Training(
                rule, request.shapes, request.arrays, writable=request.writable,
                device=request.device or "cpu",
            )
        return self.runs[request.handle]


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
