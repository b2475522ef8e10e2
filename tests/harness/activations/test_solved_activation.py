"""An activation whose values a solution says: those are asked for, and the derivative as ever."""

import numpy as np
import pytest

from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.learning import learning
from cgp_harness.model import Status
from tests.harness.in_process.activations import context_of

SWISH = """
import numpy as np
from cgp_harness import accepted, activation

@activation
def mine(x):
    y = 0.5 * (1 + np.tanh(0.5 * x))
    return x * y, y + x * y * (1 - y)
"""
HARD = """
@accepted("mine", "hard")
@activation("other")
def hard(x):
    inner = np.clip(x / 6 + 0.5, 0, 1)
    return x * inner, inner + x * (np.abs(x) < 3) / 6
"""


def swish(x):
    y = 1 / (1 + np.exp(-np.clip(x, -700, 700)))
    return x * y, y * (1 + x * (1 - y))


def hard_swish(x):
    return x * np.minimum(np.maximum(x + 3, 0), 6) / 6, np.where(
        x < -3, 0, np.where(x < 3, x / 3 + 0.5, 1))


def twice(x):
    value, derivative = swish(x)
    return 2 * value, 2 * derivative


def test_the_solutions_values_are_right_in_another_form():
    for seed in range(3):
        assert activation(context_of(swish, seed, solution=SWISH)).status is Status.PASSED


def test_other_values_are_shown_at_the_simplest_number():
    outcome = activation(context_of(twice, solution=SWISH))
    assert outcome.status is Status.FAILED
    assert outcome.message == (
        "At x = 1 the value is 1.462117157; that of mine is 0.7310585786.\n"
        "1144 of 1289 numbers differ.")
    assert outcome.diagnosis.text == (
        "Your value is right but for this: a factor is left out. This holds "
        "to within 1e-15 on 1289 numbers.")
    assert outcome.counterexample["x"][0] == 1
    assert activation(context_of(twice)).status is Status.PASSED  # without a solution any will do


def test_a_further_answer_is_right_where_it_is_accepted():
    assert activation(context_of(hard_swish, solution=SWISH)).status is Status.FAILED
    assert activation(context_of(hard_swish, solution=SWISH + HARD)).status is Status.PASSED
    assert activation(context_of(swish, solution=SWISH + HARD)).status is Status.PASSED


def test_a_wrong_derivative_of_the_right_value_is_said_as_ever():
    outcome = activation(context_of(lambda x: (swish(x)[0], swish(x)[1] * 2), solution=SWISH))
    assert outcome.diagnosis.flags == ("factor",)


def test_a_solution_of_other_tasks_says_nothing_of_this_one():
    other = SWISH.replace("mine", "another")
    assert activation(context_of(twice, solution=other)).status is Status.PASSED


def test_what_has_other_values_earns_nothing_by_learning():
    context = context_of(twice, solution=SWISH)
    outcome = learning(context.knowing(activation(context).learned))
    assert outcome.status is Status.FAILED
    assert outcome.message.startswith(
        'Refused: its values are others (see "value and derivative fit each other").')


@pytest.mark.parametrize(("right", "wrong", "what", "line"), [
    ("return x * y, y", "return (x * y)[:2], y",
     "gives [0.0, 0.3112296656009273] at x = [0.0, 0.5, -0.5, 6.5, -6.5, 1000.0, -1000.0]", 5),
    ("return x * y", "return x * z", "raises NameError: name 'z' is not defined", 8),
])
def test_an_answer_that_is_no_activation_is_refused_before_anything_is_graded(
    right, wrong, what, line
):
    context = context_of(swish, solution=SWISH.replace(right, wrong))
    with pytest.raises(HarnessError) as caught:
        require_named(context.assignment)
    assert str(caught.value) == (
        f"mine {what}\n"
        f"  at solution.py:{line}\n"
        "  expected the value and the derivative of an array of numbers, finite up to 1,000")
