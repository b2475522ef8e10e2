"""What raises at some shapes, or at some numbers, is charged for these once, and named."""

from dataclasses import replace

import msgspec
import pytest

from cgp_harness.assignment import CheckSpec
from cgp_harness.kinds.autograd_function.checks.autograd import autograd
from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.checks.training import training
from tests.harness.in_process.functions import context_of

CHECKS = {"forward": forward, "gradient": gradient, "autograd": autograd, "training": training}
SOURCE = """@autograd_function("quantize")
class Quantize(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        q = {value}
        ctx.save_for_backward(x, q)
        return q
    @staticmethod
    def backward(ctx, g):
        x, q = ctx.saved_tensors
        {above}
        return g + (x - q)
"""
Q = "torch.floor(x).double()"
INT = "quantize raised ValueError: invalid literal for int() with base 10: ''\n  at plugin.py:8"
ASSERTED = "quantize raised AssertionError\n  at plugin.py:14"


def context(value=Q, above="pass"):
    given = context_of(SOURCE.format(value=value, above=above), "quantize")
    checks = {**given.task.checks, "training": CheckSpec(2)}
    return replace(given, task=msgspec.structs.replace(given.task, checks=checks))


def graded(**parts):
    given, found = context(**parts), {}
    for kind, check in CHECKS.items():
        found[kind] = check(given)
        if found[kind].blocks:
            break
    return found


FORWARDS = {
    "a loop over the first axis": (
        "torch.tensor([int(v) for v in x], dtype=torch.float64)",
        "forward fails for x of shape (2, 3).\nquantize raised ValueError: only one element "
        "tensors can be converted to Python scalars\n  at plugin.py:8\n"
        "It runs for x of shape (4,).", "(320,)"),
    "matrices only": (
        f"{Q} + (0 if x.dim() == 2 else int(''))",
        f"forward fails for x of shape (4,).\n{INT}\nIt runs for x of shape (2, 3).", "(4, 10)"),
    "no three axes": (
        f"{Q} + (0 if x.dim() != 3 else int(''))",
        f"forward fails for x of shape (2, 3, 4).\n{INT}", "(4, 10)"),
    "float() of one number": (
        "torch.tensor(float(int(x)), dtype=torch.float64).reshape(x.shape)",
        "forward fails for x of shape (2, 3).\nquantize raised ValueError: only one element "
        "tensors can be converted to Python scalars\n  at plugin.py:8\n"
        "It runs for x of shape ().", "()"),
}
BACKWARDS = {
    "no three axes": (
        "assert x.dim() != 3", f"backward fails for x of shape (2, 3, 4).\n{ASSERTED}", "(4, 10)"),
    "vectors only": (
        "assert x.dim() == 1",
        f"backward fails for x of shape (2, 3).\n{ASSERTED}\nIt runs for x of shape (4,).",
        "(320,)"),
    "no single number": (
        "assert x.dim()", f"backward fails for x of shape ().\n{ASSERTED}", None),
}


@pytest.mark.parametrize("name", FORWARDS)
def test_a_forward_that_raises_at_some_shapes_costs_forward_alone(name):
    value, message, shape = FORWARDS[name]
    found = graded(value=value)
    assert [kind for kind, one in found.items() if one.fraction < 1] == ["forward"]
    assert found["forward"].message == message
    assert found["forward"].diagnosis.flags == ("special_shape",)
    assert found["training"].message == trains_in(shape)


@pytest.mark.parametrize("name", BACKWARDS)
def test_a_backward_that_raises_at_some_shapes_costs_gradient_alone(name):
    above, message, shape = BACKWARDS[name]
    found = graded(above=above)
    assert [kind for kind, one in found.items() if one.fraction < 1] == ["gradient"]
    assert found["gradient"].message == message
    assert shape is None or found["training"].message == trains_in(shape)


def trains_in(shape, what="raises"):
    starts = "each of 8 starts" if shape != "()" else "one start"
    return (
        "With your Function in its hidden units, the 2-10-2 network trains as the reference does, "
        f"to 1e-08 of every loss (60 iterations of SGD from {starts}). That is so for x of shape "
        f"{shape}; for x of shape (8, 4, 10) the Function {what}, which costs nothing here.")


def test_a_wrong_number_at_a_shape_costs_what_an_exception_does():
    found = graded(above="g = g * (1 + (x.dim() == 3))")
    assert [kind for kind, one in found.items() if one.fraction < 1] == ["gradient"]
    assert found["training"].message == trains_in("(4, 10)", "is wrong")


@pytest.mark.parametrize(("parts", "kind", "message"), [
    ({"value": f"{Q} + (0 if (x != 127).all() else int(''))"}, "forward",
     f"forward fails for x = 127.\n{INT}"),
    ({"above": "assert (x != 127).all()"}, "gradient", f"backward fails for x = 127.\n{ASSERTED}"),
    ({"above": "assert (g.abs() < 1e6).all()"}, "gradient",
     f"backward runs for a g of ordinary size, and fails for one of 1e+08.\n{ASSERTED}"),
])
def test_an_exception_at_a_number_costs_one_check_and_is_named(parts, kind, message):
    found = graded(**parts)
    assert [one for one, done in found.items() if done.fraction < 1] == [kind]
    assert found[kind].message == message


def test_what_raises_everywhere_ends_the_task():
    everywhere = graded(value=f"{Q} + int('')")
    assert list(everywhere) == ["forward"]
    assert everywhere["forward"].message == INT
    backward = graded(above="int('')")
    assert list(backward) == ["forward", "gradient"]
    assert backward["gradient"].message == INT.replace(":8", ":14")


def test_a_training_that_raises_names_its_shapes():
    given = context(above="assert x.dim() == 9")
    assert training(given).message == (
        f"inside the network, for x of shape (8, 4, 10): {ASSERTED}")
