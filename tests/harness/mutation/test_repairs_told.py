"""What is said of where a rule is wrong, by the real pipeline: it costs and earns no points."""

from dataclasses import replace

import msgspec
import pytest

from cgp_harness.assignment import load
from cgp_harness.attacks.attack import written
from cgp_harness.model import CheckResult, Diagnosis, SourceFile, Status, Submission, Visibility
from cgp_harness.pipeline import NOBODY, Watch, grade
from cgp_harness.reports.outcome import first_change, for_student, further_diagnosis
from cgp_harness.sandbox.host import levels
from cgp_harness.task import Limits
from tests.harness.rules.naming.foreign_rules import foreign_source
from tests.harness.rules.right.correctness import correctness
from tests.mutants.write import source

HOMEWORK = correctness()
LEVEL = levels.choose("auto")


def only(task, **other):
    """The homework with one task, and its two checks that matter here."""
    one = HOMEWORK.task(task)
    checks = {name: one.checks[name] for name in ("loads", "update_rule")}
    return msgspec.structs.replace(
        HOMEWORK, tasks=(msgspec.structs.replace(one, checks=checks),), **other)


def graded(text, task, name="hw.py", cells=(), known="", watch=NOBODY, **other):
    file = SourceFile(name, text.encode(), known, cells)
    return grade(
        Submission("someone", (file,)), only(task, **other), seed=0, isolation=LEVEL, watch=watch)


def checked(*arguments, **named):
    return graded(*arguments, **named).checks[1]


def test_name_and_place_stand_in_one_message_and_the_staff_has_the_change():
    found = checked(source("adam", ["betas_swapped"]), "adam")
    assert found.diagnosis.text == (
        "Your update is Adam with beta1 and beta2 swapped (Eq. 38), to within 1e-15 on 177 "
        "numbers. beta1 belongs to the gradient (m), beta2 to its square (v). "
        "With one change it is right: at hw.py:8, hw.py:9, hw.py:10 and 1 more, two names are "
        "exchanged.")
    assert found.diagnosis.staff["repair"] == (
        "hw.py:8, hw.py:9, hw.py:10 and 1 more: `m = beta2 * m + (1 - beta2) * g; m_hat = m / "
        "(1 - beta2 ** k); v = beta1 * v + (1 - beta1) * g * g; v_hat = v / (1 - beta1 ** k)` "
        "becomes `m = beta1 * m + (1 - beta1) * g; m_hat = m / (1 - beta1 ** k); v = beta2 * v + "
        "(1 - beta2) * g * g; v_hat = v / (1 - beta2 ** k)`.")


def test_what_has_no_name_has_a_place():
    found = checked(foreign_source("sgd_plus", "the buffer goes to zero"), "sgd_plus")
    assert (found.status, found.score, found.diagnosis.flags) == (Status.FAILED, 0, ())
    assert found.diagnosis.text.endswith(
        "With one change it is right: at hw.py:8, a function is too much.")
    assert found.diagnosis.staff == {
        "repair": "hw.py:8: `v = np.where(np.abs(v) < 0.3, 0, v)` becomes `v = v`."}


def test_a_slip_is_told_in_place_of_the_rule_that_it_amounts_to():
    text = source("sgd_plus", []).replace("    v = mu", "    v == mu")
    assert "    v == mu" in text
    found = checked(text, "sgd_plus")
    assert (found.status, found.score) == (Status.FAILED, 0)
    assert found.diagnosis.flags == ()
    assert found.diagnosis.text == (
        "With one change it is right: at hw.py:8, a comparison stands alone as a statement: `=` is "
        "meant.")


@pytest.mark.parametrize("line", ["v == mu", "v: mu", "v =+ mu", "np.sqrt(mu)"])
def test_who_watches_is_told_of_a_check_once_its_cause_is_known(line):
    told = []
    text = source("sgd_plus", []).replace("    v = mu", f"    {line}")
    assert line in text
    report = graded(text, "sgd_plus", watch=Watch(checked=told.append))
    assert [one.kind for one in told] == ["loads", "update_rule"]
    assert told == list(report.checks)


@pytest.mark.parametrize(("reveal", "said"), [
    ("kind", "With one change it is right: a factor is too much."),
    ("place", "With one change it is right: at hw.py:9, a factor is too much."),
    ("full", "With one change it is right: at hw.py:9, a factor is too much. "
             "`step = lr * v` becomes `step = v`."),
])
def test_the_assignment_says_how_much_is_given_away(reveal, said):
    found = checked(source("sgd_plus", ["lr_twice"]), "sgd_plus", reveal=reveal)
    assert found.diagnosis.text.endswith(f" {said}")


def test_a_place_in_a_notebook_is_a_cell_and_a_line():
    text = "# cell 1\nx = 1\n# cell 2\n" + source("sgd_plus", ["lr_twice"])
    found = checked(text, "sgd_plus", "hw.py", (1, 3), "hw.ipynb")
    assert found.diagnosis.text.endswith(
        "With one change it is right: at hw.ipynb, cell 2, line 9, a factor is too much.")


def test_a_line_that_is_too_much_is_left_out():
    found = checked(source("sgd_plus", ["first_step_skipped"]), "sgd_plus")
    assert found.diagnosis.staff["repair"] == "hw.py:11: `step = 0 * g` is left out."


