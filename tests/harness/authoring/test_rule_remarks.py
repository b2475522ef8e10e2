"""What `cgp doctor` says of a solution's rules, before anybody is judged by them."""

import numpy as np
import pytest

from cgp_harness.assignment import load, parse
from cgp_harness.kinds.optimizer.doctor.remarks import of_task

HEAD = "import numpy as np\nfrom cgp_harness import accepted, optimizer\n"
NESTEROV = """
@optimizer(v=0)
def rule(g, v, lr=1e-2, mu=0.9):
    v = mu * v + g
    return lr * (g + mu * v), v
"""
ACCEPTED = """
@accepted("rule", "{name}")
@optimizer(v=0)
def another(g, v, lr=1e-2, mu=0.9):
    v = mu * v + {term}
    return {step}, v
"""
SCALED = """
@optimizer(v=0)
def rule(g, p, v, lr=1e-2, rho=0.9, eps=1e-8, decay=0.01):
    v = rho * v + (1 - rho) * {g}**2
    return lr * ({g} / (np.sqrt(v) + eps) + decay * p), v
"""
OUTSIDE = """
@accepted("rule", "eps_inside")
@optimizer(v=0)
def inside(g, p, v, lr=1e-2, rho=0.9, eps=1e-8, decay=0.01):
    v = rho * v + (1 - rho) * g**2
    return lr * (g / np.sqrt(v + eps) + decay * p), v
"""
TASK = b"""
id = "small"
title = "Small"
version = "1"
[[tasks]]
id = "rule"
kind = "optimizer"
title = "The rule"
[tasks.checks]
loads = {points = 1}
"""


def said(*answers):
    homework = parse(TASK, answers=HEAD + "".join(answers))
    return of_task(homework, homework.task("rule"))


@pytest.mark.parametrize("answers", [
    (NESTEROV,),
    (NESTEROV, ACCEPTED.format(name="in_buffer", term="lr * g", step="lr * g + mu * v")),
    (SCALED.format(g="g"),),
    (SCALED.format(g="g"), OUTSIDE),
])
def test_of_a_right_solution_nothing_is_said(answers):
    assert said(*answers) == ()


@pytest.mark.parametrize(("term", "step", "text"), [
    ("(1 - mu) * g", "lr * (g + mu * v)",
     "computes something else: with lr = 0.5 throughout it differs by 34.5% of a step. Both count "
     "as right; if they should be one rule in two forms, mend it."),
    ("g", "lr * g + lr * mu * v",
     "is the same as the solution wherever submissions are compared: it can go."),
])
def test_an_accepted_answer_is_another_form_of_the_same_rule(term, step, text):
    assert said(NESTEROV, ACCEPTED.format(name="other", term=term, step=step)) == (
        f"The accepted answer 'other' of rule {text}",)


def test_a_hyperparameter_that_moves_no_step_is_said_to():
    assert said(SCALED.format(g="g").replace("decay * p", "0.01 * p")) == (
        "rule: nothing that is asked shows what decay does, so that nobody is judged by it. If a "
        "step should depend on it, mend the solution.",)


def test_guards_are_0_where_forms_are_compared():
    assert said(SCALED.format(g="g"), OUTSIDE.replace("np.sqrt(v + eps)", "(v + eps)")) == (
        "The accepted answer 'eps_inside' of rule computes something else: with lr = 0.5 "
        "throughout and eps = 0 it differs by 87.1% of a step. Both count as right; if they should "
        "be one rule in two forms, mend it.",)


@pytest.mark.skipif(np.finfo(np.longdouble).eps == np.finfo(np.float64).eps,
                    reason="longdouble has no more digits than float64 here")
def test_a_rule_that_loses_digits_is_said_to():
    assert said(SCALED.format(g="((1e6 + g) - 1e6)")) == (
        "rule loses digits: in float64 it is off by 1e-05 of a step, compared with longdouble. A "
        "submission that loses none may fail: write the solution in another order of operations.",)


def test_of_a_rule_that_the_harness_knows_nothing_is_said():
    homework = load("step_size")
    assert [of_task(homework, task) for task in homework.tasks] == [()] * 4
