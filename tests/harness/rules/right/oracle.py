"""What the right rule answers, in closed form: sums over all gradients instead of recursions.

Independent of the solution and of `cgp_reference.optimizers`, both of which recurse. With
weights w(k, i) = decay^(k-i) for i <= k, a recursion x_k = decay * x_{k-1} + y_k from zero is
x = w @ y; so each rule is a matrix product or a cumulative sum over the whole sequence at once.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats


def steps(family: str, convention: str, run: Trajectory) -> Floats:
    """The steps (T, D) to subtract, for a run with canonical hyperparameter names.

    Args:
        family: `sgd_plus`, `adagrad`, `rmsprop` or `adam`.
        convention: one of the family's conventions (`task.CONVENTIONS`).
        run: `schedule` must hold `lr`.
    """
    g = run.gradients
    lr = np.asarray(run.schedule["lr"], dtype=np.float64)[:, None] * factors(run)
    h = run.hyperparameters
    if family == "sgd_plus":  # Eqs. 32 and 33
        kept = _weights(len(g), h["mu"])
        arriving = (1 - h["mu"]) * g if convention.startswith("damped") else g
        inside = convention.endswith("lr_in_buffer")
        return np.asarray(kept @ (lr * arriving) if inside else lr * (kept @ arriving))
    numerator = g
    if family == "adagrad":  # Eq. 37
        squares = np.cumsum(g**2, axis=0)
    elif family == "rmsprop":  # Eq. 37 with an average for the sum
        squares = _average(g**2, h["rho"])
    else:  # Eqs. 38 and 39
        numerator = _corrected(g, h["beta1"])
        squares = _corrected(g**2, h["beta2"])
        if "uncorrected" in convention:
            numerator = numerator * np.sqrt(1 - h["beta2"] ** _counted(g))
            squares = _average(g**2, h["beta2"])
    if convention.startswith("eps_inside"):  # Eqs. 37 and 40
        return np.asarray(lr * numerator / np.sqrt(squares + h["eps"]))
    return np.asarray(lr * numerator / (np.sqrt(squares) + h["eps"]))


def factors(run: Trajectory) -> Floats:
    """(D,): how many times lr is each number's, which is 1 in the first parameter group."""
    factor, each = run.factors.get("lr", 1.0), run.second_group
    if not each:
        return np.ones(run.gradients.shape[1])
    return np.repeat(
        [factor ** (index // each) for index in range(len(run.shapes))],
        [math.prod(shape) for shape in run.shapes])


@lru_cache(maxsize=4)
def _weights(length: int, decay: float) -> Floats:
    """Shared by a run's conventions; of the longest run they are 32 MB."""
    powers = float(decay) ** np.arange(length)
    row = np.concatenate([powers[::-1], np.zeros(length - 1)])
    weights = np.ascontiguousarray(sliding_window_view(row, length)[::-1])
    weights.setflags(write=False)
    return weights


def _average(values: Floats, decay: float) -> Floats:
    return np.asarray((1 - decay) * (_weights(len(values), decay) @ values))


def _corrected(values: Floats, decay: float) -> Floats:
    return np.asarray(_average(values, decay) / (1 - decay ** _counted(values)))


def _counted(values: Floats) -> Floats:
    """k = 1, 2, … for each row, as a column."""
    return np.arange(1.0, len(values) + 1)[:, None]
