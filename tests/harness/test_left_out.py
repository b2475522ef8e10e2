"""A mistake that the bank does not know gets no name, or that of one which computes the same."""

import pytest

from tests.harness.left_out import EQUAL, of_activations, of_gradients, of_pairs, of_values
from tests.harness.test_activation_check import WRONG

KNOWN_BY_FORMULA = (
    "sign", "swapped", "zero_derivative", "value_as_derivative", "derivative_at_value",
    "x_for_value", "one_term", "derivative_of_another", "factor")


@pytest.mark.parametrize("left_out", [
    *of_gradients(), *of_values(), *of_pairs(40),
    *of_activations({flag: WRONG[flag] for flag in KNOWN_BY_FORMULA}),
], ids=lambda one: f"{one.task}-{one.mistake}")
def test_nothing_is_given_a_false_name(left_out):
    assert not left_out.falsely, left_out


def test_every_identity_is_needed():
    found = [*of_gradients(), *of_values(), *of_activations(
        {flag: WRONG[flag] for flag in KNOWN_BY_FORMULA})]
    assert {(one.mistake, one.called) for one in found if one.called} == EQUAL
