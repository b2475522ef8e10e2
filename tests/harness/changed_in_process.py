"""A submission of any kind in the test's own process, changes of its source included."""

import contextlib
import gc
import importlib
import os
import types
import warnings

import numpy as np

from cgp_harness.assignment import Limits
from cgp_harness.installed import kinds
from cgp_harness.sandbox.host.changing import WorkerChanges
from cgp_harness.sandbox.protocol import changing
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, encode, request_decoder
from cgp_harness.sandbox.worker.answering import Position
from cgp_harness.sandbox.worker.changing import Changing
from cgp_harness.sandbox.worker.faults import failed
from cgp_harness.subject import Manifest, Registered


class Changed:
    """A file's things of one kind, as a worker answers for them; it is in the folder we are in."""

    def __init__(self, text, contract, requests, answers):
        self.kind = contract.kind
        self.limits = Limits()
        self._module = types.ModuleType("plugin")
        self._folder = os.getcwd()
        with open("plugin.py", "w", encoding="utf-8") as file:
            file.write(text)
        path = os.path.join(self._folder, "plugin.py")
        exec(compile(text, path, "exec", dont_inherit=True), self._module.__dict__)
        found, errors = contract.registered(self._module)
        assert not errors, errors
        self.targets = {one.name: one for one in found}
        self.manifest = Manifest(torch=True, registered=tuple(
            Registered(one.kind, one.name, "plugin.py", 1) for one in found))
        self._decode = request_decoder((*requests.REQUESTS, *changing.REQUESTS))
        self._answers = answers.Answers()
        self.changing = Changing(
            lambda header, payload: self._answer(self._decode(header), payload),
            {self.kind: self.targets})
        self._asking = kinds()[self.kind].asking(self)

    def of(self, kind):
        assert kind == self.kind
        return self._asking

    def changes(self, kind, name):
        return WorkerChanges(self, kind, name)

    def restart(self):
        pass

    def _answer(self, request, payload):
        return self._answers.answer(request, self.targets, payload, Position())

    def ask(self, request, kind, payload, answer_bytes):
        request = self._decode(encode(request))
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings(), \
                    contextlib.redirect_stdout(None):
                warnings.simplefilter("ignore")
                if isinstance(request, changing.REQUESTS):
                    gc.disable()  # a change that is stopped in a callback of Hypothesis' goes on
                    answer, values = self.changing.answer(request, bytearray(payload))
                else:
                    answer, values = self._answer(request, bytearray(payload))
        except BaseException as error:
            answer, values = failed(error, self._folder, Position("plugin.py:1")), b""
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


def parts_of(kind):
    """Contract, requests, answers and search of a kind's package."""
    names = ("contract", "requests", "answers", "repairs")
    contract, requests, answers, repairs = (
        importlib.import_module(f"{kind.__name__}.{name}") for name in names)
    return contract.CONTRACT, requests, answers, repairs.with_repairs
