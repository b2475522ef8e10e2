r"""A straight narrow valley that lies askew to the parameters, a hundred times as steep across it.

.. math:: L_k = \tfrac12 (p - c_k)^T A \, (p - c_k), \qquad
          A = u u^T + 100 \, u_\perp u_\perp^T

Every seed has a direction :math:`u` of its own and an optimum :math:`c` of its own, 2 to 4 along
the valley from the start. In each iteration, as from batch to batch, the optimum lies a little
elsewhere (:math:`c_k`).

Effect sizes d over SGD in 400 seeds, by the mean log10 loss of 400 iterations, at these rates: SGD+
9.4, AdaGrad 1.4, RMSProp 2.3, Adam 6.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from cgp_reference.backend import NUMPY, Backend
from cgp_reference.data import Array
from cgp_reference.problems.draws import BATCHES, uniform
from cgp_reference.problems.generated import Evaluations, GeneratedCourse, read_only
from cgp_reference.problems.problem import Problem
from cgp_reference.train import uniform_start

CONDITION = 100.0
"""Second derivative across the valley; along it 1. In loss units per parameter unit squared."""
# Without it RMSProp ends in a cycle, its step being about lr however small the gradient, and there
# a difference of 1e-14 grows to 1e-2 in 200 steps. With it, differences stay below 1e-12.
JITTER = 0.01
"""How far an iteration's optimum is from the seed's in each parameter, at most."""


@dataclass(frozen=True)
class Valley:
    """The valleys of S seeds.

    Args:
        start: `(2, S)`.
        optimum: `(2, S)`.
        steepness: the second derivatives, `(2, 2, S)`.
    """

    start: Array
    optimum: Array
    steepness: Array


def valley(seeds: Sequence[int]) -> Valley:
    """Each seed's own."""
    start, draws = uniform_start(2, seeds), uniform(-1.0, 1.0, 4, seeds)
    along = draws[:2] / np.sqrt(draws[0] * draws[0] + draws[1] * draws[1])
    across = np.stack([-along[1], along[0]])
    far = draws[2] * 2.0
    far += np.where(far > 0, 2.0, -2.0)
    return Valley(
        start, start + far * along + 0.5 * draws[3] * across,
        along[:, None] * along + CONDITION * (across[:, None] * across))


def course(
    seeds: Sequence[int], iterations: int, backend: Backend = NUMPY
) -> GeneratedCourse:
    """Runs from uniform(0, 1)^2."""
    made = valley(seeds)
    moved = uniform(-JITTER, JITTER, 2 * iterations, seeds, BATCHES)
    steepness = backend.array(made.steepness)
    optima = backend.array(made.optimum + moved.reshape(iterations, 2, len(seeds)))

    def evaluations(parameters: Array, first: int) -> Evaluations:
        for optimum in optima[first:]:
            offset = parameters - optimum
            gradient = backend.einsum("ijs,js->is", steepness, offset)
            yield 0.5 * backend.einsum("is,is->s", offset, gradient), gradient

    return GeneratedCourse(backend.array(read_only(made.start)), iterations, evaluations)


RAVINE = Problem(
    name="ravine",
    title="a ravine",
    summary=(
        "What momentum is for: SGD+ gets below a loss of 0.03 in 67 iterations, SGD in 250. Rules "
        "that treat parameters one by one gain by the valley's direction, each seed's own."
    ),
    optimum=(
        "Of each seed somewhere else, 2 to 4 from the start; the loss there is 0.0017 on "
        "average, half of the condition number times the variance of the jitter."
    ),
    difficulty=(
        "The second derivatives differ by a factor of 100 (the condition number), so SGD "
        "diverges from a rate of 0.02, and what is left along the valley shrinks by 1 % a "
        "step at 0.01."
    ),
    size=2,
    iterations=400,
    chaotic=False,
    learning_rates=MappingProxyType(
        {"sgd": 1e-2, "sgd_plus": 3e-3, "adagrad": 1.0, "rmsprop": 3e-2, "adam": 3e-1}),
    course=course,
)
