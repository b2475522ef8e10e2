"""Activations in a real worker: what they are given, what of their answers gets through."""

import numpy as np
import pytest

from cgp_harness.assignment import Limits
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError

SOURCE = '''\
import os
import numpy as np
from cgp_harness import activation

@activation
def softsign(x):
    return x / (1 + abs(x)), 1 / (1 + abs(x)) ** 2

@activation
def relu(x):
    return np.maximum(x, 0).astype(np.float32), x > 0

@activation
def loud(x):
    print("x" * 100_000)
    return np.log(x), 1 / x

@activation
def in_place(x):
    y = x
    y *= 2
    return y, y

@activation
def unlocked(x):
    x.flags.writeable = True
    return x, x

@activation
def raises(x):
    raise KeyError("no such thing")

@activation
def hangs(x):
    while True:
        pass

@activation
def ends(x):
    os._exit(3)

@activation
def leaves(x):
    raise SystemExit

@activation
def huge(x):
    return np.zeros(10**9), x

@activation
def objects(x):
    return np.array([object()]), x

class Lying(np.ndarray):
    @property
    def shape(self):
        return (3,)

@activation
def lies(x):
    return np.zeros(10**5).view(Lying), x

@activation
def alone(x):
    return np.tanh(x)
'''
X = np.array([[0.5, -2.0, 0.0]])


@pytest.fixture(scope="module")
def subject():
    submission = Submission("someone", (SourceFile("mine.py", SOURCE.encode()),))
    limits = Limits(request_s=1.0, memory_mib=1024)
    with WorkerSubject(submission, limits, levels.choose("auto")) as found:
        yield found


def test_numbers_come_back_exactly_in_their_shape(subject):
    answer = subject.of("activation").evaluate("softsign", X)
    np.testing.assert_array_equal(answer.value, X / (1 + abs(X)))
    np.testing.assert_array_equal(answer.derivative, 1 / (1 + abs(X)) ** 2)
    assert answer.dtypes == ("float64", "float64")


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 0, 3), (2, 3, 4)])
def test_any_shape_goes_through(subject, shape):
    x = np.random.default_rng(0).normal(size=shape)
    answer = subject.of("activation").evaluate("softsign", x)
    assert answer.value.shape == answer.derivative.shape == shape
    np.testing.assert_array_equal(answer.value, x / (1 + abs(x)))


def test_other_dtypes_arrive_as_float64_and_are_named(subject):
    answer = subject.of("activation").evaluate("relu", X)
    assert answer.value.dtype == answer.derivative.dtype == np.float64
    assert answer.dtypes == ("float32", "other")
    np.testing.assert_array_equal(answer.derivative, [[1, 0, 0]])


def test_what_is_not_finite_is_an_answer_and_printing_costs_nothing(subject):
    answer = subject.of("activation").evaluate("loud", X)
    assert np.isnan(answer.value[0, 1])
    assert answer.value[0, 2] == -np.inf
    assert answer.derivative[0, 2] == np.inf


FAULTS = {
    "in_place": (
        "in_place fails: `y *= 2` changes what was given to the function\n  at mine.py:21\n"
        "  fix: make a new one instead: `y = y.copy()` above it\n"
        "  Python says: ValueError: output array is read-only"),
    "unlocked": (
        "unlocked raised ValueError: cannot set WRITEABLE flag to True of this array\n"
        "  at mine.py:26"),
    "raises": "raises raised KeyError: 'no such thing'\n  at mine.py:31",
    "leaves": "leaves ended the program with sys.exit()\n  at mine.py:44\n  fix: remove the call",
    "objects": (
        "objects() returned a value of dtype object\n  at mine.py:50\n  expected real numbers"),
    "alone": (
        "alone() returned one array\n  at mine.py:63\n  expected a pair (value, derivative)\n"
        "  fix: end the function with `return value, derivative`"),
    "hangs": "no answer within 1 s of CPU time; the worker was stopped",
    "ends": ("the process ended itself with exit code 3\n  fix: remove calls such as os._exit()"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_the_submission_s_own_and_the_next_question_is_answered(subject, name):
    with pytest.raises(SubjectError) as error:
        subject.of("activation").evaluate(name, X)
    assert str(error.value.problem) == FAULTS[name]
    assert error.value.problem.status in (Status.STUDENT_ERROR, Status.TIMEOUT)
    assert subject.of("activation").evaluate("softsign", X).value.shape == X.shape


@pytest.mark.parametrize("name", ["huge", "lies"])
def test_more_numbers_than_asked_for_never_reach_the_grader(subject, name):
    with pytest.raises(SubjectError):
        subject.of("activation").evaluate(name, X)
    assert subject.of("activation").evaluate("softsign", X).value.shape == X.shape
