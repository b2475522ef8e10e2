"""The kind `pytest`: an instructor's own tests as a task of a homework."""

import pytest

import cgp_harness
from cgp_harness.assignment import parse
from cgp_harness.errors import HarnessError
from cgp_harness.model import SourceFile, Status, Submission, Visibility
from cgp_harness.reports.outcome import for_student

HOMEWORK = """
id = "steps"
title = "Steps"
version = "1"
forbid = ["torch.optim"]
[[tasks]]
kind = "pytest"
id = "momentum"
title = "Momentum"
tests = "test_steps.py"
[tasks.checks]
loads = {points = 1}
"""
TESTS = '''
import os
import numpy as np
import pytest
from hypothesis import given, settings, strategies

@pytest.mark.points(3)
def test_first_step(rule):
    """The first step is lr times the gradient."""
    assert rule.step(2.0, lr=0.5) == 1.0, "the first step is lr * g"

@pytest.mark.points(3)
@pytest.mark.parametrize("mu", [0.5, 0.25, 0.0])
def test_momentum(rule, mu):
    assert rule.steps([1, 1], lr=1, mu=mu).tolist() == [1, 1 + mu]

class TestAny:
    @settings(max_examples=4, database=None)
    @given(strategies.floats(0.5, 2))
    def test_first(self, rule, g):
        assert rule.step(g, lr=1) == g
'''
RIGHT = '''
from cgp_harness import optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v
'''


def homework(tests=TESTS, further="", **files):
    texts = {"test_steps.py": tests, **files}
    return parse((HOMEWORK + further).encode(), text=texts.get)


def graded(text, assignment):
    one = Submission("ada", (SourceFile("ada.py", text.encode()),))
    return {check.kind: check for check in cgp_harness.check(one, assignment).checks}


def test_each_test_is_a_check_with_its_points_and_its_title():
    found = graded(RIGHT, homework())
    assert [(name, one.title, one.score, one.max_score) for name, one in found.items()] == [
        ("loads", "Momentum: loads and fits the contract", 1, 1),
        ("test_first_step", "Momentum: The first step is lr times the gradient", 3, 3),
        ("test_momentum", "Momentum: momentum", 3, 3),
        ("TestAny.test_first", "Momentum: first", 1, 1)]


def test_what_an_assertion_says_is_the_message_and_each_case_has_its_share():
    found = graded(RIGHT.replace("mu * v", "0.5 * v + 0 * mu").replace("lr * v", "2 * lr * v"),
                   homework())
    assert [(one.status, one.score) for one in found.values()] == [
        ("passed", 1), ("failed", 0), ("failed", 0), ("failed", 0)]
    assert found["test_first_step"].message == (
        "the first step is lr * g\nassert 2.0 == 1.0\n +  where 2.0 = step(2.0, lr=0.5)\n"
        " +    where step = sgd_plus.step")
    half = graded(RIGHT.replace("mu * v", "0.5 * v + 0 * mu"), homework())["test_momentum"]
    assert half.score == 1
    assert half.message.startswith(
        "2 of 3 cases failed:\n[0.25] assert [1.0, 1.5] == [1, 1.25]\n")


@pytest.mark.parametrize(("text", "check", "status", "message"), [
    ("x = 1\n", "loads", "student_error",
     "nothing is registered\n  at ada.py\n  expected a function with @optimizer above it\n"
     "  fix: write @optimizer above the function that is the rule"),
    (RIGHT.replace("lr * v, v", "lr / 0, v"), "test_first_step", "student_error",
     "sgd_plus() raised ZeroDivisionError: float division by zero (step 1)\n  at ada.py:7"),
    (RIGHT.replace("mu=0.9", "momentum=0.9").replace("mu * v", "momentum * v"), "test_momentum",
     "failed", "3 of 3 cases failed:\n" + "\n".join(
         f"[{mu}] sgd_plus takes no hyperparameter 'mu'\n"
         "  expected it as an argument with a default; found lr, momentum"
         for mu in (0.5, 0.25, 0.0))),
    (RIGHT + RIGHT.replace("sgd_plus", "mine"), "test_first_step", "failed",
     "sgd_plus, mine are registered, and the test does not say which it means\n"
     "  expected one rule, or its name above the test\n"
     '  fix: @pytest.mark.parametrize("rule", ["sgd_plus"], indirect=True)'),
    (RIGHT.replace("    v", "    import torch.optim\n    torch.optim.SGD\n    v"), "loads",
     "failed", "torch.optim.SGD is used\n  at ada.py:7\n  expected it written out\n"
     "  fix: write it yourself; a comparison with torch can stand under "
     '`if __name__ == "__main__":`'),
])
def test_what_a_submission_does_wrong_is_its_own(text, check, status, message):
    found = graded(text, homework())[check]
    assert (found.status, found.score, found.message) == (status, 0, message)


