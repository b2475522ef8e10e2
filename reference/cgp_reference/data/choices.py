"""`random.choice`, thousands of times at once: the same numbers as Python's, from the same stream.

The lecture draws a sample by two choices, of a class and of one of its samples. Python takes the
upper bits of a word of the Mersenne Twister until they are below the number of things to choose
from; numpy has the same generator, and gives words by the array: 2 µs for eight pairs, not 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Places = NDArray[np.intp]

_MORE = 256         # words beyond those expected, so that they rarely do not suffice


class ClassThenSample:
    """A stream of places in a bank of samples, class after class: a choice of each for a place.

    Args:
        stream: where to begin; it may have been used before, and is not moved.
        counts: samples of each class.

    >>> ClassThenSample(Random(0), [2, 3]).places(4).tolist()
    [3, 1, 3, 3]
    >>> toss = Random(0).choice  # 1, then 1 of class 1, which begins at 2; …
    >>> [toss(range(2)), toss(range(3))]
    [1, 1]
    """

    def __init__(self, stream: Random, counts: Sequence[int]) -> None:
        *key, position = stream.getstate()[1]
        self._source = np.random.MT19937(0)
        state = self._source.state
        state["state"] = {"key": np.array(key, np.uint32), "pos": position}
        self._source.state = state
        self._counts = np.array(counts)
        self._firsts = np.cumsum(self._counts) - self._counts
        self._left: Words = np.empty(0, np.uint64)
        # Words for a pair; where classes have several sizes, rather too many.
        self._expected = sum((1 << n.bit_length()) / n for n in (len(counts), min(counts)))

    def places(self, count: int) -> Places:
        """The next so many places."""
        words, enough = self._left, int(count * self._expected)
        while True:
            enough += _MORE
            words = np.concatenate([words, self._source.random_raw(max(0, enough - len(words)))])
            found, after = self._pairs(words)
            begins, end = _chain(after.tolist(), count)
            if len(begins) == count:
                self._left = words[end:]
                return found[np.array(begins, np.intp)]

    def _pairs(self, words: Words) -> tuple[Places, Places]:
        """For every word: the place that a pair of choices from there on gives, and where it ends.

        An end beyond the words says that they do not suffice.
        """
        size = len(words)
        tosses, tossed = _choice(words, len(self._counts))
        toss, begin = tosses[tossed], np.minimum(tossed + 1, size)
        found, after = self._firsts[toss], np.empty_like(begin)
        for count in set(self._counts.tolist()):
            samples, accepted = _choice(words, count)
            here = self._counts[toss] == count
            end = accepted[begin]
            found += np.where(here, samples[end], 0)
            np.copyto(after, end + 1, where=here)
        return found, after


def _chain(after: list[int], count: int) -> tuple[list[int], int]:
    """Where each pair begins, which is where the one before ends; and where the last ends.

    This is all that has to be done one after the other.
    """
    begins: list[int] = []
    begin, beyond = 0, len(after)
    for _ in range(count):
        end = after[begin]
        if end == beyond:
            break
        begins.append(begin)
        begin = end
    return begins, begin


def _choice(words: Words, count: int) -> tuple[Places, Places]:
    """What each word gives for a choice among `count`, and the next word that gives one.

    Both are one longer than the words: at the end stands that there is none.
    """
    size = len(words)
    values = np.zeros(size + 1, np.intp)
    np.right_shift(words, np.uint64(32 - count.bit_length()), out=values[:-1], casting="unsafe")
    following = np.where(values < count, np.arange(size + 1), size)
    following[-1] = size
    np.minimum.accumulate(following[::-1], out=following[::-1])
    return values, following
