"""Random cases of layered networks, and the network written out with loops, for any numbers."""

import numpy as np


def case(network, batch=5, seeds=3, seed=0):
    """Parameters, inputs, labels."""
    random = np.random.default_rng(seed)
    return (random.uniform(-2, 2, (network.size, seeds)),
            random.uniform(-1, 1, (network.layers[0], batch, seeds)),
            random.uniform(0, 1, (network.layers[-1], batch, seeds)))


def by_hand(network, parameters, inputs, activations):
    """One seed's predictions `(outputs, batch)`, by the packing rule, for any number type."""
    values, first = list(inputs), 0
    for units, activation in zip(network.layers[1:], activations, strict=True):
        sums = []
        for _ in range(units):
            weights = parameters[first:first + len(values)]
            bias = parameters[first + len(values)]
            sums.append(sum(w * x for w, x in zip(weights, values, strict=True)) + bias)
            first += len(values) + 1
        values = [activation(theta) for theta in sums]
    return values


def squared(labels, predictions):
    """The loss: squared error, summed over outputs, averaged over the batch."""
    return sum(((y - p) ** 2).mean() for y, p in zip(labels, predictions, strict=True))
