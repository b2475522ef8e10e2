"""What a right Function becomes by a change of its source is asked for at any point."""

import numpy as np

from cgp_harness.kinds.autograd_function.specifications.from_solution.changes import (
    Changes,
    variants_of,
)
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from tests.harness.functions.right.solved_functions import IMPORTS, target_of

DOUBLE = """@autograd_function("double")
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x + x

    @staticmethod
    def backward(ctx, g):
        return g + g
"""


GATE = """@autograd_function("gate")
class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * ((x > 0) * 1.0)

    @staticmethod
    def backward(ctx, g):
        return g / 2
"""


def changes_of(name, text):
    oracle = Oracle.of(name, target_of(text))
    return Changes(oracle, variants_of(oracle, IMPORTS + text, ()), "full", [np.ones((2, 3))])


def test_a_change_is_asked_anew_for_the_same_numbers_in_another_shape():
    for one in changes_of("double", DOUBLE).gradients[:3]:
        for shape in ((2, 3), (3, 2), (6,)):
            [gradient] = one.vjp(np.ones(shape), np.zeros(shape))
            assert gradient.shape == shape


def test_a_change_that_gives_another_dtype_explains_no_rounding():
    # Without the factor x the value is float32, and so is what arrives as g.
    changes, g = changes_of("gate", GATE), np.full(3, 0.1)
    assert "the factor x is left out" in [one.of_source for one in changes.gradients]
    rounded = g.astype(np.float32).astype(np.float64) / 2
    given = [one.vjp(g, np.ones(3))[0] for one in changes.gradients]
    assert not any(np.array_equal(one, rounded) for one in given)


def test_the_sign_of_a_value_has_its_dtype():
    [one] = [one for one in changes_of("double", DOUBLE).values
             if one.of_source == "the sign of x + x stands where x + x belongs"]
    assert one.forward(np.array([-3.0, 0.0, 2.0])).tolist() == [-1.0, 0.0, 1.0]
