"""A recognised rule is asked for the whole training at once, and each of its steps is compared."""

from dataclasses import replace

import numpy as np
import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.closed_loop import closed_loop
from cgp_harness.kinds.optimizer.checks.convergence import FOLLOWED, convergence
from cgp_harness.kinds.optimizer.trainings import foreseen
from cgp_harness.kinds.optimizer.trainings.foreseen import follows, may_be_foreseen
from cgp_harness.kinds.optimizer.trainings.runs import recorded
from cgp_harness.kinds.optimizer.trainings.student_steps import Entrant
from cgp_harness.model import Status
from cgp_harness.probing.training_loop import of_rule
from cgp_reference.problems import PROBLEMS
from tests.harness.in_process.rules import InProcess, context_of
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS, reference
from tests.harness.rules.training.convergence_context import after_all, context
from tests.mutants.write import SINGLES, source

HOMEWORK = assignment.load("step_size")
LATE = """import numpy as np
from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    lr = {lr}
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**k), v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps)**0.5, m, v
"""


class Asked(InProcess):
    """Notes what it is asked for: numbers of a whole run, or one step."""

    def restart(self):
        super().restart()
        self.runs_of, self.single = [], 0

    def trajectory(self, rule, run, *arguments, **named):
        self.runs_of.append(run.gradients.shape)
        return super().trajectory(rule, run, *arguments, **named)

    def step(self, *arguments, **named):
        self.single += 1
        return super().step(*arguments, **named)


def recognised(text, family="adam"):
    """As the pipeline has it before the trainings, with a fresh list of what is asked."""
    one = after_all(replace(context(text, family), subject=Asked(text)))
    one.subject.runs_of, one.subject.single = [], 0
    return one


@pytest.mark.parametrize("family", SINGLES)
def test_a_right_rule_is_asked_once_and_gets_the_outcome_of_a_training_step_by_step(family):
    one = recognised(source(family, []), family)
    for check, shape in ((closed_loop, (200, 80)), (convergence, (1500, 576))):
        one.subject.runs_of, one.subject.single = [], 0
        found = check(one)
        assert (one.subject.runs_of, one.subject.single) == ([shape], 0)
        slowly = check(replace(one, learned={**one.learned, "precise": False}))
        assert one.subject.single > 0
        assert (found.status, found.fraction) == (slowly.status, slowly.fraction)
    assert found.message.replace(FOLLOWED + "\n", "") == slowly.message


@pytest.mark.parametrize(("step", "message"), [
    (1, "at step 1, "), (77, "at step 77, "), (200, "at step 200, ")])
def test_what_differs_at_one_step_is_trained_step_by_step_and_compared_where_it_leaves(
    step, message
):
    text = LATE.format(lr=f"lr * (1.001 if k == {step} else 1)")
    one = recognised(source("adam", []))
    one = replace(one, subject=Asked(text))
    found = closed_loop(one)
    assert found.status is Status.FAILED
    assert message in found.message
    assert one.subject.single == 200
    assert FOLLOWED not in convergence(one).message


@pytest.mark.parametrize("lr", [
    "lr * (1.01 if k >= 600 else 1)", "lr * (1 + 1e-9 * (k > 1400))", "lr * (k != 999)"])
def test_a_fault_late_in_a_training_is_seen(lr):
    text = LATE.format(lr=lr)
    one = replace(recognised(source("adam", [])), subject=Asked(text))
    assert FOLLOWED not in convergence(one).message
    assert one.subject.single > 0


@pytest.mark.parametrize(("learned", "may"), [
    ({}, True), ({"precise": False}, False), ({"elementwise": False}, False)])
def test_a_rule_must_be_recognised_in_float64_and_move_each_number_alone(learned, may):
    one = recognised(source("adam", []))
    assert may_be_foreseen(replace(one, learned={**one.learned, **learned})) == may


def test_no_training_is_sent_to_a_rule_that_is_wrong_on_drawn_gradients():
    one = recognised(LATE.format(lr="lr * (1.01 if k >= 600 else 1)"))
    assert "convention" not in one.learned
    closed_loop(one)
    assert (200, 80) not in one.subject.runs_of


def training(problem="ravine", iterations=20):
    course = PROBLEMS[problem].course((0, 1), iterations)
    step = of_rule(reference("adam", "eps_inside_root"), len(course.start), 2, {})
    return recorded(step, course, iterations)


def test_no_training_longer_than_the_drawn_gradients_is_sent(monkeypatch):
    one = recognised(source("adam", []))
    entrant = Entrant(one, HYPERPARAMETERS[one.task.id])
    assert follows(entrant, [training()])
    monkeypatch.setattr(foreseen, "LONG", 19)
    assert not follows(entrant, [training()])


def test_trainings_of_several_lengths_go_together_and_each_is_compared():
    one = recognised(source("adam", []))
    entrant = Entrant(one, HYPERPARAMETERS[one.task.id])
    short, long = training("one_neuron", 10), training("ravine", 20)
    assert follows(entrant, [short, long])
    assert one.subject.runs_of == [(20, 14)]
    for changed in (short, long):
        off = replace(changed, steps=changed.steps * (1 + 1e-9))
        pair = [off if part is changed else part for part in (short, long)]
        assert not follows(entrant, pair)
        close = replace(changed, steps=changed.steps * (1 + 1e-11))
        assert follows(entrant, [close if part is changed else part for part in (short, long)])


@pytest.mark.parametrize("lr", ["1 / 0", "np.nan * lr", "lr if k < 20 else np.inf"])
def test_a_rule_that_fails_there_is_trained_step_by_step(lr):
    one = replace(recognised(source("adam", [])), subject=InProcess(LATE.format(lr=lr)))
    assert not follows(Entrant(one, HYPERPARAMETERS[one.task.id]), [training()])


def test_a_training_that_runs_away_is_not_sent():
    one = context_of(source("adam", []), HOMEWORK, "adam")
    run = training()
    assert not follows(
        Entrant(one, HYPERPARAMETERS[one.task.id]),
        [replace(run, gradients=np.where(run.gradients > 0, np.inf, run.gradients))])
