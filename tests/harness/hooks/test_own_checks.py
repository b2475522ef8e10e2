"""A check of an instructor's own that fails, or gives what is no outcome, gives no points."""

import numpy as np
import pytest

from cgp_harness import installed, pipeline
from cgp_harness.attacks import own_check
from cgp_harness.attacks.homeworks import homework, honest
from cgp_harness.checks.context import Outcome, failed, passed
from cgp_harness.model import Problem, Status
from cgp_harness.sandbox.host import levels
from cgp_harness.subject import SubjectError

SAID = ("The grader failed here; this is not the submission's fault. The traceback is in the "
        "instructor's terminal.")


def graded(monkeypatch, check):
    """What a right submission gets where the plugin's check is this one."""
    with own_check.there():
        assignment = homework("checked")
        monkeypatch.setitem(installed.checks(), own_check.NAME, check)
        report = pipeline.grade(
            honest("checked"), assignment, seed=0, isolation=levels.choose("auto"))
    assert report.checks[0].status is Status.PASSED
    return report, report.checks[1]


def test_a_check_of_an_instructor_s_own_is_found_where_it_is_installed():
    with own_check.there():
        report = pipeline.grade(
            honest("checked"), homework("checked"), seed=0, isolation=levels.choose("auto"))
    assert (report.score, report.checks[1].message) == (1.0, "The first step is right.")
    assert own_check.NAME not in installed.checks()


def raises(error):
    def check(context):
        raise error

    return check


@pytest.mark.parametrize(("check", "shown"), [
    (raises(RuntimeError("out of order")), "RuntimeError: out of order"),
    (raises(SystemExit("graded")), "SystemExit: graded"),
    (raises(RecursionError("deep")), "RecursionError: deep"),
    (lambda context: None, "TypeError: the check 'first_step' returned a NoneType, and no Outcome"),
    (lambda context: 1.0, "TypeError: the check 'first_step' returned a float, and no Outcome"),
    (lambda context: True, "TypeError: the check 'first_step' returned a bool, and no Outcome"),
    (lambda context: passed,
     "TypeError: the check 'first_step' returned a function, and no Outcome"),
    (lambda context: failed("", fraction=2.0),
     "ValueError: a fraction of 2.0 of the points; expected 0 to 1"),
    (lambda context: failed("", fraction=-0.5),
     "ValueError: a fraction of -0.5 of the points; expected 0 to 1"),
    (lambda context: failed("", fraction=float("nan")),
     "ValueError: a fraction of nan of the points; expected 0 to 1"),
    (lambda context: failed("", fraction="all"),
     "TypeError: '<=' not supported between instances of 'float' and 'str'"),
    (lambda context: passed(7), "TypeError: an outcome of the status <Status.PASSED: 'passed'> and "
     "the message 7; expected a Status and a text"),
    (lambda context: Outcome("passed", 1.0), "TypeError: an outcome of the status 'passed' and the "
     "message ''; expected a Status and a text"),
])
def test_what_a_check_gives_that_is_no_outcome_is_a_grader_error(
        monkeypatch, capsys, check, shown):
    report, result = graded(monkeypatch, check)
    assert (report.status, result.status, result.score) == (
        Status.GRADER_ERROR, Status.GRADER_ERROR, 0)
    assert result.message == SAID
    assert shown in capsys.readouterr().err


@pytest.mark.parametrize("fraction", [1, np.float32(0.5), 0.25])
def test_a_fraction_may_be_any_number_from_0_to_1(monkeypatch, fraction):
    report, result = graded(monkeypatch, lambda context: failed("nearly", fraction=fraction))
    assert (report.status, result.score, result.message) == (
        Status.GRADED, float(fraction), "nearly")


def test_what_a_submission_does_in_it_is_the_submission_s(monkeypatch):
    report, result = graded(monkeypatch, raises(
        SubjectError(Problem(Status.TIMEOUT, "no answer"), "stopped")))
    assert (report.status, result.status, result.message) == (
        Status.GRADED, Status.TIMEOUT, "no answer")
