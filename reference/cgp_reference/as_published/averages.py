"""The published arithmetic up to 1.1.2: everything is averaged over the batch, then multiplied."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cgp_reference.data import Array


def change_of_averages(inputs: Array, slopes: Array, errors: Array) -> Array:
    r"""What the one neuron's code adds for each unit of learning rate, `(features + 1,)`.

    .. math:: \Delta a_i = \bar e \, \bar g' \, \bar x_i, \qquad \Delta b = \bar e \, \bar g'

    It leads down where the mean of products is near the product of means, by half of Eq. 21.

    Args:
        inputs: `(features, batch)`.
        slopes: the sigmoid's derivative at each sample, `(batch,)`.
        errors: label minus prediction, `(batch,)`.
    """
    return np.asarray(errors.mean() * slopes.mean() * np.append(inputs.mean(axis=1), 1.0))


def changes_of_averages(
    weights: Sequence[Array], values: Sequence[Array], slopes: Sequence[Array], errors: Array
) -> list[Array]:
    r"""What the multi-neuron code adds for each unit of learning rate, layer by layer.

    .. math:: e_{l-1} = w_l^T e_l, \qquad
              \Delta w_l = \left( e_l \, \bar g'_l \right) \otimes \bar x_{l-1}, \qquad
              \Delta b_l = \sum_j e_{l,j} \cdot \operatorname{mean}_j \bar g'_{l,j}

    with the mean of the output's errors for the last e. A layer has one bias: each unit's row holds
    its own part.

    Args:
        weights: of each layer after the inputs, `(units, sources)`.
        values: of each layer but the last, inputs first, `(units, batch)`.
        slopes: the sigmoid's derivative in each layer after the inputs, `(units, batch)`.
        errors: label minus prediction, `(outputs, batch)`.

    Returns:
        Of each layer `(units, sources + 1)`, the bias last.
    """
    arriving, changes = errors.mean(axis=1), []
    for layer in range(len(weights) - 1, -1, -1):
        slope = slopes[layer].mean(axis=1)
        changes.append(np.column_stack([
            np.outer(arriving * slope, values[layer].mean(axis=1)), arriving * slope.mean()]))
        arriving = weights[layer].T @ arriving
    return changes[::-1]
