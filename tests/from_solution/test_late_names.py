"""Rules that do something else at later steps, and arguments that are counts."""

from functools import cache

import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.hyperparameters import hyperparameters
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.doctor.adequacy import adequacy
from cgp_harness.kinds.optimizer.specified import specified
from cgp_harness.model import Status
from tests.from_solution.folders import RULES, source
from tests.from_solution.test_rule_names import TOML
from tests.harness.in_process.rules import context_of

RADAM = """
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def radam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**k)
    top = 2 / (1 - beta2) - 1
    rho = top - 2 * k * beta2**k / (1 - beta2**k)
    if rho > 5:
        r = ((rho - 4) * (rho - 2) * top / ((top - 4) * (top - 2) * rho)) ** 0.5
        return lr * m_hat * r * (1 - beta2**k) ** 0.5 / (v**0.5 + eps), m, v
    return lr * m_hat, m, v
"""
LOOKAHEAD = """
from cgp_harness import optimizer

@optimizer(v=0, way=0)
def lookahead(g, k, v, way, lr=0.05, mu=0.9, period=5, alpha=0.5):
    v = mu * v + g
    way = way + lr * v
    if k % period == 0:
        return lr * v - (1 - alpha) * way, v, 0 * way
    return lr * v, v, way
"""
WARM = """
from cgp_harness import optimizer

@optimizer(m=0)
def warm(g, k, m, lr=0.1, beta=0.9, warmup=10.0):
    m = beta * m + (1 - beta) * g
    rate = lr * min(k / warmup, (warmup / k) ** 0.5)
    return rate * m, m
"""
PASSES = """
from cgp_harness import optimizer

@optimizer(m=0)
def passes(g, m, lr=0.05, beta=0.9, n=2):
    for _ in range(n):
        m = beta * m + (1 - beta) * g
    return lr * m, m
"""
SOLUTIONS = {"radam": RADAM, "lookahead": LOOKAHEAD, "warm": WARM, "passes": PASSES}


@cache
def homework(task):
    return assignment.parse(
        TOML.format(task=task, title=task.title(), reveal="full").encode(), "hw/assignment.toml",
        SOLUTIONS[task])


def outcome(task, text, check=update_rule):
    return check(context_of(text, homework(task), task))


@pytest.mark.parametrize(("task", "right", "wrong", "said"), [
    ("radam", "rho > 5", "rho > 4", "4 stands where 5 belongs"),
    ("radam", "eps), m, v", "eps), v, m", "m and v are stored in each other's place"),
    ("radam", "lr * m_hat * r", "lr * m * r",
     "m stands where m_hat belongs, where the result is computed"),
    ("lookahead", "0 * way", "way", "the factor 0 is left out"),
    ("lookahead", "(1 - alpha)", "alpha", "alpha stands where 1 - alpha belongs"),
    ("lookahead", "k % period", "(k + 1) % period", "the steps are counted from 2"),
    ("lookahead", "k % period", "k % (period - 1)", "period - 1 stands where period belongs"),
    ("warm", "(warmup / k) ** 0.5", "warmup / k", "the root of warmup / k is left out"),
    ("warm", "min(k / warmup, (warmup / k) ** 0.5)", "k / warmup", "min() is left out"),
    ("passes", "range(n)", "range(n - 1)", "n - 1 stands where n belongs"),
])
def test_what_is_wrong_at_later_steps_and_in_counts_alone_has_a_name(task, right, wrong, said):
    assert right in SOLUTIONS[task]
    found = outcome(task, SOLUTIONS[task].replace(right, wrong))
    assert found.status is Status.FAILED
    text = found.diagnosis.text
    assert text.startswith(f"Your update is {task.title()}, but {said}, to within "), text


@pytest.mark.parametrize(("task", "text"), [
    ("radam", RADAM.replace("lr * m_hat * r * (1 - beta2**k) ** 0.5 / (v**0.5 + eps)",
                            "lr * r * m_hat / (v**0.5 + eps) * (1 - beta2**k) ** 0.5")),
    ("lookahead", LOOKAHEAD.replace("period=5", "period=5.0").replace("0 * way", "way - way")),
    ("warm", WARM.replace("min(k / warmup, (warmup / k) ** 0.5)",
                          "(k / warmup if k < warmup else (warmup / k) ** 0.5)")),
    ("passes", PASSES.replace("    for _ in range(n):\n    ", "").replace(
        "beta * m + (1 - beta)", "beta**n * m + (1 - beta**n)")),
])
def test_right_forms_are_right(task, text):
    assert outcome(task, text).status is Status.PASSED
    assert outcome(task, text, hyperparameters).status is Status.PASSED


@pytest.mark.parametrize(("task", "right", "fixed", "message"), [
    ("passes", "range(n)", "range(2)", "n: changing it changes no step; the code uses 2."),
    ("lookahead", "k % period", "k % 5",
     "period: changing it changes no step; the code uses 5."),
    ("passes", "n=2", "n=3", "n: the default is 3, expected 2."),
])
def test_a_count_that_is_fixed_or_another(task, right, fixed, message):
    text = SOLUTIONS[task].replace(right, fixed)
    assert outcome(task, text).status is Status.PASSED
    assert outcome(task, text, hyperparameters).message == message


@pytest.mark.parametrize(("task", "further"), [
    ("radam", 16), ("lookahead", 16), ("warm", 16), ("passes", 0)])
def test_probes_are_longer_where_a_rule_chooses_by_its_step_number(task, further):
    specified_rule = specified(homework(task), homework(task).task(task))
    assert specified_rule.further_steps == further


@pytest.mark.parametrize("folder", RULES)
def test_and_are_no_longer_for_any_other_rule(folder):
    text = source(folder, "solution")
    found = assignment.parse(
        TOML.format(task=folder, title=folder, reveal="full").encode(), "hw/assignment.toml", text)
    assert specified(found, found.task(folder)).further_steps == 0


def test_no_small_change_of_a_rule_that_chooses_late_keeps_all_points():
    found = adequacy(homework("warm"), homework("warm").task("warm"))
    assert found.missed == ()
