"""Losses of training, averaged as the lecture averages them: the loss of one batch is mostly noise.

The lecture prints the mean since the line before, every 100 iterations
(`display_loss_how_often`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cgp_reference.demos.descent import Descent, Floats
from cgp_reference.train import displayed

EVERY = 100
LINES = 10
"""How many of the lecture's lines are printed: 40,000 iterations have 400."""


def every(iterations: int) -> int:
    """Over how many iterations losses are averaged: the lecture's 100, fewer in a short run.

    >>> every(5000), every(60), every(1)
    (100, 6, 1)
    """
    return min(EVERY, max(1, iterations // LINES))


def called(span: int) -> str:
    """What a loss averaged over `span` iterations is.

    >>> called(100), called(1)
    ('mean loss of 100 iterations', 'loss')
    """
    return "loss" if span == 1 else f"mean loss of {span} iterations"


def printed(losses: Floats, span: int) -> list[str]:
    """The lecture's lines, evenly spread, the first and the last among them.

    >>> printed(np.array([8.0, 4.0, 3.0, 2.0, 1.0]), span=2)
    ['[iter=3]  loss = 5.0000', '[iter=5]  loss = 1.5000']
    """
    means = displayed(losses, span)
    shown = sorted({round(i) for i in np.linspace(0, len(means) - 1, LINES)}) if len(means) else []
    # The lecture's i counts from 0, and i + 1 is printed.
    return [f"[iter={(i + 1) * span + 1}]  loss = {means[i]:.4f}" for i in shown]


def averaged(descent: Descent, span: int) -> Descent:
    """The same descent, each loss replaced by the mean of the last `span` up to it."""
    others = None if descent.others is None else trailing(descent.others, span)
    return replace(descent, losses=trailing(descent.losses, span), others=others)


def trailing(losses: Floats, span: int) -> Floats:
    """Mean of the last `span` losses, of fewer at the beginning, along axis 0.

    >>> trailing(np.array([8.0, 4.0, 3.0, 2.0]), span=2)
    array([8. , 6. , 3.5, 2.5])
    """
    sums = np.cumsum(losses, axis=0)
    sums[span:] -= sums[:-span].copy()
    counts = np.minimum(np.arange(1, len(losses) + 1), span)
    return np.asarray(sums / counts.reshape(-1, *[1] * (losses.ndim - 1)))
