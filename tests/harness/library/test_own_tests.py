"""`pytest --cgp-submission`: an instructor's own tests of a submission that stays in its worker."""

import re
import xml.etree.ElementTree as ET

import pytest

from cgp_harness.assignment import parse
from tests.harness.library import pytest_runs
from tests.places import ROOT

MINE = '''
import torch
from cgp_harness import activation, autograd_function, backprop, optimizer

@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + g
    return lr * v, v

@optimizer
def div(g, p, lr=0.5):
    return lr * p * (1 / float(g))

@activation
def square(x):
    return x * x, 2 * x

@autograd_function("cubes")
class Cubes(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x ** 3).sum()

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * 3 * x**2

@backprop("graph")
class Graph:
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            partials[node.name] = {name: 2.0 for name in (*node.arguments, *node.parameters)}
            values[node.name] = node.value(values)
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        return {name: sum(errors.values()) * partials[graph.nodes[0].name][name]
                for name in graph.parameters}
'''
RIGHT = '''
import numpy as np
import pytest
from hypothesis import given, settings, strategies

@pytest.mark.points(3)
@pytest.mark.parametrize(("rule", "step"), [("sgd_plus", 1.0), ("div", 0.0)],
                         indirect=["rule"])
def test_first_step(rule, step):
    assert rule.step(2.0, lr=0.5) == step

def test_steps(submission):
    rule = submission["sgd_plus"]
    assert rule.hyperparameters == {"lr": 1e-3, "mu": 0.9}
    assert rule.steps([1, 1, 1], lr=1, mu=0.5) == pytest.approx(np.array([1, 1.5, 1.75]))
    assert rule.step(np.ones((2, 2)), lr=2).tolist() == [[2, 2], [2, 2]]
    assert submission["div"].step([2.0, 4.0], parameter=1.0).tolist() == [0.25, 0.125]

@settings(max_examples=5, database=None)
@given(strategies.floats(-3, 3))
def test_activation(activation, x):
    assert activation(x) == (x * x, 2 * x)
    assert activation.derivative([x]) == activation.value([x]) * 0 + 2 * x

def test_function(function):
    assert function([1.0, 2.0]) == 9
    assert function.gradient([1.0, 2.0], g=2).tolist() == [6, 24]

def test_backprop(backprop):
    at = {"ab": 2, "xa": 3}
    assert backprop.forward(["xw=ab*xa"], at) == ({"xw": 6}, {"xw": {"xa": 2, "ab": 2}})
    assert backprop.gradient(["xw=ab*xa"], at, 0.5) == {"ab": 1}
    assert backprop.backward(["xw=ab*xa"], {"xw": {"xa": 5, "ab": 7}}) == {"ab": 7}
'''
WRONG = '''
import pytest

def test_step(submission):
    assert submission["sgd_plus"].step(2.0, lr=0.5) == 2, "the first step is lr * g"

def test_raises(submission):
    submission["div"].step(0.0)

def test_no_such_hyperparameter(submission):
    submission["sgd_plus"].step(1.0, rho=2)

def test_which(rule):
    pass

def test_no_such_name(submission):
    submission["adam"]

@pytest.mark.parametrize("rule", ["adam"], indirect=True)
def test_no_such_rule(rule):
    pass
'''


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    return pytest_runs.runner(
        tmp_path, monkeypatch, capsys,
        **{"mine.py": MINE, "test_right.py": RIGHT, "test_wrong.py": WRONG})


def test_stand_ins_answer_with_plain_numbers_and_points_are_shared_by_cases(run):
    assert run("--cgp-submission", "mine.py", "test_right.py", "--junitxml", "out.xml") == (
        0, ["......", "mine: 7 / 7 points", "6 passed"])
    found = {one.get("name"): {each.get("name"): each.get("value") for each in one.iter("property")}
             for one in ET.parse("out.xml").iter("testcase")}
    assert found["test_first_step[sgd_plus-1.0]"] == {
        "submission": "mine", "points": "1.5", "max_points": "1.5"}


def test_the_example_of_the_page_passes_and_is_a_task_of_a_homework(run, tmp_path):
    page = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    (tests,) = re.findall(r"^```python\n(.*?)^```$", page, flags=re.S | re.M)
    (task,) = re.findall(r"^```toml\n(.*?)^```$", page, flags=re.S | re.M)
    (tmp_path / "test_steps.py").write_text(tests)
    assert run("--cgp-submission", "mine.py", "test_steps.py") == (
        0, ["..", "mine: 4 / 4 points", "2 passed"])
    homework = parse(
        ('id = "steps"\ntitle = "Steps"\nversion = "1"\n' + task).encode(),
        text={"test_steps.py": tests}.get)
    assert {name: (check.points, check.visibility)
            for name, check in homework.task("momentum").checks.items()} == {
        "loads": (1, "visible"), "test_first_step": (3, "visible"), "test_momentum": (4, "hidden")}


