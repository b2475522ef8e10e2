"""Of all small changes to a wrong answer's own source, the simplest with which it is right.

The worker makes the changes and answers with them; only numbers come from there, and nothing that
is expected goes there. Short questions sift them, and what is left must pass the whole check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from cgp_harness.model import Floats
from cgp_harness.subject import ChangeLostError, Changes, Repair, SubjectError

AT_ONCE, NUMBERS = 250, 1_000_000
"""Changes in one request, and numbers in its answer."""
MOST, LEFT, WHOLE = 5000, 250, 8
"""That are sifted, of which so many are asked further, and of these so many are checked whole."""
NOISE = 1e-3
"""By which an answer that draws at random may differ from itself."""


@dataclass(frozen=True)
class Sieve:
    """A short question.

    Args:
        request: of the kind.
        payload: its numbers.
        size: how many numbers answer it.
        fits: answers (N, size) to which of them are right.
    """

    request: Any
    payload: bytes | memoryview
    size: int
    fits: Callable[[Floats], Sequence[bool]]


def found(
    changes: Changes, sieves: Iterable[Sieve], holds: Callable[[], bool]
) -> Repair | None:
    """The simplest change that makes an answer right; None if there is none.

    Args:
        changes: to its source.
        sieves: the first on which it is wrong sifts all changes.
        holds: whether the answer that is in place is right on all that is asked.

    Raises:
        SubjectError: the worker is gone.
    """
    rest, others = iter(sieves), list[Sieve]()
    for showing in rest:
        if _shows(changes, showing):
            break
        others.append(showing)
    else:
        return None
    others += rest
    with suppress(ChangeLostError):  # as likely with the next: it is not worth a new worker each
        return next(_right(changes, showing, others, holds), None)
    return None


def _right(
    changes: Changes, showing: Sieve, others: Sequence[Sieve], holds: Callable[[], bool]
) -> Iterator[Repair]:
    whole = 0
    for left, number in enumerate(_sifted(changes, showing), start=1):
        if all(one.fits(_tried(changes, one, number, 1))[0] for one in others):
            whole += 1
            if _holds_with(changes, number, holds):
                yield changes.shown(number)
        if left >= LEFT or whole >= WHOLE:
            return


def _shows(changes: Changes, sieve: Sieve) -> bool:
    """Whether the answer is wrong there, and its source does what it does."""
    own, source = _tried(changes, sieve, 0, 2)
    return np.allclose(own, source, rtol=NOISE, atol=0, equal_nan=True) and not (
        sieve.fits(source[None])[0])


def _sifted(changes: Changes, sieve: Sieve) -> Iterator[int]:
    first, last, count = 2, 2, max(1, min(AT_ONCE, NUMBERS // max(1, sieve.size)))
    while first <= min(last, MOST):
        answers, last = changes.tried(sieve.request, sieve.payload, sieve.size, first, count)
        yield from (first + at for at, fits in enumerate(sieve.fits(answers)) if fits)
        first += count


def _tried(changes: Changes, sieve: Sieve, first: int, count: int) -> Floats:
    return changes.tried(sieve.request, sieve.payload, sieve.size, first, count)[0]


def _holds_with(changes: Changes, number: int, holds: Callable[[], bool]) -> bool:
    try:
        with changes.made(number):
            return holds()
    except SubjectError:  # it raises, where others were not asked
        return False
