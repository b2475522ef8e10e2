"""Changes that only a step-size rule can have, and functions in the place of those they look like.
"""

import ast
import math
from functools import cache

import numpy as np
import pytest

from cgp_harness.mutation.change import Change
from cgp_harness.mutation.rules.straight import Straight
from cgp_harness.mutation.singles import singles
from cgp_harness.probing.variants.variants import told_apart
from tests.harness.mutation.test_mutation import said_of, source

LION = """
import numpy as np
def lion(g, p, m, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
    c = beta1 * m + (1 - beta1) * g
    step = lr * (np.sign(c) + weight_decay * p)
    m = beta2 * m + (1 - beta2) * g
    return step, m
"""
DEFAULTS = {"lr": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-2}
RUN = {"p": 2.0, "m": 0.25, "k": 3}


@cache
def lion():
    return source(LION, ("m",), **DEFAULTS)


@cache
def changes():
    return {one.said.full: one for one in singles(lion())}


def given(change, k=3):
    """The step and the new state, of a rule with a change."""
    named = {**RUN, "k": k} if any(
        isinstance(edit.by, ast.arguments) for edit in change.edits) else {
            "p": RUN["p"], "m": RUN["m"]}
    return lion().compiled(change)(0.5, **named)


def test_a_correction_that_belongs_to_adam_is_given_the_step_number():
    found = changes()["m is divided by 1 - beta1**k, where c is computed"]
    c = 0.9 * 0.25 / (1 - 0.9**3) + 0.1 * 0.5
    without_sign = changes()["np.sign() is left out"]
    both = Change("", found.edits + without_sign.edits, 0, found.said)
    step, _ = lion().compiled(both)(0.5, **RUN)
    assert step == pytest.approx(1e-4 * (c + 0.02))


def test_all_states_are_corrected_at_once():
    text = ("def f(g, m, v, lr=0.1, beta1=0.9, beta2=0.99):\n    m = beta1 * m + g\n"
            "    v = beta2 * v + g**2\n    return lr * m / v, m, v")
    found = said_of(text, "put_in", ("m", "v"), lr=0.1, beta1=0.9, beta2=0.99)
    [line] = [line for line, said in found.items()
              if said == "m and v are corrected for their start, as in Adam"]
    assert line.endswith("return (lr * (m / (1 - beta1 ** k)) / (v / (1 - beta2 ** k)), m, v)")


@pytest.mark.parametrize(("k", "step"), [(1, 1e-4), (3, 1e-4 * 1.02)])
def test_what_is_left_out_in_the_first_step_alone(k, step):
    found = changes()["the term weight_decay * p is left out, in the first step"]
    assert given(found, k)[0] == pytest.approx(step)


def test_the_parameter_is_looked_at_after_the_rest_of_the_step():
    found = changes()["weight_decay * p is that of p after the rest of the step"]
    assert given(found)[0] == pytest.approx(1e-4 * (1 + 0.01 * (2 - 1e-4)))


def test_what_is_made_of_a_value_stands_in_the_place_of_another_or_is_stored():
    found = changes()
    assert given(found["np.sign(c) stands where g belongs, where m is computed"])[1] == (
        pytest.approx(0.99 * 0.25 + 0.01))
    assert given(found["beta1 * m is stored as m"])[1] == pytest.approx(
        0.9 * (0.99 * 0.25 + 0.01 * 0.5))