def test_what_a_submission_does_wrong_is_shown_at_the_line_of_the_test(run):
    assert run("--cgp-submission", "mine.py", "test_wrong.py", "--tb=short") == (1, """\
FFFEFE
==================================== ERRORS ====================================
_________________________ ERROR at setup of test_which _________________________
sgd_plus, div are registered, and the test does not say which it means
  expected one rule, or its name above the test
  fix: @pytest.mark.parametrize("rule", ["sgd_plus"], indirect=True)
__________________ ERROR at setup of test_no_such_rule[adam] ___________________
no rule is registered as 'adam'
  expected one of that name below @optimizer; found sgd_plus, div
=================================== FAILURES ===================================
__________________________________ test_step ___________________________________
test_wrong.py:5: in test_step
    assert submission["sgd_plus"].step(2.0, lr=0.5) == 2, "the first step is lr * g"
E   AssertionError: the first step is lr * g
E   assert 1.0 == 2
E    +  where 1.0 = step(2.0, lr=0.5)
E    +    where step = sgd_plus.step
_________________________________ test_raises __________________________________
test_wrong.py:8: in test_raises
    submission["div"].step(0.0)
E   cgp_harness.subject.SubjectError: div() fails (step 1): `1 / float(g)` divides by 0: \
`float(g)` is 0 here
E     at mine.py:12
E     Python says: ZeroDivisionError: float division by zero
_________________________ test_no_such_hyperparameter __________________________
test_wrong.py:11: in test_no_such_hyperparameter
    submission["sgd_plus"].step(1.0, rho=2)
E   cgp_harness.subject.SubjectError: sgd_plus takes no hyperparameter 'rho'
E     expected it as an argument with a default; found lr, mu
______________________________ test_no_such_name _______________________________
test_wrong.py:17: in test_no_such_name
    submission["adam"]
E   cgp_harness.subject.SubjectError: nothing is registered as 'adam'
E     expected one of that name; found sgd_plus, div, cubes, square, graph
mine: 0 / 6 points
=========================== short test summary info ============================
FAILED test_wrong.py::test_step - AssertionError: the first step is lr * g
FAILED test_wrong.py::test_raises - cgp_harness.subject.SubjectError: div() f...
FAILED test_wrong.py::test_no_such_hyperparameter - cgp_harness.subject.Subje...
FAILED test_wrong.py::test_no_such_name - cgp_harness.subject.SubjectError: n...
ERROR test_wrong.py::test_which - Failed: sgd_plus, div are registered, and t...
ERROR test_wrong.py::test_no_such_rule[adam] - Failed: no rule is registered ...
4 failed, 2 errors""".splitlines())


@pytest.mark.parametrize(("given", "lines"), [
    (("--cgp-submission", "none.py"), [
        "ERROR: there is no such file or folder", "  at FOLDER/none.py",
        "  expected a submission, or a folder of submissions"]),
    (("--cgp-submission", "mine.py", "--cgp-assignment", "step_siz"), [
        "ERROR: there is no assignment 'step_siz'",
        "  expected one of autograd_extension, computational_graph, primer_homework, step_size, or "
        "a folder that holds assignment.toml", "  fix: did you mean 'step_size'?"]),
    (("--cgp-submission", "mine.py", "test_mark.py"), [
        "no tests ran", "ERROR: @pytest.mark.points('3', of=4) says no number of points",
        "  at test_mark.py::test_it", "  expected a number from 0 on: @pytest.mark.points(3)"]),
])
def test_wrong_use_is_a_usage_error(run, tmp_path, given, lines):
    (tmp_path / "test_mark.py").write_text(
        "import pytest\n@pytest.mark.points('3', of=4)\ndef test_it(): pass\n")
    code, said = run(*given)
    assert (code, [line.replace(str(tmp_path), "FOLDER") for line in said if line]) == (4, lines)


def test_a_submission_that_cannot_be_read_fails_the_tests(run, tmp_path):
    (tmp_path / "broken.ipynb").write_text("{")
    assert run("--cgp-submission", "broken.ipynb", "test_wrong.py::test_no_such_name") == (1, """\
E
==================================== ERRORS ====================================
_____________________ ERROR at setup of test_no_such_name ______________________
broken.ipynb is not a notebook that can be read
  expected the file as Jupyter saved it
  fix: open it in Jupyter, save it and hand it in again
broken: 0 / 1 points
=========================== short test summary info ============================
ERROR test_wrong.py::test_no_such_name - Failed: broken.ipynb is not a notebo...
1 error""".splitlines())
