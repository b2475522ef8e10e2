"""What a right Function becomes by a change of its source is asked for at any point."""

import numpy as np

from cgp_harness.kinds.autograd_function.specifications.from_solution.changes import (
    Changes,
    variants_of,
)
from cgp_harness.kinds.autograd_function.specifications.from_solution.oracle import Oracle
from tests.harness.solved_functions import IMPORTS, target_of

DOUBLE = """@autograd_function("double")
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x + x

    @staticmethod
    def backward(ctx, g):
        return g + g
"""


def test_a_change_is_asked_anew_for_the_same_numbers_in_another_shape():
    target = target_of(DOUBLE)
    changes = Changes(
        Oracle.of("double", target), variants_of(target, IMPORTS + DOUBLE, ()), "full",
        [np.ones((2, 3))])
    for one in changes.gradients[:3]:
        for shape in ((2, 3), (3, 2), (6,)):
            [gradient] = one.vjp(np.ones(shape), np.zeros(shape))
            assert gradient.shape == shape
