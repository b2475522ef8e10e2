"""The courses of the two networks: the lecture's classes, batches and start."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from cgp_reference.backend import NUMPY, Backend
from cgp_reference.data import Array, Samples, two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.network import LayeredNetwork
from cgp_reference.network.passes import Passes, inside
from cgp_reference.problems.generated import Evaluations, GeneratedCourse, read_only
from cgp_reference.train import uniform_start

SIZE = 5000         # samples of both classes: the lecture's `dataset_size`
BATCH = 8           # its `batch_size`
_BLOCK = 1 << 14    # samples gathered at once, as in data/batches.py


def network_course(
    network: LayeredNetwork, seeds: Sequence[int], iterations: int, backend: Backend = NUMPY
) -> GeneratedCourse:
    """Runs of a network: bank drawn from seed 0, batches and start from the seeds.

    Rules that train side by side have the same seeds, one after the other: of these each batch is
    drawn and gathered once.
    """
    times = _times(seeds)
    drawn = seeds[:len(seeds) // times]
    batches = Batches(_samples(), BATCH, backend=backend)
    places = batches.raw_draw(drawn)(iterations * BATCH).reshape(iterations, BATCH, len(drawn))
    at_once = max(8, _BLOCK // (BATCH * len(seeds)))

    def evaluations(parameters: Array, first: int) -> Evaluations:
        passes = Passes(network, parameters, BATCH)
        for begin in range(first, iterations, at_once):
            block = batches.gathered(places[begin:begin + at_once])
            sources, labels = (
                one if times == 1 else backend.namespace.tile(one, (times,))
                for one in (block.sources, block.labels))
            errors = backend.empty((len(labels), 1, BATCH, len(seeds)))
            gradients = passes.gradients(
                inside(sources).swapaxes(0, 1), inside(labels), inside(errors))
            for error, gradient in zip(errors, gradients, strict=True):
                losses = backend.einsum("obs,obs->s", error, error)         # Eq. 20
                losses /= BATCH
                yield losses, gradient

    start = backend.array(read_only(uniform_start(network.size, seeds)))
    return GeneratedCourse(start, iterations, evaluations)


def _times(seeds: Sequence[int]) -> int:
    """How often the same seeds come, one after the other."""
    times = max(1, len(seeds) // max(1, len({*seeds})))
    return times if [*seeds[:len(seeds) // times]] * times == [*seeds] else 1


@cache
def _samples() -> Samples:
    return two_gaussians(dimensions=4, size=SIZE, seed=0)
