"""Graphs of a submission in the test's own process: real requests and answers, no worker."""

import types

import numpy as np

from cgp_harness.assignment import load
from cgp_harness.checks.context import Context
from cgp_harness.kinds.backprop.answers import graphs
from cgp_harness.kinds.backprop.answers.lent import Lent
from cgp_harness.kinds.backprop.asking import WorkerGraphs
from cgp_harness.kinds.backprop.requests import REQUESTS
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.protocol.messages import decode_answer, encode, request_decoder
from cgp_harness.subject import Manifest, Registered, SubjectError
from cgp_reference.errors import ExplainedError

DECODED = request_decoder(REQUESTS)


class GraphsInProcess:
    """The class called `Graph` of a source."""

    def __init__(self, source):
        self.source = source
        self.restart()
        self.requests = 0
        self.manifest = Manifest((Registered("backprop", "graph", "plugin.py", 1),))
        self.graphs = WorkerGraphs(self)
        self.of = {"backprop": self.graphs}.__getitem__

    def restart(self):
        graphs.LENT = Lent()
        module = types.ModuleType("plugin")
        exec(compile(self.source, "plugin.py", "exec"), module.__dict__)
        self.target = module.Graph

    def ask(self, request, kind, payload, answer_bytes):
        self.requests += 1
        sent = DECODED(encode(request))
        try:
            answer, values = graphs.answer(sent, self.target, np.frombuffer(payload, np.float64))
        except ExplainedError as error:
            raise SubjectError(Problem(
                Status.STUDENT_ERROR, error.what, error.where, error.expected, error.fix,
            ), "contract") from error
        except Exception as error:
            raise SubjectError(Problem(
                Status.STUDENT_ERROR, f"graph raised {type(error).__name__}: {error}")) from error
        assert len(values) == answer_bytes
        return decode_answer(encode(answer), kind), bytearray(values)


def context_of(source, seed=0):
    assignment = load("computational_graph")
    submission = Submission("someone", (SourceFile("plugin.py", source.encode()),))
    return Context(assignment, assignment.task("graph"), submission, GraphsInProcess(source), seed)
