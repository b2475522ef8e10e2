r"""A linear fit to features of which most are rare: most entries of a gradient are exactly zero.

.. math:: L_k = 10^{-12} + \frac 1 4 \sum_j \left( x_j^T (p - w) \right)^2

Samples :math:`x_j` of zeros and ones come from one bank, weights :math:`w` are each seed's own.

Effect sizes d over SGD in 400 seeds, by the mean log10 loss of 1,000 batches, at these rates: SGD+
9.7, AdaGrad 3.8, RMSProp 7.4, Adam 3.8. Each at its best rate, AdaGrad (1) is 1.9 decades below SGD
(0.5), on average over the run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from types import MappingProxyType

import numpy as np

from cgp_reference.backend import NUMPY, Backend
from cgp_reference.data import Array
from cgp_reference.problems.draws import places, uniform
from cgp_reference.problems.generated import Evaluations, GeneratedCourse, read_only
from cgp_reference.problems.problem import LEAST, Problem
from cgp_reference.train import uniform_start

FEATURES = 32
SIZE = 2000         # samples in the bank
BATCH = 4
_AT_ONCE = 16       # iterations gathered at once


def course(
    seeds: Sequence[int], iterations: int, backend: Backend = NUMPY
) -> GeneratedCourse:
    """Runs from uniform(0, 1)^32, each towards weights of its own from uniform(-1, 1)^32."""
    features, drawn = backend.array(bank()), places(SIZE, BATCH, iterations, seeds)
    weights = backend.array(uniform(-1.0, 1.0, FEATURES, seeds))

    def evaluations(parameters: Array, first: int) -> Evaluations:
        for begin in range(first, iterations, _AT_ONCE):
            chosen = backend.places(drawn[begin:begin + _AT_ONCE])
            block = backend.empty((FEATURES, *chosen.shape))
            backend.gather(features, chosen, block)
            for batch in block.swapaxes(0, 1):
                errors = backend.einsum("ibs,is->bs", batch, parameters - weights)
                gradient = backend.einsum("ibs,bs->is", batch, errors)
                gradient *= 2 / BATCH
                yield LEAST + backend.einsum("bs,bs->s", errors, errors) / BATCH, gradient

    start = backend.array(read_only(uniform_start(FEATURES, seeds)))
    return GeneratedCourse(start, iterations, evaluations)


@cache
def bank() -> Array:
    """The samples' features, `(FEATURES, SIZE)`: feature i is 1 with frequency()[i], else 0."""
    draws = uniform(0.0, 1.0, FEATURES * SIZE, [0]).reshape(FEATURES, SIZE)
    return (draws < frequency()[:, None]).astype(np.float64)


def frequency() -> Array:
    """How often each feature is there."""
    rank = np.arange(FEATURES)
    return np.asarray(1.0 / (2.0 + 0.25 * rank * rank))


SPARSE = Problem(
    name="sparse",
    title="rare features",
    summary=(
        "What AdaGrad is for: 80 % of a gradient's entries are exactly 0, and a rule must "
        "make the most of the rare others. A rule without epsilon divides 0 by 0 here."
    ),
    optimum="1e-12 at weights of each seed's own.",
    difficulty=(
        "The most frequent feature is in every second sample, the rarest in 0.3 %, of 4 in "
        "a batch: a single rate for all is too low for the rare ones."
    ),
    size=FEATURES,
    iterations=1000,
    chaotic=False,
    learning_rates=MappingProxyType(
        {"sgd": 1e-2, "sgd_plus": 1e-2, "adagrad": 1e-1, "rmsprop": 1e-2, "adam": 1e-2}),
    course=course,
)
