"""Arguments of a Function after its inputs: asked at one other value each."""

import pytest

from cgp_harness.kinds.autograd_function.remarks import remarks
from cgp_harness.model import Status
from tests.harness.functions.right.solved_functions import (
    failed,
    function,
    outcomes,
    specification_of,
    target_of,
    task_of,
)

HUBER = '''
@autograd_function("huber")
def huber(x, delta=1.0):
    return torch.where(x.abs() <= delta, 0.5 * x * x, delta * (x.abs() - 0.5 * delta))
'''
NORM = '''
@autograd_function("norm")
def norm(x: "B n", dim=-1, eps=1e-5, *, name="l2"):
    return x / torch.sqrt((x * x).sum(dim, keepdim=True) + eps)
'''
Y = "y = torch.where(x.abs() <= {0}, 0.5 * x * x, {0} * (x.abs() - 0.5 * {0}))\nctx.delta = {0}"
BACK = "g * x.clamp(-ctx.delta, ctx.delta), None"
NORMED = "s = (x * x).sum({0}, keepdim=True) + {1}\ny = x / s.sqrt()\nctx.dim = {0}"
WITH_DELTA, WITH_BOTH = Y.format("delta"), NORMED.format("dim", "eps")
OF_NORM = "g / s.sqrt() - x * (g * x).sum(ctx.dim, keepdim=True) / s**1.5, None, None"


def huber(forward=WITH_DELTA, backward=BACK, arguments="x, delta=1.0"):
    return function("huber", arguments, forward, backward)


def norm(forward=WITH_BOTH, backward=OF_NORM, arguments="x, dim=-1, eps=1e-5"):
    return function("norm", arguments, forward, backward, saved="x, s")


def test_numbers_are_asked_at_one_other_value():
    assert [*specification_of(HUBER, "huber").options] == ["delta = 1.5"]
    assert [*specification_of(NORM, "norm").options] == ["dim = 0", "eps = 0.1"]


@pytest.mark.parametrize("text", [
    huber(), huber(arguments="x, delta=1"), huber(backward="g * x.clamp(-ctx.delta, ctx.delta)"),
    huber(Y.format("1.0"), arguments="x"),
])
def test_right_forms_pass_also_without_the_argument_or_a_gradient_for_it(text):
    assert failed(text, "huber", specification_of(HUBER, "huber")) == []


@pytest.mark.parametrize("text", [
    norm(), norm(NORMED.format("-1", "1e-5"), OF_NORM[:-12], arguments="x")])
def test_several_of_them(text):
    assert failed(text, "norm", specification_of(NORM, "norm")) == []


@pytest.mark.parametrize(("text", "check", "message"), [
    (huber(Y.format("1.0")), "forward",
     "forward is right for the default values, and wrong for delta = 1.5.\n"
     "At x = [3]:\n  forward gives [2.5]; expected [3.375]"),
    (huber(Y.format("delta").replace("delta * (", "(")), "forward",
     "forward is right for the default values, and wrong for delta = 1.5.\n"
     "At x = [3]:\n  forward gives [2.25]; expected [3.375]"),
    (huber(backward="g * x.clamp(-1, 1), None"), "gradient",
     "backward is right for the default values, and wrong for delta = 1.5.\n"
     "At x = [2.154], g = [-1.291]:\n  backward gives [-1.291]; expected [-1.9365]"),
    (huber(Y.format("delta") + "\nif delta != 1: raise ValueError('no')"), "forward",
     "forward fails for delta = 1.5.\nhuber raised ValueError: no\n  at plugin.py:12"),
])
def test_what_is_wrong_there_is_said_so(text, check, message):
    found = outcomes(text, "huber", specification_of(HUBER, "huber"))
    assert found[check].message == message
    assert found[check].diagnosis.flags == ("option",)


@pytest.mark.parametrize(("forward", "place"), [
    (NORMED.format("-1", "eps"), "dim = 0"), (NORMED.format("dim", "1e-5"), "eps = 0.1")])
def test_which_of_several_is_said(forward, place):
    found = outcomes(norm(forward), "norm", specification_of(NORM, "norm"))["forward"]
    assert found.status is Status.FAILED
    assert found.message.startswith(
        f"forward is right for the default values, and wrong for {place}.\n")


def test_the_doctor_says_what_is_asked_at_its_default_alone():
    assert remarks(target_of(NORM), task_of("norm")) == (
        "Submissions to norm are asked with the default of name alone: other values are tried of "
        "numbers that follow the inputs, where the solution has finite numbers of the same shape.",)
    assert remarks(target_of(HUBER), task_of("huber")) == ()
