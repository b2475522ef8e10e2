"""A submission's activations in the test's own process: what a worker does, without the worker."""

import numpy as np

from cgp_harness.assignment import Assignment
from cgp_harness.checks.context import Context
from cgp_harness.errors import PluginError
from cgp_harness.kinds.activation.answers import evaluating
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.kinds.activation.requests import Activate
from cgp_harness.kinds.activation.task import ActivationCheck, ActivationTask
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.subject import Manifest, Registered, SubjectError


class InProcess:
    """The `Activations` of a submission; `asked` counts what would be requests."""

    def __init__(self, functions):
        self.functions, self.asked = functions, 0

    def evaluate(self, name, x):
        self.asked += 1
        try:
            with np.errstate(all="ignore"):
                answer, payload = evaluating.answer(
                    Activate(name, x.shape), self.functions[name], np.ravel(x))
        except PluginError as error:
            problem = Problem(Status.STUDENT_ERROR, error.what, "", error.expected, error.fix)
            raise SubjectError(problem, "contract") from error
        except Exception as error:
            raise SubjectError(Problem(
                Status.STUDENT_ERROR, f"{name} raised {type(error).__name__}: {error}")) from error
        value, derivative = np.frombuffer(payload, np.float64).reshape(2, *x.shape)
        return Evaluated(value, derivative, answer.dtypes)


class Subject:
    """As much of a subject as the checks of activations need."""

    def __init__(self, functions):
        self._asking = {"activation": InProcess(functions)}
        self.of = self._asking.__getitem__
        self.manifest = Manifest(tuple(
            Registered("activation", name, "mine.py", 1) for name in functions))


def context_of(function, seed=0, name="mine", checks=("loads", "activation", "learning"),
               learned=None, solution="", **spec):
    """The task `name` of a submission that registers this function, before one of its checks."""
    specified = {kind: ActivationCheck(10, **spec) for kind in checks}
    task = ActivationTask(name, "An activation", "", specified)
    homework = Assignment("some", "Some", "1", (task,), solution=solution)
    submission = Submission("someone", (SourceFile("mine.py", b""),))
    return Context(homework, task, submission, Subject({name: function}), seed,
                   learned=learned or {})
