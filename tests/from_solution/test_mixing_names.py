"""Names of wrong rules that mix the numbers of a parameter: a norm of one number says little."""

from functools import cache

import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.from_solution.test_rule_names import TOML
from tests.harness.in_process.rules import context_of

HEAD = """
import numpy as np
from cgp_harness import optimizer

@optimizer(m=0, v=0)
def lamb(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-6, weight_decay=0.01):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
"""
RIGHT = """
    r = m / (1 - beta1**k) / (np.sqrt(v / (1 - beta2**k)) + eps) + weight_decay * p
    size_p = np.sqrt(np.sum(p**2))
    size_r = np.sqrt(np.sum(r**2))
    ratio = size_p / size_r if size_p > 0 and size_r > 0 else 1.0
    return lr * ratio * r, m, v
"""


@cache
def homework():
    return assignment.parse(
        TOML.format(task="lamb", title="LAMB", reveal="full").encode(), "hw/assignment.toml",
        HEAD + RIGHT)


def outcome(body):
    return update_rule(context_of(HEAD + body, homework(), "lamb"))


def test_the_solution_in_another_form_is_right():
    assert outcome("""
    c = np.sqrt(1 - beta2**k)
    r = c / (1 - beta1**k) * m / (np.sqrt(v) + eps * c) + weight_decay * p
    a, b = np.linalg.norm(np.ravel(p)), np.linalg.norm(np.ravel(r))
    return (lr * (a / b) if a and b else lr) * r, m, v
""").status is Status.PASSED


@pytest.mark.parametrize(("right", "wrong", "said"), [
    ("np.sqrt(v / (1 - beta2**k))", "np.sqrt(v)", "the division by 1 - beta2 ** k is left out"),
    ("size_p / size_r", "size_r / size_p", "size_p and size_r are exchanged"),
    ("np.sqrt(np.sum(p**2))\n    size_r = np.sqrt(np.sum(r**2))",
     "np.sum(abs(p))\n    size_r = np.sum(abs(r))",
     "np.sum(abs(p)) stands where np.sqrt(np.sum(p ** 2)) belongs, and np.sum(abs(r)) stands where "
     "np.sqrt(np.sum(r ** 2)) belongs"),
    (" + weight_decay * p\n", "\n    lost = 0\n", "the term weight_decay * p is left out"),
])
def test_a_change_that_shows_in_several_numbers_alone(right, wrong, said):
    assert right in RIGHT
    found = outcome(RIGHT.replace(right, wrong)).diagnosis
    assert found.text.partition(", to within")[0] == f"Your update is LAMB, but {said}"


@pytest.mark.parametrize(("result", "said"), [
    ("lr * ratio * (r + weight_decay * p)",
     "the term weight_decay * p joins only in r + weight_decay * p, where the result is computed"),
    ("lr * (ratio * r + weight_decay * p)",
     "the term weight_decay * p joins only in lr * (ratio * r + weight_decay * p), where the "
     "result is computed"),
])
def test_a_term_that_joins_after_the_norm(result, said):
    body = RIGHT.replace(" + weight_decay * p", "").replace("lr * ratio * r", result)
    found = outcome(body).diagnosis
    assert found.text.partition(", to within")[0] == f"Your update is LAMB, but {said}"
