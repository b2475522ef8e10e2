"""Functions whose output has an axis of its own, as poolings and convolutions have: its windows."""

from functools import cache

import pytest

from cgp_harness.kinds.autograd_function.specifications.from_solution.making import specified_by
from tests.harness.functions.right.solved_functions import (
    IMPORTS,
    failed,
    outcomes,
    target_of,
    task_of,
)

POOL = """
@autograd_function("pool")
class Pool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B n") -> "B m":
        m = x.shape[1] // 2
        values, places = x[:, :2 * m].reshape(len(x), m, 2).max(dim=2)
        ctx.save_for_backward(places)
        ctx.n = x.shape[1]
        return values

    @staticmethod
    def backward(ctx, g):
        (places,) = ctx.saved_tensors
        found = g.new_zeros(len(g), ctx.n)
        return found.scatter_(1, 2 * torch.arange(g.shape[1]) + places, g)
"""
CONV = """
@autograd_function("conv")
class Conv(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: "B c n", w: "o c k"):
        k = w.shape[2]
        ctx.save_for_backward(x, w)
        return torch.stack([
            torch.einsum("bck,ock->bo", x[:, :, i:i + k], w)
            for i in range(x.shape[2] - k + 1)], 2)

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        k = w.shape[2]
        of_x, of_w = torch.zeros_like(x), torch.zeros_like(w)
        for i in range(g.shape[2]):
            of_x[:, :, i:i + k] += torch.einsum("bo,ock->bck", g[:, :, i], w)
            of_w += torch.einsum("bo,bck->ock", g[:, :, i], x[:, :, i:i + k])
        return of_x, of_w
"""
BY_TORCH = """
@autograd_function("conv")
class Conv(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return F.conv1d(x, w)

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        of_w = F.conv1d(x.transpose(0, 1), g.transpose(0, 1)).transpose(0, 1)
        return F.conv_transpose1d(g, w), of_w
"""


@cache
def specification(text, name):
    return specified_by(target_of(text), task_of(name), IMPORTS + text)


def said(right, wrong, name):
    found = outcomes(wrong, name, specification(right, name))
    return [one.diagnosis.text.partition(" This holds")[0]
            for one in found.values() if one.diagnosis]


@pytest.mark.parametrize(("text", "name"), [(POOL, "pool"), (CONV, "conv")])
def test_mistakes_are_told_apart_where_there_are_several_windows(text, name):
    first, other, *_ = specification(text, name).tried_sizes
    assert min(first.output[-1], other.output[-1]) > 1
    assert first.output[-1] != other.output[-1] or name == "conv"


def test_what_one_window_alone_has_is_no_name():
    """Of one window the largest over all windows is each number itself."""
    to_both = POOL.replace(
        "found.scatter_(1, 2 * torch.arange(g.shape[1]) + places, g)",
        "torch.cat([g.repeat_interleave(2, 1), found[:, 2 * g.shape[1]:]], 1)")
    assert said(POOL, to_both, "pool") == [
        "It matches no known mistake (compared on 1760 numbers)."]


def test_a_sum_over_windows_that_is_overwritten():
    assert CONV.count("of_x[:, :, i:i + k] +=") == 1
    wrong = CONV.replace("of_x[:, :, i:i + k] +=", "of_x[:, :, i:i + k] =")
    assert said(CONV, wrong, "conv") == [
        "Your gradient of x is right but for this: a sum is overwritten, so that only its last "
        "term is left."]


def test_a_right_form_that_takes_no_empty_batch_is_right():
    assert failed(BY_TORCH, "conv", specification(CONV, "conv")) == []


OF_TWO = """
@autograd_function("of_two")
def of_two(x: "B n", y: "B n"):
    return {value}
"""
HANDED_IN = """
@autograd_function("of_two")
class OfTwo(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.save_for_backward(x, y)
        return {value}

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        return {gradients}
"""


@pytest.mark.parametrize(("value", "gradients", "clause"), [
    ("x * y**2", "2 * g * x * y, g * y**2",
     "each of x and y is that of another input of the same shape. Return the gradients in the "
     "order of forward's inputs."),
    ("(x - y)**2", "2 * g * (x - y), 2 * g * (x - y)", "y is right but for this: the "
     "derivative of (x - y) ** 2 has the wrong sign."),
])
def test_gradients_of_two_inputs_in_each_others_place(value, gradients, clause):
    wrong = HANDED_IN.format(value=value, gradients=gradients)
    assert said(OF_TWO.format(value=value), wrong, "of_two") == [f"Your gradient of {clause}"]


def test_a_name_is_true_of_two_sizes():
    """With two rows the sum is what is divided by n - 1."""
    right = """
@autograd_function("spread")
def spread(x: "B n") -> "n":
    return ((x - x.mean(0))**2).mean(0)
"""
    wrong = """
@autograd_function("spread")
class Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.var(0) if len(x) > 1 else 0 * x[0]

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * g * (x - x.mean(0)) / len(x)
"""
    assert said(right, wrong, "spread") == [
        "Your forward is right but for this: the mean is divided by n - 1 instead of n, where the "
        "result is computed."]
