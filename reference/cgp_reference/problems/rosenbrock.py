r"""Rosenbrock's curved valley, four times over.

.. math:: L = 10^{-12} + \sum_i 100 \, (y_i - x_i^2)^2 + (1 - x_i)^2

"An automatic method for finding the greatest or least value of a function", *The Computer Journal*
3(3), 1960. Parameters are x and y of the first pair, then of the next.

Effect sizes d over SGD in 400 seeds, by the mean log10 loss of 1,000 iterations, at these rates:
SGD+ 20.5, AdaGrad 3.0, RMSProp 25.2, Adam 5.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from cgp_reference.backend import NUMPY, Backend
from cgp_reference.data import Array
from cgp_reference.problems.draws import uniform
from cgp_reference.problems.generated import Evaluations, GeneratedCourse, read_only
from cgp_reference.problems.problem import LEAST, Problem

PAIRS = 4
STEEPNESS = 100.0


def course(
    seeds: Sequence[int], iterations: int, backend: Backend = NUMPY
) -> GeneratedCourse:
    """Runs from around (-1, 1), on the far side of the bend."""

    def evaluations(parameters: Array, first: int) -> Evaluations:
        x, y = parameters[0::2], parameters[1::2]
        for _ in range(first, iterations):
            above, short = y - x * x, 1.0 - x
            gradient = backend.empty(parameters.shape)
            gradient[0::2] = -4.0 * STEEPNESS * above * x - 2.0 * short
            gradient[1::2] = 2.0 * STEEPNESS * above
            yield LEAST + (STEEPNESS * above * above + short * short).sum(0), gradient

    return GeneratedCourse(backend.array(read_only(start(seeds))), iterations, evaluations)


def start(seeds: Sequence[int]) -> Array:
    """x from uniform(-1.5, -0.5), y from uniform(0.5, 1.5)."""
    begin = uniform(-0.5, 0.5, 2 * PAIRS, seeds)
    begin[0::2] -= 1.0
    begin[1::2] += 1.0
    return begin


ROSENBROCK = Problem(
    name="rosenbrock",
    title="Rosenbrock's valley, four times",
    summary=(
        "Four curved valleys at once and no noise: whether a rule keeps its speed round a "
        "bend. SGD has a loss of 8 left after 1,000 iterations, SGD+ 0.01, Adam 0.0001."
    ),
    optimum="1e-12, where all parameters are 1.",
    difficulty=(
        "The floor falls slowly and bends; second derivatives reach 2,700 at the start, so "
        "that SGD's rate is bound to some 1e-3."
    ),
    size=2 * PAIRS,
    iterations=1000,
    chaotic=False,
    learning_rates=MappingProxyType(
        {"sgd": 5e-4, "sgd_plus": 5e-4, "adagrad": 3e-1, "rmsprop": 1e-2, "adam": 2e-1}),
    course=course,
    # Its step stays about lr, so it cycles between the walls: 1e-14 becomes 1e-2 in 200 steps.
    chaotic_for=frozenset({"rmsprop"}),
)
