"""A mistake that the bank does not know gets no name, or that of one which computes the same."""

import pytest

from tests.harness.activations.left_out import (
    EQUAL,
    KNOWN_BY_FORMULA,
    of_activations,
    of_gradients,
    of_pairs,
    of_values,
)
from tests.harness.activations.test_activation_check import WRONG


@pytest.fixture(scope="module")
def singles():
    known = {flag: WRONG[flag] for flag in KNOWN_BY_FORMULA}
    return [*of_gradients(), *of_values(), *of_activations(known)]


def test_no_single_mistake_is_given_a_false_name(singles):
    assert len(singles) > 170
    assert [one for one in singles if one.falsely] == []


def test_no_pair_of_mistakes_is_given_a_false_name():
    # All 864 of them: `python -m benchmarks.gradients`.
    assert [one for one in of_pairs(40) if one.falsely] == []


def test_every_identity_is_needed(singles):
    assert {(one.mistake, one.called) for one in singles if one.called} == EQUAL
