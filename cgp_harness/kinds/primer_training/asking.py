"""Questions to a submission's scripts, over its worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.primer_training import requests as wire
from cgp_harness.kinds.primer_training.record import Training, trainings_in
from cgp_harness.model import Floats, Problem
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.host.asking import AskingByName
from cgp_harness.subject import Channel

SAMPLES = 400
"""Of each class."""
SPREAD: Mapping[int, tuple[float, float]] = {0: (1.0, 2.0), 1: (2.0, 4.0)}
"""The lecture's two classes: standard deviation and mean of every input."""


@dataclass(frozen=True)
class Trained:
    """What scripts did on the samples of a seed.

    Args:
        samples: (2, SAMPLES, INPUTS), class 0, then class 1.
        raised: what their statements raised.
        options: unknown options that were kept as attributes.
    """

    samples: Floats
    trainings: tuple[Training, ...]
    raised: tuple[Problem, ...]
    options: int


class AskingTrainings(AskingByName):
    """What can be asked: all trainings, on the samples of a seed.

    Attributes:
        memory: by seed, what the checks have made of an answer, or why there was none.
    """

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel)
        self.memory: dict[int, object] = {}

    def trained(self, name: str, words: tuple[tuple[str, ...], ...], seed: int) -> Trained:
        """Run all scripts.

        Raises:
            SubjectError: they never end, or end the worker.
        """
        samples = drawn(seed)
        request = wire.FollowTrainings(name, seed, SAMPLES, words)
        answer, record = self.ask(request, wire.Followed, samples.tobytes(), 8 * wire.SIZE)
        raised = tuple(
            problems.of_call(one, "the script", self.channel.limits) for one in answer.raised)
        return Trained(samples, trainings_in(record), raised, answer.options)


def drawn(seed: int) -> Floats:
    """Samples of the lecture's two classes."""
    draw = np.random.default_rng([seed, 13])
    return np.stack([mean + deviation * draw.standard_normal((SAMPLES, wire.INPUTS))
                     for deviation, mean in SPREAD.values()])


asking = AskingTrainings