INSTRUCTOR = '''
import pytest

@pytest.fixture
def broken():
    return 1 / 0

def test_name(rule):
    assert ruel.step(1.0)

def test_fixture(rule, broken):
    pass

def test_skipped(rule):
    pytest.importorskip("no_such_package")

def test_told(rule):
    pytest.fail("not like this")
'''


FAILS = "a test that passes, or fails by assert"
NOT_HIS = (
    "the test {}; this is not the submission's fault\n  at test_steps.py:{}\n  expected {}")


def test_what_an_instructor_does_wrong_is_said_to_be_so_with_its_place():
    found = graded(RIGHT, homework(INSTRUCTOR))
    assert [(one.status, one.message) for name, one in found.items() if name != "loads"] == [
        ("grader_error", NOT_HIS.format("raised NameError: name 'ruel' is not defined", 9, FAILS)),
        ("grader_error", NOT_HIS.format("raised ZeroDivisionError: division by zero", 6, FAILS)),
        ("grader_error", NOT_HIS.format(
            "was skipped: could not import 'no_such_package': No module named 'no_such_package'",
            15, "a test that passes or fails, since it has points")),
        ("failed", "not like this")]


def test_a_hidden_test_tells_a_student_nothing_that_it_expects():
    hidden = homework(further='test_first_step = {points = 5, visibility = "hidden"}\n')
    found = graded(RIGHT.replace("lr * v, v", "v, v"), hidden)["test_first_step"]
    assert (found.status, found.max_score, found.visibility) == (
        Status.FAILED, 5, Visibility.HIDDEN)
    assert "assert 2.0 == 1.0" in found.message
    assert for_student(found).message == ""


def test_what_a_submission_raises_is_no_assertion_of_the_tests():
    text = RIGHT.replace("v = mu", "raise AssertionError('passed'); v = mu")
    found = graded(text, homework())["test_first_step"]
    assert (found.status, found.score) == ("student_error", 0)


def test_a_conftest_beside_the_tests_is_theirs():
    own = homework("def test_it(twice): assert twice == 2\n",
                   **{"conftest.py": "import pytest\n@pytest.fixture\ndef twice(rule):\n"
                                     "    return rule.step(2.0, lr=1)\n"})
    assert graded(RIGHT, own)["test_it"].score == 1
    assert own.digest != homework().digest


@pytest.mark.parametrize(("tests", "further", "message"), [
    ("import nothing_there\n", "",
     "the tests cannot be collected: ModuleNotFoundError: No module named 'nothing_there'\n"
     "  at test_steps.py:1\n  expected files that pytest can import"),
    ("def test_it(: pass\n", "",
     "the tests cannot be collected: SyntaxError: invalid syntax\n"
     "  at test_steps.py:1\n  expected files that pytest can import"),
    ("x = 1\n", "", "there is no test in test_steps.py\n  at assignment.toml:6, task 'momentum'\n"
     "  expected functions that are called test_…"),
    ("import pytest\n@pytest.mark.points(-1)\ndef test_it(): pass\n", "",
     "@pytest.mark.points(-1) says no number of points\n  at test_steps.py::test_it\n"
     "  expected a number from 0 on: @pytest.mark.points(3)"),
    (TESTS, "test_first_stp = {points = 1}\n",
     "task 'momentum' has a check 'test_first_stp'\n  at assignment.toml:6, task 'momentum'\n"
     "  expected loads, or a test: test_first_step, test_momentum, TestAny.test_first\n"
     "  fix: did you mean 'test_first_step'?"),
    (None, "", "the tests of task 'momentum' are not there: 'test_steps.py'\n"
     "  at assignment.toml:6, task 'momentum'\n"
     "  expected a Python file beside assignment.toml"),
])
def test_a_mistake_in_the_task_is_said_before_anything_is_graded(tests, further, message):
    with pytest.raises(HarnessError) as caught:
        homework(tests, further)
    assert str(caught.value) == message
