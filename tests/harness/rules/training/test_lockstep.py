"""Rules that train at once leave what each leaves alone; one that fails costs no other a thing."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from cgp_harness import assignment, pipeline
from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer import grading
from cgp_harness.kinds.optimizer.checks.convergence import FOLLOWED, convergence
from cgp_harness.kinds.optimizer.requests import Stepped
from cgp_harness.kinds.optimizer.task import OptimizerCheck
from cgp_harness.kinds.optimizer.trainings import runs
from cgp_harness.kinds.optimizer.trainings.lockstep import lockstep
from cgp_harness.kinds.optimizer.trainings.trainings import losses, plan
from cgp_harness.model import SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.sandbox.protocol.messages import Failed, decode_answer, encode
from cgp_reference.problems import PROBLEMS
from tests.harness.in_process.rules import InProcess, context_of
from tests.harness.rules.right.correct_forms import FORMS

HOMEWORK = assignment.load("step_size")
RULES = FORMS["numpy_functions"]
RATES = {"sgd_plus": 0.03, "adagrad": 0.3, "rmsprop": 0.03, "adam": 0.03}


class Counting(InProcess):
    """Notes how many rules are asked for a step at once."""

    def restart(self):
        super().restart()
        self.asked = []

    def steps(self, moves):
        self.asked.append(len(moves))
        return super().steps(moves)


def shortened(monkeypatch, iterations=30):
    """The problems, with fewer iterations."""
    monkeypatch.setattr("cgp_harness.installed.problems", lambda: {
        name: replace(problem, iterations=iterations) for name, problem in PROBLEMS.items()})


def homework(checks=("convergence",), **limits):
    """All four rules, with these checks alone; those of correctness take no time here."""
    tasks = tuple(
        msgspec.structs.replace(task, checks={
            kind: task.checks.get(kind, OptimizerCheck(1)) for kind in checks})
        for task in HOMEWORK.tasks)
    return msgspec.structs.replace(HOMEWORK, tasks=tasks, limits=Limits(**limits))


def contexts(text=RULES, given=None, subject=None, **learned):
    """All four tasks of one submission right before `convergence`."""
    given = given or homework()
    subject = subject or Counting(text)
    return [
        replace(context_of(text, given, task.id), subject=subject,
                learned={"elementwise": True, **learned})
        for task in given.tasks
    ]


def of_each(tasks):
    return {one.task.id: losses([plan(one)])[0] for one in tasks}


def differences(found, expected):
    return {
        task: max(np.abs(a / b - 1).max() for a, b in zip(found[task], these, strict=True))
        for task, these in expected.items()
    }


# --- the same as alone -------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
def test_in_lockstep_every_rule_leaves_the_losses_that_it_leaves_alone(monkeypatch, together):
    shortened(monkeypatch)
    tasks = contexts(elementwise=together)
    expected = of_each(tasks)
    found = lockstep(tasks)
    assert {task: [len(run) for run in runs] for task, runs in found.items()} == {
        task: [30, 30] for task in RATES}
    assert max(differences(found, expected).values()) < 1e-12
    assert {task: runs[0].shape for task, runs in found.items()} == dict.fromkeys(
        RATES, (30, 32 if together else 8))


def test_each_rule_keeps_its_own_rate_and_what_its_code_fixes(monkeypatch):
    shortened(monkeypatch)
    plans = [plan(one) for one in contexts(fixed={"lr": 0.25})]
    assert [one.setting.hyperparameters["lr"] for one in plans] == [0.25] * 4
    plans = [plan(one) for one in contexts()]
    assert {one.context.task.id: one.setting.hyperparameters["lr"] for one in plans} == RATES


def test_all_rules_share_one_request_a_step(monkeypatch):
    shortened(monkeypatch)
    tasks = contexts()
    lockstep(tasks)
    assert tasks[0].subject.asked == [4] * 30


def test_only_rules_on_the_same_problems_and_seeds_run_side_by_side(monkeypatch):
    shortened(monkeypatch)
    given = homework()
    first, *others = given.tasks
    checks = {"convergence": OptimizerCheck(1, problems=("ravine",))}
    given = msgspec.structs.replace(
        given, tasks=(msgspec.structs.replace(first, checks=checks), *others))
    tasks = contexts(given=given)
    tasks[2] = replace(tasks[2], learned={"elementwise": False})
    found = lockstep(tasks)
    assert list(found) == ["adagrad", "adam"]
    assert tasks[0].subject.asked == [2] * 30


def recognised():
    """The four, as `update_rule` leaves right ones."""
    return [
        replace(one, learned={**one.learned, "convention": one.specified.first, "precise": True})
        for one in contexts()]


def trainings_of(monkeypatch):
    """How many runs each training of this process has from here on."""
    counted, train = [], runs._side_by_side

    def side_by_side(place, asked):
        counted.append(len(asked))
        return train(place, asked)

    monkeypatch.setattr(runs, "_known", {})
    monkeypatch.setattr(runs, "_side_by_side", side_by_side)
    return counted


def test_what_recognised_rules_follow_trains_at_once_with_what_they_are_compared_with(monkeypatch):
    shortened(monkeypatch)
    tasks, counted = recognised(), trainings_of(monkeypatch)
    assert lockstep(tasks) == {}
    assert counted == [13, 13]  # of four rules all but SGD, which they share, on two problems
    assert [convergence(one).message.count(FOLLOWED) for one in tasks] == [1] * 4
    assert counted == [13, 13]
    assert tasks[0].subject.asked == []


def test_what_could_not_stay_known_is_left_to_each_rules_own_check(monkeypatch):
    shortened(monkeypatch)
    tasks, counted = recognised(), trainings_of(monkeypatch)
    monkeypatch.setattr("cgp_harness.kinds.optimizer.trainings.lockstep.MOST_RECORDED", 7)
    assert lockstep(tasks) == {}
    assert counted == []


def test_a_rule_alone_is_left_to_its_own_check():
    tasks = contexts()
    assert lockstep(tasks[:1]) == {}
    assert lockstep([]) == {}
    assert tasks[0].subject.asked == []


# --- failures ----------------------------------------------------------------------------------


RMSPROP = "def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):\n"
RAISING = RULES.replace(
    RMSPROP, RMSPROP.replace("g, v", "g, k, v") + "    assert k < 20, 'twenty'\n")


def test_where_one_rule_raises_each_is_left_to_its_own_check(monkeypatch):
    assert RAISING.count("twenty") == 1
    shortened(monkeypatch)
    assert lockstep(contexts(RAISING)) == {}


def test_lockstep_that_takes_more_than_its_share_of_the_time_is_given_up(monkeypatch):
    shortened(monkeypatch)
    assert lockstep(contexts(given=homework(total_s=0.0))) == {}


def graded(text, given, level=None):
    submission = Submission("ada", (SourceFile("plugin.py", text.encode()),))
    if level is None:
        return pipeline.grade(submission, given, seed=0, isolation="", open_subject=(
            lambda *_: InProcess(text)))
    return pipeline.grade(submission, given, seed=0, isolation=level)


def verdicts(report):
    return [replace(check, seconds=0.0) for check in report.checks]


PARTS = ("loads", "relations", "convergence", "step_cost")


def alone(monkeypatch, *arguments):
    with monkeypatch.context() as patch:
        patch.setattr(grading, "lockstep", lambda contexts: {})
        return graded(*arguments)


def without_cost(report):
    return [check for check in verdicts(report) if check.kind != "step_cost"]


@pytest.mark.parametrize("text", [RULES, RAISING], ids=["right", "one raises"])
def test_a_report_is_the_same_with_and_without_lockstep(monkeypatch, text):
    shortened(monkeypatch, 60)
    given = homework(PARTS)
    report = graded(text, given)
    assert without_cost(report) == without_cost(alone(monkeypatch, text, given))
    assert [check.id for check in report.checks] == [
        f"{task}.{kind}" for task in RATES for kind in PARTS]
    raised = {check.task for check in report.checks if check.status is Status.STUDENT_ERROR}
    assert raised == ({"rmsprop"} if text == RAISING else set())


@pytest.mark.parametrize(("fault", "status"), [
    ("import os; os._exit(3)", Status.STUDENT_ERROR),
    ("import time; time.sleep(60)", Status.TIMEOUT),
    ("raise MemoryError", Status.OUT_OF_MEMORY),
])
def test_a_rule_that_ends_the_worker_costs_no_other_rule_its_result(monkeypatch, fault, status):
    shortened(monkeypatch)
    text = RAISING.replace("assert k < 20, 'twenty'", f"k < 20 or exec({fault!r})")
    given, level = homework(PARTS, request_s=0.3), levels.choose("auto")
    found = {check.id: check for check in graded(text, given, level).checks}
    right = {check.id: check for check in graded(RULES, given, level).checks}
    assert found["rmsprop.convergence"].status is status
    assert found["rmsprop.step_cost"].status is Status.SKIPPED
    for task in ("sgd_plus", "adagrad", "adam"):
        name = f"{task}.convergence"
        assert replace(found[name], seconds=0.0) == replace(right[name], seconds=0.0)


def test_the_time_of_what_is_done_together_is_counted_once(monkeypatch):
    shortened(monkeypatch)
    report = graded(RULES, homework(PARTS))
    shares = [check.seconds for check in report.checks if check.kind == "convergence"]
    assert min(shares) > 0
    assert sum(check.seconds for check in report.checks) <= report.seconds + 0.01


def test_a_bug_in_lockstep_costs_nobody_a_point(monkeypatch, capsys):
    def broken(contexts):
        raise KeyError("a bug")

    shortened(monkeypatch)
    monkeypatch.setattr(grading, "lockstep", broken)
    report = graded(RULES, homework(PARTS))
    assert {check.status for check in report.checks} == {Status.PASSED}
    assert "KeyError: 'a bug'" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["scalar_math", "torch_functions"])
def test_rules_on_numbers_and_on_tensors_run_in_lockstep_too(monkeypatch, form):
    shortened(monkeypatch, 6)
    given = homework()
    submission = Submission("ada", (SourceFile("plugin.py", FORMS[form].encode()),))
    arrays = {"scalar_math": "scalar", "torch_functions": "torch"}[form]
    with WorkerSubject(submission, Limits(), levels.choose("auto")) as subject:
        tasks = [replace(one, arrays=arrays) for one in contexts(given=given, subject=subject)]
        assert max(differences(lockstep(tasks), of_each(tasks)).values()) < 1e-12


def test_a_worker_cannot_name_a_run_before_the_first():
    with pytest.raises(msgspec.ValidationError):
        decode_answer(encode(Failed("raised", "no", run=-1)), Stepped)
