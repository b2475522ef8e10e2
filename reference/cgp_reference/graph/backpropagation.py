"""Backpropagation over all paths of a graph, and the Jacobian made by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_reference.graph.dependencies import Graph
from cgp_reference.graph.partials import shares
from cgp_reference.graph.values import aligned, common_shape, seeds_of_loss, spread


def backpropagate(
    graph: Graph, values: Mapping[str, Any], seed: Mapping[str, Any]
) -> dict[str, Any]:
    r"""Gradient of a loss for every variable and parameter, sample by sample.

    Goes through the expressions against their order. When a node's turn comes, all that it leads to
    has passed its share on, so that its own gradient is complete, and it is passed on once:

    .. math:: \bar v = \sum_{u \,:\, v \to u} \bar u \, \frac{\partial u}{\partial v}

    Args:
        graph: any graph; a parameter may occur in several expressions.
        values: as returned by `forward`.
        seed: variable -> :math:`\partial\,loss/\partial\,variable`, the direct one, in loss units
            per unit of the variable; shape () or (batch,) or (batch, S). Those left out are 0.

    Returns:
        A gradient per name of the graph, in loss units per unit of the name. All have the shape of
        the variables, parameters too, so that the caller chooses between sum and mean over the
        batch (axis 0). They may be read-only views.

    Raises:
        MissingValueError: a name has no value.
        ValuesError: the seed names no variable of the graph, or shapes do not fit.

    >>> from cgp_reference.graph.forward import forward
    >>> graph = Graph.of(["xy=ab*xa", "xw=xy^2+ab*xy"])
    >>> values = forward(graph, {"xa": 3.0, "ab": 2.0})
    >>> float(backpropagate(graph, values, {"xw": 1.0})["ab"])  # 2*xy*xa + xy + ab*xa
    48.0
    """
    known = aligned(values, graph.order, graph.parameters)
    gradient = seeds_of_loss(seed, {name: known[name] for name in graph.order})
    shape = common_shape({**known, **gradient})
    for exp in reversed(graph.expressions):
        if exp.dependent_var not in gradient:  # not on any path to the loss
            continue
        arriving = gradient[exp.dependent_var]
        for name, share in shares(exp, known, arriving).items():
            gradient[name] = gradient.get(name, 0.0) + share
    return {
        name: spread(gradient.get(name, 0.0), shape)
        for name in (*graph.order, *graph.parameters)
    }


def jacobian(graph: Graph, values: Mapping[str, Any], output: str) -> NDArray[Any]:
    """Eq. 9: the partial of each sample's prediction for each parameter, over all paths.

    Args:
        graph: any graph.
        values: as returned by `forward`.
        output: the node that is the prediction.

    Returns:
        Shape (batch, parameters), columns as in `graph.parameters`; (batch, parameters, S) with
        seeds. Values of shape () are a batch of one.
    """
    gradient = backpropagate(graph, values, {output: 1.0})
    batch = np.atleast_1d(gradient[output])
    columns = [np.atleast_1d(gradient[name]) for name in graph.parameters]
    if not columns:
        return np.zeros((len(batch), 0, *batch.shape[1:]))
    return np.stack(columns, axis=1)
