"""A layered network as a graph: every unit an expression with a bias and an activation.

The graph's parameters, in their order of first appearance, are the rows of `LayeredNetwork`'s
`(D, S)`: for every unit its weights, in the order of the sources, then its bias.

    graph = network_graph(network := LayeredNetwork((4, 2, 1)))
    values = forward(graph, {**by_name(graph.inputs, inputs),
                             **by_name(graph.parameters, parameters)})
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from cgp_reference.activation import Activation
from cgp_reference.data import Array
from cgp_reference.graph import Graph
from cgp_reference.network.layered import LayeredNetwork
from cgp_reference.network.layout import NetworkError

LECTURE_SUMS: Mapping[tuple[int, ...], tuple[str, ...]] = {
    (4, 1): ("xw=ab*xa+bc*xb+cd*xc+ac*xd",),
    (4, 2, 1): ("xw=ap*xp+aq*xq+ar*xr+as*xs", "xz=bp*xp+bq*xq+br*xr+bs*xs", "xo=cp*xw+cq*xz"),
}
"""The expressions of the lecture's two networks, as it prints them: by layers."""


def network_graph(network: LayeredNetwork) -> Graph:
    """The network as a graph with one node per unit.

    The lecture's networks, (4, 1) and (4, 2, 1), have its own names. In all others, numbers are
    those of `LayeredNetwork.row`: `x1_0` is the first unit behind the inputs `x0_0`, `x0_1`, …, and
    its weight from `x0_2` is `w1_0_2`. Everywhere the bias of `xw` is `bias_xw`.

    Args:
        network: any layers and activations.

    Raises:
        NetworkError: two activations have one name.
        ExpressionError: an activation's name is none, or a layer reads too many units.

    >>> network_graph(LayeredNetwork((2, 1), "tanh")).expressions[0].exp
    'x1_0=tanh(w1_0_0*x0_0+w1_0_1*x0_1+bias_x1_0)'
    """
    sums = LECTURE_SUMS.get(network.layers) or _numbered_sums(network.layers)
    called = [
        activation.name
        for activation, units in zip(network.activations, network.layers[1:], strict=True)
        for _ in range(units)
    ]
    return Graph.of(
        [neuron(text, name) for text, name in zip(sums, called, strict=True)],
        activations=_by_their_names(network.activations),
    )


def neuron(text: str, activation: str = "sigmoid") -> str:
    """An expression as the unit that it stands for in the lecture (Eqs. 16 and 25).

    Args:
        text: the sum alone, as the lecture writes it.
        activation: what is applied to the sum and the bias, by name.

    >>> neuron("xw=ab*xa+bc*xb")
    'xw=sigmoid(ab*xa+bc*xb+bias_xw)'
    """
    node, _, body = text.partition("=")
    return f"{node}={activation}({body}+bias_{node.strip()})"


def by_name(names: Sequence[str], planes: Array) -> dict[str, Array]:
    """Name -> its plane, views.

    Args:
        names: `graph.parameters`, `graph.inputs` or `graph.outputs`.
        planes: `(D, S)`, `(features, batch, S)` or `(outputs, batch, S)`; one per name, first axis.

    Raises:
        NetworkError: there are more or fewer planes than names.

    >>> by_name(["ab", "bc"], np.array([[1.0, 2.0], [3.0, 4.0]]))["bc"]
    array([3., 4.])
    """
    if len(planes) != len(names):
        raise NetworkError(
            f"an array of shape {np.shape(planes)} for {', '.join(names)}",
            expected=f"a first axis of {len(names)}: one plane per name",
        )
    return dict(zip(names, planes, strict=True))


def packed(names: Sequence[str], values: Mapping[str, Any]) -> Array:
    """The inverse of `by_name`: one array, a copy; further names are left out.

    Raises:
        NetworkError: a name has no value.

    >>> packed(["ab", "bc"], {"bc": [3.0, 4.0], "ab": 1.0, "xa": 7.0})
    array([[1., 1.],
           [3., 4.]])
    """
    if missing := [name for name in names if name not in values]:
        raise NetworkError(
            f"there is no value for {', '.join(missing)}",
            expected=f"one for each of {', '.join(names)}",
        )
    return np.stack(np.broadcast_arrays(*(np.asarray(values[name], float) for name in names)))


def _numbered_sums(layers: Sequence[int]) -> Iterator[str]:
    for layer, (sources, units) in enumerate(pairwise(layers), 1):
        for unit in range(units):
            products = (
                f"w{layer}_{unit}_{source}*x{layer - 1}_{source}" for source in range(sources)
            )
            yield f"x{layer}_{unit}={'+'.join(products)}"


def _by_their_names(activations: Sequence[Activation]) -> dict[str, Activation]:
    found: dict[str, Activation] = {}
    for activation in activations:
        if found.setdefault(activation.name, activation) is not activation:
            raise NetworkError(
                f"two activations are called {activation.name!r}",
                expected="names that tell them apart",
            )
    return found
