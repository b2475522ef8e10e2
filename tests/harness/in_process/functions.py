"""A submission's Functions in the test's own process: the worker's code without the worker."""

from __future__ import annotations

import contextlib
import types
import warnings

import numpy as np
import torch

from cgp_harness.assignment import Assignment, CheckSpec, Limits
from cgp_harness.kinds.autograd_function.answers import functions
from cgp_harness.kinds.autograd_function.asking import WorkerFunctions
from cgp_harness.kinds.autograd_function.context import FunctionContext
from cgp_harness.kinds.autograd_function.contract import CONTRACT
from cgp_harness.kinds.autograd_function.requests import REQUESTS
from cgp_harness.kinds.autograd_function.task import FunctionTask
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, encode, request_decoder
from cgp_harness.sandbox.worker import faults
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.subject import Manifest, Registered

torch.set_num_threads(1)
HEAD = "import numpy as np\nimport torch\nfrom cgp_harness import autograd_function\n"
PLACE = "/submission/plugin.py"
DECODED = request_decoder(REQUESTS)
KINDS = ("loads", "forward", "gradient", "autograd")


class FunctionsInProcess:
    """Requests and answers are encoded and decoded as on the wire; `asked` counts them."""

    def __init__(self, source):
        self.source = source
        self.asked = 0
        self.functions = WorkerFunctions(self)
        self.of = {"autograd_function": self.functions}.__getitem__
        self.limits = Limits()
        self.restart()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def restart(self):
        module = types.ModuleType("plugin")
        exec(compile(self.source, PLACE, "exec"), module.__dict__)
        found, errors = CONTRACT.registered(module)
        assert not errors, errors
        self.targets = {one.name: one.target for one in found}
        self.manifest = Manifest(torch=True, registered=tuple(
            Registered(one.kind, one.name, "plugin.py", 1) for one in found))

    def ask(self, request, kind, payload, answer_bytes):
        self.asked += 1
        request = DECODED(encode(request))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(), \
                    contextlib.redirect_stdout(None):
                warnings.simplefilter("ignore")
                answer, values = functions.answer(
                    request, self.targets[request.name], np.frombuffer(payload, np.float64))
        except BaseException as error:
            answer, values = faults.failed(error, "/submission", Position("plugin.py:1")), b""
        answer = decode_answer(encode(answer), kind)
        assert isinstance(answer, Failed) or len(values) == answer_bytes
        return answer, bytearray(values)


def context_of(source, name, seed=0, specification=None):
    """The Function `name` of a source, as a check gets it."""
    head = "" if "import torch" in source else HEAD
    task = FunctionTask(
        id=name, title=name, equation="", checks=dict.fromkeys(KINDS, CheckSpec(1.0)),
        kind="autograd_function", specification=specification or name)
    submission = Submission("student", (SourceFile("plugin.py", (head + source).encode()),))
    assignment = Assignment("a", "A", "1", (task,))
    return FunctionContext(assignment, task, submission, FunctionsInProcess(head + source), seed)


