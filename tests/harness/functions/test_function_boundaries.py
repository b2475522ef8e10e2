"""Tolerances and stages of Functions that only one test sees: what fails there and nowhere else.

Numbers are written out here, not taken from the product: a tolerance that moves moves no boundary.
"""

import numpy as np
import pytest

from cgp_harness.kinds.autograd_function.checks.forward import forward
from cgp_harness.kinds.autograd_function.checks.gradient import gradient
from cgp_harness.kinds.autograd_function.checks.training import parting
from cgp_harness.kinds.autograd_function.probes import ground
from cgp_harness.kinds.autograd_function.probes.case import short_run
from cgp_harness.kinds.autograd_function.probes.numbers import agree, draws, points
from cgp_harness.kinds.autograd_function.probes.under_test import Wanted
from cgp_harness.model import Status
from tests.harness.functions.right.extension_specifications import SPECIFICATIONS
from tests.harness.functions.test_function_ground import verdict_of
from tests.harness.functions.test_gradient import made


def drawn_number(seed, name="softplus"):
    """A number that is asked with this seed, and in no fixed run."""
    specification = SPECIFICATIONS[name]
    fixed = set(ground.numbers(specification).tolist())
    for sizes in specification.tried_sizes[:2]:
        fixed |= set(ground.base(specification, sizes)[0].ravel().tolist())
    return next(
        one for case in short_run(specification, seed) for one in case.point
        if one not in fixed and abs(one) > 0.1)


def test_what_is_wrong_at_a_drawn_number_alone_is_found_by_the_drawn_ones():
    number = drawn_number(3)
    backward = f"g * torch.sigmoid(x) * torch.where(x == {number!r}, 2.0, 1.0)"
    outcome = gradient(made("softplus", gradient=backward, seed=3))
    assert outcome.status is Status.FAILED


def test_what_is_wrong_with_a_drawn_value_alone_is_found_by_the_drawn_ones():
    specification = SPECIFICATIONS["softplus"]
    number = float(points(specification, specification.tried_sizes[0], draws(3, 1), 1)[0, 0])
    value = f"torch.logaddexp(x, 0 * x) + torch.where(x == {number!r}, 1.0, 0.0)"
    assert forward(made("softplus", value=value, seed=3)).status is Status.FAILED
    assert forward(made("softplus", value=value, seed=4)).status is Status.PASSED


@pytest.mark.parametrize(("name", "value", "passes"), [
    ("softplus", "torch.logaddexp(x, 0 * x) * (1 + 1e-10)", False),
    ("quantize", "x.floor().double() + 1e-14", True),
    ("quantize", "x.floor().double() + 1e-7", False),
])
def test_a_value_is_right_to_the_digits_of_its_specification(name, value, passes):
    assert (verdict_of(name, value=value).failed == ()) == passes


def test_answers_agree_to_nine_digits_and_to_twelve_of_the_largest():
    largest = np.array([1e6, 1.0])
    assert agree(largest * (1 + 1e-10), largest)
    assert not agree(largest * (1 + 1e-8), largest)
    assert agree(largest + np.array([0.0, 1e-7]), largest)
    assert not agree(largest + np.array([0.0, 1e-5]), largest)
    assert not agree(np.array([1e-3, 5e-13]), np.array([1e-3, 0.0]))
    assert agree(np.array([np.nan, np.inf]), np.array([np.nan, np.inf]))
    assert not agree(np.array([np.nan]), np.array([1.0]))


def test_nothing_is_near_a_number_that_is_none():
    wanted = Wanted(np.array([1.0, 1.0, 1.0]), np.array([1e-9, 1e-9, np.inf]))
    assert wanted.wrong(np.array([np.nan, 1.0 + 1e-8, np.nan])).tolist() == [True, True, False]
    assert wanted.wrong(np.array([1.0 + 1e-10, 1.0, 7.0])).tolist() == [False, False, False]


@pytest.mark.parametrize(("amount", "parts"), [(1e-9, False), (1e-7, True)])
def test_losses_are_those_of_the_reference_to_eight_digits(amount, parts):
    expected = np.ones((4, 2))
    losses = expected * np.array([[1.0], [1.0], [1.0 + amount], [1.0]])
    assert bool(parting(losses, expected)) == parts


def test_the_rounding_of_a_right_training_is_no_parting():
    # In 200 trainings right Functions differed by 9e-11 at most.
    assert parting(np.ones((4, 2)) * (1 + 9e-11), np.ones((4, 2))) is None


# --- a stage has a mutant that only it sees ------------------------------------------------------

ONLY = {
    "a second point of the first shape": (
        "softplus", {"gradient": "g * torch.sigmoid(x) * (2 if x.shape == (4,) else 1)"}),
    "negative numbers of every size": (
        "softplus", {"gradient": "g * torch.sigmoid(x) * torch.where(x < -40, 2.0, 1.0)"}),
    "a negative zero": (
        "softplus", {"gradient": "g * torch.sigmoid(x) * torch.where((x == 0) & "
                                 "torch.signbit(x), 2.0, 1.0)"}),
    "a large g": ("softplus", {"gradient": "g.clamp(-1e7, 1e7) * torch.sigmoid(x)"}),
    "a small g": ("softplus", {
        "gradient": "torch.where((g.abs() > 1e-11) | (g == 0), g, 0 * g) * torch.sigmoid(x)"}),
    "beside a kink": ("sign_ste", {"gradient": "g * (x.abs() < 1 - 1e-7)"}),
    "one axis with one number": (
        "softplus", {"gradient": "g * torch.sigmoid(x) * (2 if x.shape == (1,) else 1)"}),
    "g that is expanded": (
        "softplus", {"gradient": "g * torch.sigmoid(x) * (2 if 0 in g.stride() and g.numel() > 1 "
                                 "else 1)"}),
}


@pytest.mark.parametrize("place", ONLY)
def test_a_backward_that_is_wrong_in_one_place_loses_the_gradient(place):
    name, parts = ONLY[place]
    assert verdict_of(name, **parts).failed == ("gradient",)


def test_a_forward_that_changes_its_input_or_cannot_be_differentiated_is_told_so():
    changed = verdict_of("softplus", value="torch.logaddexp(x.copy_(x + 0), 0 * x.add_(1e-3))")
    assert changed.failed[0] == "forward"
    assert changed.named[0] == "input_changed"


@pytest.mark.parametrize("dtype", ["half", "bfloat16", "int"])
def test_a_dtype_that_keeps_no_digits_ends_the_task_and_float32_does_not(dtype):
    narrow = forward(made("softplus", value=f"torch.logaddexp(x, 0 * x).{dtype}()"))
    assert (narrow.diagnosis.flags, narrow.blocks) == (("wrong_dtype",), True)
    single = forward(made("softplus", value="torch.logaddexp(x, 0 * x).float()"))
    assert (single.diagnosis.flags, single.blocks) == (("wrong_dtype",), False)
