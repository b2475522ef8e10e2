"""What a rule returns, in another order or as the moved parameter: named, and how to mend it."""

import pytest

from cgp_harness.assignment import load
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.kinds.optimizer.diagnosis.changes.returned import ORDER, PARAMETER
from tests.harness.in_process.rules import context_of

HOMEWORK = load("step_size")
ADAM = """
from cgp_harness import optimizer
@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = lr * m / (1 - beta1**k) / (v / (1 - beta2**k) + eps) ** 0.5
    return RETURNED
"""
OTHER_NAMES = ADAM.replace("(m=0", "(a=0").replace("k, m,", "k, a,").replace("* m +", "* a +")
SGD_PLUS = """
from cgp_harness import optimizer
@optimizer(b=0)
def sgd_plus(g, b, p, lr=1e-3, mu=0.9):
    b = mu * b + g
    return RETURNED
"""


def diagnosis(text, returned, family):
    return update_rule(context_of(text.replace("RETURNED", returned), HOMEWORK, family)).diagnosis


@pytest.mark.parametrize(("text", "family", "returned", "flag", "says"), [
    (ADAM, "adam", "m, v, step", ORDER,
     "Your update is Adam, but what it returns stands in another order (m, v, the step)"),
    (ADAM, "adam", "step, v, m", ORDER,
     "Your update is Adam, but what it returns stands in another order (the step, v, m)"),
    (ADAM.replace("(m=0, v=0)", "(v=0, m=0)"), "adam", "step, m, v", ORDER,
     "Your update is Adam, but what it returns stands in another order (the step, m, v)"),
    (OTHER_NAMES, "adam", "m, v, step", ORDER,
     "Your update is Adam, but what it returns stands in another order"),
    (SGD_PLUS, "sgd_plus", "b, lr * b", ORDER,
     "Your update is SGD+, but what it returns stands in another order"),
    (SGD_PLUS, "sgd_plus", "p - lr * b, b", PARAMETER,
     "Your update is SGD+, but what it returns is the moved parameter, p minus the step"),
])
def test_what_is_returned_is_told_from_what_is_to_be(text, family, returned, flag, says):
    found = diagnosis(text, returned, family)
    assert (found.flags, found.text.partition(", to within")[0]) == ((flag,), says)


def test_how_it_is_mended_is_said_in_the_rules_own_names():
    found = diagnosis(ADAM.replace("(m=0, v=0)", "(v=0, m=0)"), "step, m, v", "adam")
    assert found.text.endswith(" Return the step first, then v and m.")
    found = diagnosis(SGD_PLUS, "p - lr * b, b", "sgd_plus")
    assert found.text.endswith(
        " Return the step alone: the harness subtracts it from p.")
