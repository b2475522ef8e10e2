"""Right forms that lost points in a corner: at a bound that is far away, where all but cancels."""

from functools import cache

import pytest

from cgp_harness import assignment
from cgp_harness.kinds.optimizer.checks.update_rule import update_rule
from cgp_harness.model import Status
from tests.from_solution.test_rule_names import TOML
from tests.harness.in_process.rules import context_of

HEAD = "import numpy as np\nfrom cgp_harness import optimizer\n"
RPROP = HEAD + """
@optimizer(s=0.01, old=0)
def rprop(g, s, old, up=1.2, down=0.5, low=1e-6, high=50.0):
    s = np.where(g * old > 0, s * up, np.where(g * old < 0, s * down, s))
    s = np.clip(s, low, high)
    return s * np.sign(g), s, g
"""
CENTRED = HEAD + """
@optimizer(v=0, m=0)
def centred(g, v, m, lr=1e-2, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    m = alpha * m + (1 - alpha) * g
    return lr * g / (np.sqrt(v - m**2) + eps), v, m
"""


@cache
def homework(solution, task):
    return assignment.parse(
        TOML.format(task=task, title=task, reveal="full").encode(), "hw/assignment.toml", solution)


def status(solution, task, *changes):
    text = solution
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return update_rule(context_of(text, homework(solution, task), task)).status


@pytest.mark.parametrize(("high", "expected"), [
    ("high", Status.PASSED), ("50.0", Status.FAILED), ("np.inf", Status.FAILED)])
def test_a_bound_that_no_step_comes_near_is_not_taken_for_fixed(high, expected):
    change = ("np.clip(s, low, high)", f"np.minimum(np.maximum(s, low), {high})")
    assert status(RPROP, "rprop", change) is expected


def test_no_form_is_asked_where_another_cancels_to_nothing():
    """With alpha = 0 the variance v - m^2 is 0, or what rounding leaves of it."""
    assert status(
        CENTRED, "centred", ("alpha * v + (1 - alpha) * g**2", "v + (1 - alpha) * (g * g - v)"),
        ("alpha * m + (1 - alpha) * g", "m + (1 - alpha) * (g - m)")) is Status.PASSED
