"""Statistics of paired runs: same seed, same data, same batches, same start, two rules.

A run's score is the mean over its iterations of log10(loss): the area under the logarithmic
learning curve. What is judged is the difference of two scores, seed by seed, in decades of loss;
negative is better. Pairing removes what seeds have in common: up to 10 times the effect size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from cgp_harness.model import Floats
from cgp_harness.probing.statistics.student_t import failure_rate, quantile, root_of, tail

ALPHA = 0.005
"""Of every one-sided test: how often a rule that gains nothing shows a gain."""
FAILURE = 1e-4
"""How rarely a right rule may miss a claim that is asked of it."""
GATE = 1.3
"""Times the effect that FAILURE needs: what the reference must show before a claim is asked."""
FLOOR = 2.0**-104
"""Loss below which nothing counts: the square of an error in the last bit (2^-52) of a number near
1. Only rounding is below, and log10 of an exact zero would outweigh all else."""
CEILING = 1e30
"""Stands for a loss that is larger, infinite or no number, so that divergence is a number too:
it is worse than everything, and cannot make a difference that is no number."""
WINDOW = 40
"""Share of a run, 1/40, over which losses are averaged before they are compared with a target: the
mean of 5 batches of 8 falls below any target by chance, and early."""
_RESAMPLES = 2000
_BOOTSTRAP_SEED = 0


@dataclass(frozen=True)
class Paired:
    """Differences between two rules, `(S,)`, S >= 2, in decades of loss: ours less theirs."""

    differences: Floats

    @property
    def seeds(self) -> int:
        """S, the number of pairs."""
        return len(self.differences)

    @cached_property
    def mean(self) -> float:
        """Decades of loss; negative if ours is better."""
        return float(self.differences.mean())

    @cached_property
    def sd(self) -> float:
        """Standard deviation over seeds, in decades, with S - 1."""
        return float(self.differences.std(ddof=1))

    def effect(self, margin: float = 0.0) -> float:
        """Effect size d: by how many standard deviations the mean is below `margin`.

        Where all differences are the same it is infinite, or 0 if that one is the margin.
        """
        distance = margin - self.mean
        if self.sd == 0:
            return math.copysign(math.inf, distance) if distance else 0.0
        return distance / self.sd

    def p(self, margin: float = 0.0) -> float:
        """One-sided paired t-test: how likely so low a mean is if the true one were `margin`."""
        return tail(self.effect(margin) * math.sqrt(self.seeds), self.seeds - 1)

    def below(self, margin: float = 0.0, alpha: float = ALPHA) -> bool:
        """Whether it is shown, at level `alpha`, that the true mean is below `margin`."""
        return self.p(margin) < alpha

    @cached_property
    def interval(self) -> tuple[float, float]:
        """95 % bootstrap interval of the mean (percentiles of 2,000 resamples, fixed seed)."""
        means = np.sort(self.differences[_resamples(self.seeds)].mean(axis=1))
        # As np.percentile, for which numpy imports all of numpy.ma.
        low, high = np.interp(
            np.array([0.025, 0.975]) * (len(means) - 1), np.arange(len(means)), means)
        return float(low), float(high)


@lru_cache(maxsize=4)
def _resamples(seeds: int) -> NDArray[np.int64]:
    draw = np.random.default_rng(_BOOTSTRAP_SEED)
    return draw.integers(0, seeds, (_RESAMPLES, seeds))


def compared(ours: Floats, theirs: Floats) -> Paired:
    """The difference of two rules' scores.

    Args:
        ours: losses `(T, S)` of paired runs.
        theirs: the same of the other rule.

    Raises:
        ValueError: other shapes, or fewer than two seeds.
    """
    if ours.shape != theirs.shape or ours.ndim != 2 or ours.shape[1] < 2:
        raise ValueError(f"losses of shapes {ours.shape} and {theirs.shape}: no pairs of (T, S)")
    return Paired(scores(ours) - scores(theirs))


def decades(losses: Floats) -> Floats:
    """log10 of losses between FLOOR and CEILING; what is no number is at CEILING."""
    bounded = np.where(np.isnan(losses), CEILING, np.clip(losses, FLOOR, CEILING))
    return np.asarray(np.log10(bounded))


def scores(losses: Floats) -> Floats:
    """Mean over iterations of log10(loss), `(T, S)` to `(S,)`, in decades.

    >>> scores(np.array([[1e-2, 10.0], [1e-4, 0.1]]))
    array([-3.,  0.])
    """
    return np.asarray(decades(losses).mean(axis=0))


@lru_cache(maxsize=64)
def needed_effect(seeds: int) -> float:
    """The effect size at which a paired t-test at ALPHA fails with probability FAILURE.

    From the noncentral t distribution, so for differences that are normally distributed.
    """
    critical = quantile(ALPHA, seeds - 1)
    return root_of(
        lambda d: FAILURE - failure_rate(critical, seeds - 1, d * math.sqrt(seeds)), 0.0, 1e3)


def steps_to(losses: Floats, target: Floats) -> Floats:
    """Iterations until the mean loss of 1/40 of the run is below `target`; infinite if never.

    For display only: it needs censoring, and its effects are smaller than those of scores.

    Args:
        losses: `(T, S)`.
        target: `(S,)`, in loss units.

    Returns:
        Iterations done, `(S,)`: 1/40 of the run at least.
    """
    window = max(1, len(losses) // WINDOW)
    reached = sliding_window_view(losses, window, axis=0).mean(axis=-1) < target
    first = np.argmax(reached, axis=0) + window
    return np.where(reached.any(axis=0), first, np.inf)


def median(numbers: Floats) -> float:
    """Of numbers that may be infinite. As np.median, for which numpy imports all of numpy.ma.

    >>> median(np.array([3.0, np.inf, 1.0])), median(np.array([4.0, 1.0, 2.0, np.inf]))
    (3.0, 3.0)
    """
    ordered = np.sort(numbers)
    return float((ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2)


def final_loss(losses: Floats) -> Floats:
    """Mean of the last tenth of the losses, `(T, S)` to `(S,)`; single batches vary too much."""
    return np.asarray(losses[-max(1, len(losses) // 10):].mean(axis=0))