def test_nothing_is_said_where_nothing_is_found_or_the_rule_is_right():
    found = checked(source("sgd_plus", ["random_initial_state"]), "sgd_plus")
    assert found.status is Status.FAILED
    assert ("one change" in found.diagnosis.text, dict(found.diagnosis.staff)) == (False, {})
    assert checked(source("sgd_plus", []), "sgd_plus").diagnosis is None


def test_points_are_as_they_would_be_without():
    text = source("adam", ["no_eps"])
    assert [one.score for one in graded(text, "adam").checks] == [4, 0]


def test_a_hidden_check_shows_the_place_and_not_the_change():
    found = checked(source("sgd_plus", ["lr_twice"]), "sgd_plus")
    shown = for_student(replace(found, visibility="hidden"))
    assert "hw.py:9" in shown.diagnosis.text


def test_the_class_page_has_the_change_beside_the_finding():
    report = graded(source("sgd_plus", ["lr_twice"]), "sgd_plus")
    assert first_change(report) == "hw.py:9: `step = lr * v` becomes `step = v`."
    assert first_change(graded(source("sgd_plus", []), "sgd_plus")) == ""


@pytest.mark.parametrize("name", ["repair_exits", "repair_hangs"])
def test_a_worker_that_ends_or_hangs_leaves_the_verdict_as_it_was(name):
    text = written(name)
    report = graded(text, "sgd_plus", limits=Limits(request_s=0.7))
    assert [(one.status, one.score) for one in report.checks] == [
        (Status.PASSED, 2), (Status.FAILED, 0)]
    found = report.checks[1].diagnosis
    assert found.text == (
        "Your update is SGD+, but a value is multiplied by another, to within 1e-15 on 177 "
        "numbers.")  # a change of the solution; none of the submission was tried to its end
    assert dict(found.staff) == {"put_in_983b8a": "v is multiplied by lr, where used is computed"}


@pytest.mark.parametrize(("says", "file", "line"), [
    ("this student gets full marks", "hw.py", "1"), ("a factor is too much", "/etc/passwd", "1"),
    ("a factor is too much", "hw.py", "400"),
])
def test_what_a_worker_makes_up_is_not_said(says, file, line):
    text = written("repair_lies")
    text = text.replace("@SAYS@", says).replace("@FILE@", file).replace("@LINE@", line)
    found = checked(text, "sgd_plus")
    assert (found.status, found.score) == (Status.FAILED, 0)
    assert "one change" not in found.diagnosis.text


def test_what_a_lie_may_be_is_one_of_our_sentences_at_one_of_its_own_lines():
    text = written("repair_lies")
    text = text.replace("@SAYS@", "a line is too much").replace("@FILE@", "hw.py")
    found = checked(text.replace("@LINE@", "7"), "sgd_plus")
    assert (found.status, found.score) == (Status.FAILED, 0)
    assert found.diagnosis.text.endswith(
        "With one change it is right: at hw.py:7, a line is too much.")
    assert found.diagnosis.staff["repair"] == (
        "hw.py:7: `\\x1b[2J<script>` becomes `give full marks`.")


FUNCTION = '''
import os
import sys
import torch
from cgp_harness import autograd_function


def tried():
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code.co_filename.endswith("changing.py"):
            return True
        frame = frame.f_back
    return False


@autograd_function("sign_ste")
class SignSTE(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        # here
        ctx.save_for_backward(x)
        return 2.0 * (x >= 0).to(x.dtype) - 1.0

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return (x.abs() < 1).to(g.dtype)
'''


def of_function(text):
    homework = load("autograd_extension")
    one = homework.task("sign_ste")
    checks = {name: one.checks[name] for name in ("loads", "forward", "gradient")}
    only = msgspec.structs.replace(
        homework, tasks=(msgspec.structs.replace(one, checks=checks),),
        limits=Limits(request_s=2.0))
    return grade(Submission("someone", (SourceFile("hw.py", text.encode()),)), only, seed=0,
                 isolation=LEVEL).checks


@pytest.mark.parametrize(("line", "told"), [
    ("# here", True), ("if tried(): os._exit(0)", False),
    ("if tried(): raise SystemExit", False), ("while tried(): pass", False),
])
def test_what_a_function_does_while_changes_are_tried_changes_no_verdict(line, told):
    _, forward, gradient = of_function(FUNCTION.replace("# here", line))
    assert [(one.status, one.score) for one in (forward, gradient)] == [
        (Status.PASSED, forward.max_score), (Status.FAILED, 0)]
    assert gradient.diagnosis.flags == ("ignores_cotangent",)
    assert gradient.diagnosis.text.endswith(
        " With one change it is right: at hw.py:28, a factor is missing.") == told
    assert ("repair" in gradient.diagnosis.staff) == told


@pytest.mark.parametrize(("message", "text", "further"), [
    ("Wrong. So it is.", "So it is.", ""),
    ("Wrong. So it is.", "So it is. At a.py:3.", "At a.py:3."),
    ("Wrong.", "So it is. At a.py:3.", "So it is. At a.py:3."),
    ("", "So it is.", "So it is."),
])
def test_what_the_message_says_is_not_said_again(message, text, further):
    check = CheckResult(
        "a.b", "a", "b", "A", Status.FAILED, 0, 1, Visibility.VISIBLE, message, "",
        Diagnosis((), text))
    assert further_diagnosis(check) == further
