"""The lecture's own step for layers of sigmoid neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_reference.data import Array


def descent(
    weights: Sequence[Array], values: Sequence[Array], slopes: Sequence[Array], errors: Array
) -> list[Array]:
    r"""Downhill for each unit of learning rate, layer by layer (Eqs. 18, 21, 23 and 24).

    .. math:: \delta_l = \frac 2 B \, e_l \, g'_l, \qquad
              \Delta w_l = \delta_l \, x_{l-1}^T, \qquad
              \Delta b_l = \sum_j \delta_{l,j}, \qquad e_{l-1} = w_l^T \delta_l

    Args:
        weights: of each layer after the inputs, `(units, sources)`.
        values: of each layer but the last, inputs first, `(units, batch)`.
        slopes: the sigmoid's derivative in each layer after the inputs, `(units, batch)`.
        errors: label minus prediction, `(outputs, batch)`.

    Returns:
        Of each layer `(units, sources + 1)`, the bias last, in parameter units per unit of rate.
    """
    changes = [np.empty((units, sources + 1)) for units, sources in (w.shape for w in weights)]
    arriving = errors * (2.0 / errors.shape[1])
    for layer in range(len(weights) - 1, -1, -1):
        delta = arriving * slopes[layer]
        np.matmul(delta, values[layer].T, out=changes[layer][:, :-1])
        delta.sum(axis=1, out=changes[layer][:, -1])
        if layer:
            arriving = weights[layer].T @ delta
    return changes