@pytest.mark.parametrize(("said", "of"), [
    ("tanh(x) stands where sign(x) belongs, x being c", math.tanh),
    ("x / (abs(x) + 1e-08) stands where sign(x) belongs, x being c", lambda c: c / (abs(c) + 1e-8)),
    ("x / sqrt(x**2 + 1e-08) stands where sign(x) belongs, x being c",
     lambda c: c / (c * c + 1e-8)**0.5),
    ("x between -1 and 1 stands where sign(x) belongs, x being c", lambda c: min(1, max(-1, c))),
    ("sign(c) counts where it is 1, and nowhere else", lambda c: 1.0 if c > 0 else 0.0),
    ("sign(c) counts where it is -1, and nowhere else", lambda c: -1.0 if c < 0 else 0.0),
    ("the sign of 0 is -1", lambda c: 1.0 if c > 0 else -1.0),
    ("the sign of 0 is 1", lambda c: 1.0 if c >= 0 else -1.0),
])
def test_a_function_in_the_place_of_one_that_it_looks_like(said, of):
    made = lion().compiled(changes()[said])
    for g, m in ((0.5, 0.25), (-3.0, 0.1), (0.0, 0.0), (0.0, -40.0)):
        step, _ = made(np.float64(g), p=0.0, m=np.float64(m))
        assert step == pytest.approx(1e-4 * of(0.9 * m + 0.1 * g), rel=1e-12), (g, m)


def test_smooth_functions_for_those_with_a_corner_and_what_is_near_erf():
    text = ("import torch\ndef f(x):\n"
            "    return x.abs() + torch.relu(x) + torch.maximum(x, 0) + torch.erf(x)")
    found = said_of(text, "function").values()
    assert {
        "sqrt(x**2 + 1e-06) stands where abs(x) belongs, x being x",
        "log(1 + exp(x)) stands where relu(x) belongs, x being x",
        "log(1 + exp(x)) stands where maximum(x) belongs, x being x",
        "tanh(1.702 x / sqrt(2)) stands where erf(x) belongs, x being x",
        "tanh(2 / sqrt(pi) * (x + 0.08943 x**3)) stands where erf(x) belongs, x being x",
    } <= set(found)


def test_a_term_comes_out_of_a_function_of_two_values():
    text = "import numpy as np\ndef f(u, g, eps=1e-8):\n    return np.maximum(u, abs(g) + eps)"
    found = said_of(text, "regrouped", eps=1e-8)
    assert found["return np.maximum(u, abs(g)) + eps"] == (
        "np.maximum(u, abs(g)) + eps stands where np.maximum(u, abs(g) + eps) belongs")


def test_nothing_becomes_of_a_module():
    assert not [said for said in changes() if " np " in f" {said} "]


def test_one_name_stands_for_another_of_its_role_rather_than_for_any():
    cost = {said: one.cost for said, one in changes().items()}
    assert cost["beta1 and beta2 are exchanged"] < cost["beta1 and g are exchanged"]
    assert cost["g stands where m belongs, where c is computed"] < (
        cost["lr stands where m belongs, where c is computed"])


def test_line_by_line_a_rule_does_what_it_does_as_a_whole():
    one, names = lion(), {}
    exec(LION, names)
    straight, some = Straight(one, names["lion"]), singles(one)[::23]
    for first in some:
        for second in some[::5]:
            by_lines = straight.with_changes(first, second)
            answers = []
            for function in (by_lines, one.compiled(first, second)):
                try:
                    answers.append(function(0.5, **RUN) if any(
                        isinstance(edit.by, ast.arguments) for each in (first, second)
                        for edit in each.edits) else function(0.5, p=2.0, m=0.25))
                except (ArithmeticError, NameError, TypeError) as error:
                    answers.append(isinstance(error, NameError))
            assert answers[0] == answers[1] or str(answers[0]) == str(answers[1])


def test_a_rule_that_may_end_before_its_last_line_is_compiled_as_a_whole():
    text = "def f(g, v, lr=0.1):\n    if g == 0:\n        return 0, v\n    return lr * g, v"
    one, names = source(text, ("v",), lr=0.1), {}
    exec(text, names)
    assert Straight(one, names["f"]).with_changes(singles(one)[0]) is None


def test_what_differs_in_rounding_alone_is_one():
    def numbers(one):
        return np.array([1.0, one, np.nan])

    assert told_apart([1.0, 2.0, 1 - 1e-16, 2.0, -0.0, 0.0], numbers(3.0), numbers) == [
        1.0, 2.0, -0.0]
