"""A submission's Functions in the test's own process: the worker's code without the worker."""

from __future__ import annotations

import contextlib
import types
import warnings

import numpy as np
import torch

from cgp_harness.assignment import Assignment, CheckSpec, Limits, Task
from cgp_harness.checks.context import Context
from cgp_harness.kinds.autograd_function.answers import functions
from cgp_harness.kinds.autograd_function.asking import WorkerFunctions
from cgp_harness.model import SourceFile, Submission
from cgp_harness.registering.extensions import extensions_of
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, decode_request, encode
from cgp_harness.sandbox.worker import faults
from cgp_harness.subject import ExtensionInfo, Manifest, SubjectError

torch.set_num_threads(1)
HEAD = "import numpy as np\nimport torch\nfrom cgp_harness import autograd_function\n"
PLACE = "/submission/plugin.py"
KINDS = ("loads", "forward", "gradient", "autograd")


class FunctionsInProcess:
    """Requests and answers are encoded and decoded as on the wire; `asked` counts them."""

    def __init__(self, source):
        self.source = source
        self.asked = 0
        self.functions = WorkerFunctions(self._ask)
        self.restart()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def restart(self):
        module = types.ModuleType("plugin")
        exec(compile(self.source, PLACE, "exec"), module.__dict__)
        found, errors = extensions_of(module)
        assert not errors, errors
        self.targets = {one.name: one.target for one in found}
        self.manifest = Manifest(torch=True, extensions=tuple(
            ExtensionInfo(one.kind, one.name, "plugin.py", 1) for one in found))

    def _ask(self, request, kind, payload, answer_bytes):
        self.asked += 1
        request = decode_request(encode(request))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(), \
                    contextlib.redirect_stdout(None):
                warnings.simplefilter("ignore")
                answer, values = functions.answer(
                    request, self.targets[request.name], np.frombuffer(payload, np.float64))
        except BaseException as error:
            answer, values = faults.failed(error, "/submission", rule_where="plugin.py:1"), b""
        answer = decode_answer(encode(answer), kind)
        if isinstance(answer, Failed):
            raise SubjectError(problems.of_call(answer, request.name, Limits()), answer.kind)
        assert len(values) == answer_bytes
        return answer, bytearray(values)


def context_of(source, name, seed=0, specification=None):
    """The Function `name` of a source, as a check gets it."""
    head = "" if "import torch" in source else HEAD
    task = Task(
        id=name, title=name, equation="", checks=dict.fromkeys(KINDS, CheckSpec(1.0)),
        kind="autograd_function", specification=specification or name)
    submission = Submission("student", (SourceFile("plugin.py", (head + source).encode()),))
    assignment = Assignment("a", "A", "1", (task,))
    return Context(assignment, task, submission, FunctionsInProcess(head + source), seed)


