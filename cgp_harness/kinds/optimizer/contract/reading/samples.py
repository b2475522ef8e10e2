"""The small run on which a form is tried: two parameters, two steps."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

SHAPES = (5,), (1, 4)
"""Of which none can be taken for a pair of states."""
WITHIN_S = 2.0
"""CPU seconds of all that is tried of one rule."""


class TooLongError(BaseException):
    """It computes for too long; no `Exception`, which student code may catch."""


def samples() -> Iterator[list[Any]]:
    """Two arrays of numpy; then, if torch is there, two tensors of the same numbers."""
    arrays = [np.linspace(-1.0, 2.0, int(np.prod(shape))).reshape(shape) for shape in SHAPES]
    yield arrays
    if "torch" in sys.modules:
        yield list(map(sys.modules["torch"].from_numpy, (one.copy() for one in arrays)))


def passes(begin: Callable[..., Any], hyperparameters: Any) -> bool:
    """Whether two steps of it raise nothing, and move something."""
    for sample in samples():
        try:
            copy = begin(_copies(sample), hyperparameters)
            for gradients in (sample, sample[:]):
                copy.step(_copies(gradients), hyperparameters)
            moved = [
                old.shape == new.shape and bool((old - new).any())
                for old, new in zip(sample, copy.values, strict=True)]
        except Exception:
            continue
        if all(moved):
            return True
    return False


def _copies(sample: Sequence[Any]) -> list[Any]:
    return [one.clone() if hasattr(one, "clone") else one.copy() for one in sample]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what computes for longer.

    Raises:
        TooLongError: it was stopped.
    """
    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
