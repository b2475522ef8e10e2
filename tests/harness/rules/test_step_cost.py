"""`step_cost`: a rule's time is that of a run less that of one in which it computes nothing."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.assignment import Limits
from cgp_harness.kinds.optimizer.answers.training import Training, idle
from cgp_harness.kinds.optimizer.checks import step_cost
from cgp_harness.kinds.optimizer.questions import Steps, Trajectory
from cgp_harness.model import Problem, SourceFile, Status, Submission
from cgp_harness.sandbox.host import levels
from cgp_harness.sandbox.host.subject import WorkerSubject
from cgp_harness.subject import SubjectError
from cgp_reference.decorator import optimizer
from tests.harness.in_process.rules import context_of
from tests.harness.worker.stepped import stepped
from tests.mutants.write import source

HOMEWORK = assignment.load("step_size")
ADAM = source("adam", [])


class Clocked:
    """A clock that runs only while a rule computes, and a worker that takes its time by it."""

    def __init__(self, monkeypatch, context, **microseconds):
        self.now_us, self.asked, self.manifest = 0.0, [], context.subject.manifest
        self.reference_runs, self.reference_lateness_us = 0, iter([0.0] * 5)
        self.costs, self.lateness_us = microseconds, iter([500.0, 0.0, 0.0, 90.0] * 5)
        monkeypatch.setattr(step_cost, "time", SimpleNamespace(
            perf_counter=lambda: self.now_us * 1e-6))
        monkeypatch.setattr(step_cost, "of_rule", self.of_rule)
        self.context = replace(context, subject=self)

    def of(self, kind):
        return self

    def trajectory(self, rule, run, arrays="numpy", *, writable=False, idle=False):
        self.asked.append((run, arrays, idle))
        one_step = self.costs["all_else"] + (0 if idle else self.costs["rule"])
        # The machine is late now and then; the shortest time is not.
        self.now_us += len(run.gradients) * one_step + next(self.lateness_us)
        return Steps(run.gradients, "float64")

    def of_rule(self, rule, size, seeds, hyperparameters):
        loop = 1.0
        cost = loop + (0 if rule.function.__name__ == "unchanged" else self.costs["reference"])
        if cost > loop:
            self.reference_runs += 1
            self.now_us += next(self.reference_lateness_us)

        def step(gradient, parameters):
            self.now_us += cost

        return step


def context(text=ADAM):
    return context_of(text, HOMEWORK, "adam")


def test_the_time_is_the_runs_less_that_of_an_idle_one_beside_the_references(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=85.0, all_else=20.0, reference=17.0)
    found = step_cost.step_cost(one.context)
    assert (found.status, found.fraction) == (Status.PASSED, 1.0)
    assert found.message == (
        "Takes 5.0 times the reference rule's time a step (85 µs against 17 µs on 1,000 numbers).")
    assert [idle for _, _, idle in one.asked] == [False, True] * 5
    assert one.reference_runs == 5
    assert {run.gradients.shape for run, _, _ in one.asked} == {(25, 1000)}


def test_once_nothing_can_be_said_any_more_nothing_is_asked(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=17.0, all_else=20.0, reference=17.0)
    assert step_cost.step_cost(one.context).message == ""
    assert [idle for _, _, idle in one.asked] == [False, True]
    assert one.reference_runs == 2


@pytest.mark.parametrize("late", range(5))
def test_a_reference_that_is_late_once_hides_no_slow_rule(monkeypatch, late):
    one = Clocked(monkeypatch, context(), rule=85.0, all_else=20.0, reference=17.0)
    one.reference_lateness_us = iter([9000.0 * (turn == late) for turn in range(5)])
    assert step_cost.step_cost(one.context).message.startswith("Takes 5.0 times ")


def test_each_turn_of_the_rule_brings_the_reference_another(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=85.0, all_else=20.0, reference=17.0)
    one.reference_lateness_us = iter([250.0, 100.0, 50.0, 25.0, 0.0])
    assert step_cost.step_cost(one.context).message.startswith("Takes 5.0 times ")


def test_one_number_at_a_time_gets_fewer_steps(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=231.0, all_else=900.0, reference=17.0)
    found = step_cost.step_cost(replace(one.context, arrays="scalar"))
    assert found.message == (
        "Takes 13.6 times the reference rule's time a step (231 µs against 17 µs on 1,000 "
        "numbers).")
    assert {(len(run.gradients), arrays) for run, arrays, _ in one.asked} == {(2, "scalar")}


@pytest.mark.parametrize(("rule_s", "reference_s"), [
    (-1e-7, 4e-6), (4e-6, -1e-7), (4e-6, 0.0), (4e-7, 4.1e-6), (7.9e-6, 2e-6),
])
def test_nothing_is_said_of_a_time_as_it_should_be_or_lost_in_the_noise(rule_s, reference_s):
    assert step_cost.said(rule_s, reference_s) == ""


def test_a_machine_that_is_late_without_the_rule_too_says_nothing_of_the_rule(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=85.0, all_else=20.0, reference=17.0)
    one.lateness_us = iter([0.0, 500.0, 0.0, 0.0] * 5)
    assert step_cost.step_cost(one.context).message == ""


def test_a_rule_that_fails_costs_nothing_and_is_said(monkeypatch):
    one = Clocked(monkeypatch, context(), rule=1.0, all_else=1.0, reference=1.0)

    def failing(*_, **__):
        raise SubjectError(Problem(Status.TIMEOUT, "no answer within 10 s; the worker was stopped"))

    one.trajectory = failing
    found = step_cost.step_cost(one.context)
    assert (found.status, found.blocks) == (Status.PASSED, False)
    assert found.message == (
        "The time of a step could not be measured: no answer within 10 s; the worker was stopped.")


def test_an_idle_run_in_a_worker_never_calls_the_rule():
    text = ADAM.replace("    m =", "    assert len(g) < 3, 'called'\n    m =")
    with WorkerSubject(
        Submission("ada", (SourceFile("plugin.py", text.encode()),)), Limits(),
        levels.choose("auto"),
    ) as subject:
        run = Trajectory(((3,),), np.array([[1.0, -2.0, 4.0]] * 2), {"lr": 0.5})
        given = subject.of("optimizer").trajectory("adam", run, idle=True)
        np.testing.assert_array_equal(given.values, run.gradients)
        with pytest.raises(SubjectError, match="called"):
            subject.of("optimizer").trajectory("adam", run)
        found = step_cost.step_cost(replace(context(), subject=subject))
    assert found.message.startswith("The time of a step could not be measured: adam() raised ")


@pytest.mark.parametrize("arrays", ["numpy", "torch", "scalar"])
def test_an_idle_rule_keeps_as_much_state_and_gives_the_gradient(arrays):
    @optimizer(m=2, v=0)
    def rule(g, k, m, v, lr=1.0):
        raise AssertionError

    training = Training(idle(rule), ((3,),), arrays)
    for row in (np.array([1.0, -2.0, 4.0]), np.zeros(3)):
        np.testing.assert_array_equal(stepped(training, row, {"lr": 0.5})[0], row)
    states = training._run.states
    assert {len(state) for state in states} == {2}
    assert [float(np.max(np.asarray(value))) for value in states[0]] == [2.0, 0.0]


def test_what_is_no_plain_rule_is_idle_without_state():
    other = SimpleNamespace(name="adam", hyperparameters={"lr": 1.0})
    step = stepped(Training(idle(other), ((2,),), "torch"), np.ones(2), {"lr": 0.5})
    np.testing.assert_array_equal(step[0], np.ones(2))


def test_a_real_measurement_says_two_times_and_their_ratio(monkeypatch):
    monkeypatch.setattr(step_cost, "WORTH_SAYING", 1e-9)
    monkeypatch.setattr(step_cost, "max", min, raising=False)  # late or not
    with WorkerSubject(
        Submission("ada", (SourceFile("plugin.py", ADAM.encode()),)), Limits(),
        levels.choose("auto"),
    ) as subject:
        # On a busy machine the run without the rule may take longer, and nothing is said.
        each = (step_cost.step_cost(replace(context(), subject=subject)) for _ in range(50))
        message = next(one.message for one in each if one.message)
    words = message.split()
    own, right = float(words[9].strip("(")), float(words[12])
    assert float(words[1]) == pytest.approx(own / right, rel=0.01, abs=0.06)
