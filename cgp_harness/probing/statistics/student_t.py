"""Student's t distribution, central and shifted: tails, quantiles and the power of a t-test.

Written out because scipy is no dependency, and a paired t-test needs nothing more of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

_POINTS = 1001
"""Of the quadrature; the integrand is smooth and ends at zero, so 1e-12 is reached with 300."""


def tail(t: float, degrees: int) -> float:
    r"""P(T > t) for `degrees` degrees of freedom.

    .. math:: P(T > t) = \tfrac12 I_x(\nu/2, 1/2), \qquad x = \nu / (\nu + t^2), \qquad t \ge 0

    with the regularized incomplete beta function (Abramowitz and Stegun, 26.7.1 and 26.5.27).

    >>> round(tail(2.744, 31), 5)  # tables: 2.744 is the quantile of 0.005
    0.005
    """
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    half = 0.5 * incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5)
    return half if t >= 0 else 1.0 - half


def quantile(alpha: float, degrees: int) -> float:
    """The t that is exceeded with probability `alpha`, 0 < alpha < 1.

    >>> round(quantile(0.005, 31), 3)
    2.744
    """
    # Cauchy's tail (one degree) is the heaviest: 1 / (pi * alpha) bounds all quantiles.
    bound = 1.0 + 1.0 / min(alpha, 1.0 - alpha)
    return root_of(lambda t: alpha - tail(t, degrees), -bound, bound)


def failure_rate(critical: float, degrees: int, shift: float) -> float:
    r"""P(T <= critical) for a noncentral T: how often a t-test misses what is there.

    .. math:: P(T \le t) = \int_0^\infty f(w) \, \Phi(t w - \delta) \, dw

    where :math:`w` is the estimated over the true standard deviation, with the density
    :math:`f(w) \propto w^{\nu - 1} e^{-\nu w^2 / 2}`.

    Args:
        critical: what the statistic must exceed.
        degrees: the number of pairs less one.
        shift: mean over standard deviation, times the root of the number of pairs.
    """
    # w has mean 1 and deviation 1 / sqrt(2 nu); ten of them above, the density is below e^-50.
    w = np.linspace(0.0, 1.0 + 10.0 / math.sqrt(2.0 * degrees), _POINTS)[1:]
    log_density = (degrees - 1) * np.log(w) - degrees * w * w / 2
    density = np.exp(log_density - log_density.max())
    below = 0.5 * np.array([
        math.erfc(one) for one in ((shift - critical * w) / math.sqrt(2.0)).tolist()])
    return float(density @ below / density.sum())


def incomplete_beta(x: float, a: float, b: float) -> float:
    r"""The regularized incomplete beta function, 0 <= x <= 1, by its power series.

    .. math:: I_x(a, b) = \frac{x^a (1-x)^b}{a B(a, b)}
              \Bigl(1 + \sum_{n \ge 1} \prod_{i < n} \frac{a + b + i}{a + 1 + i} \, x^n \Bigr)

    All terms are positive, so nothing cancels (Abramowitz and Stegun, 26.5.4); above 1/2 the
    complement is summed, so that it ends after some 100 terms.
    """
    if x <= 0.0:
        return 0.0
    if x > 0.5:
        return 1.0 - incomplete_beta(1.0 - x, b, a)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta) / a
    term = total = 1.0
    n = 0
    while term > 1e-17 * total:
        term *= x * (a + b + n) / (a + 1 + n)
        total += term
        n += 1
    return front * total


def root_of(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero between `low` and `high`, by bisection to rounding."""
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
