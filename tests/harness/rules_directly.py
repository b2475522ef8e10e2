"""A rule's requests answered in the test's own process, as a worker answers them: no isolation."""

import os
from contextlib import contextmanager
from types import ModuleType

import msgspec
import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.answers import Answers
from cgp_harness.kinds.optimizer.asking import WorkerRules
from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.contract import CONTRACT
from cgp_harness.kinds.optimizer.requests import details
from cgp_harness.model import SourceFile, Submission
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.sandbox.worker.faults import failed
from cgp_harness.subject import Manifest, Registered


class Directly:
    """A subject, and the channel to it.

    Args:
        names: of a module that registers rules.
    """

    def __init__(self, module):
        rules, problems = CONTRACT.registered(module)
        assert problems == []
        self.targets = {one.name: one for one in rules}
        self.manifest = Manifest(tuple(
            Registered("optimizer", one.name, "plugin.py", 1, details(one)) for one in rules))
        self.limits = Limits()
        self.answers, self._asking = Answers(), WorkerRules(self)

    def of(self, kind):
        return self._asking

    def ask(self, request, kind, payload, answer_bytes):
        # As they travel: what a header does not take is found.
        request = msgspec.msgpack.decode(msgspec.msgpack.encode(request), type=type(request))
        at = Position()
        try:
            with np.errstate(all="ignore"):
                answer, values = self.answers.answer(
                    request, self.targets, bytearray(payload), at)
        except BaseException as error:
            return failed(error, os.getcwd(), at), bytearray()
        assert len(values) == answer_bytes
        return msgspec.msgpack.decode(msgspec.msgpack.encode(answer), type=kind), bytearray(values)


@contextmanager
def context_of(text, assignment, task, folder, seed=0, **given):
    """The context of a rule whose file lies in a folder, as a worker's submission does."""
    (folder / "plugin.py").write_text(text, encoding="utf-8")
    before = os.getcwd()
    os.chdir(folder)
    try:
        submission = Submission("someone", (SourceFile("plugin.py", text.encode()),))
        module = ModuleType("plugin")
        exec(compile(text, str(folder / "plugin.py"), "exec", dont_inherit=True), module.__dict__)
        subject = Directly(module)
        yield RuleContext(
            assignment, assignment.task(task), submission, subject, seed, **given)
    finally:
        os.chdir(before)
