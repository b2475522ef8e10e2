"""The request to run a submission's scripts, and what is recorded of their trainings.

A record is numbers alone, in a buffer of one size: `TRAININGS` blocks, each a head and `ROWS` rows,
not a number where there is nothing. No name and no text of a submission is in it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from cgp_harness.sandbox.protocol.messages import Failed

BATCHES = 64
"""A training is followed for so many batches; scripts find no more iterations than that."""
TRAININGS, ROWS = 16, BATCHES
INPUTS, LAYERS, WEIGHTS, BIASES, NUMBERS = 8, 6, 32, 12, 128
"""The most that a record holds of each; NUMBERS: of a batch, samples by inputs."""
HEAD = 6 + LAYERS + INPUTS + WEIGHTS
ROW = 2 * WEIGHTS + BIASES + NUMBERS
SIZE = TRAININGS * (HEAD + ROWS * ROW)
"""In float64s: 1.6 MB."""


class FollowTrainings(Struct, frozen=True, forbid_unknown_fields=True, tag="follow_trainings"):
    """Run all scripts; payload: samples of class 0, then of class 1, `(2, samples, INPUTS)`.

    Attributes:
        name: a task.
        seed: the order of names comes from it.
        samples: of each class.
        words: of each rule, words by which a script may call it.
    """

    name: str
    seed: int
    samples: int
    words: tuple[tuple[str, ...], ...]


class Followed(Struct, frozen=True, forbid_unknown_fields=True, tag="followed_trainings"):
    """The record is in the payload.

    Attributes:
        trainings: how many there were, also beyond what a record holds.
        raised: what statements of the scripts raised, for the student's own page.
        options: how many unknown options of the constructor were kept as attributes.
    """

    trainings: Annotated[int, Meta(ge=0, le=100_000)]
    raised: Annotated[tuple[Failed, ...], Meta(max_length=5)] = ()
    options: Annotated[int, Meta(ge=0, le=100_000)] = 0


REQUESTS = (FollowTrainings,)
