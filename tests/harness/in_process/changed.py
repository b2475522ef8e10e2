"""A submission of any kind in the test's own process, changes of its source included."""

import contextlib
import gc
import importlib
import os
import types
import warnings
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.checks.context import stopped
from cgp_harness.checks.grading import grading_of
from cgp_harness.installed import kinds
from cgp_harness.kinds import optimizer
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.model import CheckResult, SourceFile, Submission
from cgp_harness.sandbox.host.changing import WorkerChanges
from cgp_harness.sandbox.protocol import changing
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, encode, request_decoder
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.sandbox.worker.changing import Changing
from cgp_harness.sandbox.worker.faults import failed
from cgp_harness.subject import Manifest, Registered, SubjectError


class Changed:
    """A file's things of one kind, as a worker answers for them; it is in the folder we are in.

    Args:
        package: of the kind.
    """

    marks: Mapping[str, tuple[int, int]] = MappingProxyType({})

    def __init__(self, text, package):
        contract, requests, answers = (
            importlib.import_module(f"{package.__name__}.{part}")
            for part in ("contract", "requests", "answers"))
        self.kind, self.limits = contract.CONTRACT.kind, Limits()
        self._module = types.ModuleType("plugin")
        self._folder = os.getcwd()
        with open("plugin.py", "w", encoding="utf-8") as file:
            file.write(text)
        path = os.path.join(self._folder, "plugin.py")
        exec(compile(text, path, "exec", dont_inherit=True), self._module.__dict__)
        found, errors = contract.CONTRACT.registered(self._module)
        assert not errors, errors
        self.targets = {one.name: one for one in found}
        details = getattr(requests, "details", lambda one: None)
        self.manifest = Manifest(torch=True, registered=tuple(
            Registered(one.kind, one.name, "plugin.py", 1, details(one)) for one in found))
        self._decode = request_decoder((*requests.REQUESTS, *changing.REQUESTS))
        self._answers = answers.Answers()
        self.changing = Changing(self, {self.kind: self.targets})
        self._asking = kinds()[self.kind].asking(self)

    def of(self, kind):
        assert kind == self.kind
        return self._asking

    def changes(self, kind, name):
        return WorkerChanges(self, kind, name)

    def restart(self):
        pass

    def decoded(self, request):
        return self._decode(request)

    def answered(self, request, payload, at=None):
        with np.errstate(all="ignore"):
            return self._answers.answer(request, self.targets, payload, at or Position())

    def changeable(self, kind, target):
        return self._answers.changeable(target)

    def ask(self, request, kind, payload, answer_bytes):
        request, at = self._decode(encode(request)), Position("plugin.py:1")
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(None):
                warnings.simplefilter("ignore")
                if isinstance(request, changing.REQUESTS):
                    gc.disable()  # a change that is stopped in a callback of Hypothesis' goes on
                    answer, values = self.changing.answer(request, bytearray(payload))
                else:
                    answer, values = self.answered(request, bytearray(payload), at)
        except BaseException as error:
            answer, values = failed(error, self._folder, at), b""
        finally:
            gc.enable()
        answer = decode_answer(encode(answer), kind)
        assert isinstance(answer, Failed) or len(values) == answer_bytes
        return answer, bytearray(values)


@contextlib.contextmanager
def inside(folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def rule_in(text, assignment, task, folder, seed=0, **given):
    """The context of a rule whose file lies in a folder, as a worker's submission does."""
    submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
    with inside(folder):
        subject = Changed(text, optimizer)
        yield RuleContext(assignment, assignment.task(task), submission, subject, seed, **given)


def results_of(context, names):
    """Of each of its checks what the pipeline would have, in their order: none after a block."""
    found = {}
    for name in names:
        try:
            outcome = grading_of(kinds()[context.task.kind]).checks[name](context)
        except SubjectError as error:
            outcome = stopped(error.problem)
        context = context.knowing(outcome.learned)
        found[name] = CheckResult(
            f"it.{name}", "it", name, "", outcome.status, 0.0, 1.0, "visible", "", "",
            outcome.diagnosis)
        if outcome.blocks:
            break
    return found
