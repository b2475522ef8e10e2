"""The losses of all problems, written out for one seed with Python's numbers and torch's autograd.

Of the problems' own code only sparse's bank of samples is used.
"""

import random

import numpy as np
import torch

from cgp_reference.data import two_gaussians
from cgp_reference.graph.lecture_dag import TRUTH
from cgp_reference.problems.sparse import bank
from tests.reference.network.network_cases import by_hand, squared


def words(seed, stream, count):
    return [int(word) for word in np.random.PCG64([seed, stream]).random_raw(count)]


def units(seed, stream, count):
    return [(word >> 11) / 2**53 for word in words(seed, stream, count)]


def places(seed, size, batch, k):
    drawn = words(seed, 1, (k + 1) * batch)[k * batch:]
    return [(word >> 32) * size >> 32 for word in drawn]


SAMPLES = two_gaussians(4, 5000, 0)
DAG_INPUTS = random.Random(0)
DAG_INPUTS = [DAG_INPUTS.uniform(-1, 1) for _ in range(2000)]


class Network:
    def __init__(self, *layers):
        self.layers = layers

    def __call__(self, p, seed, k):
        chosen = places(seed, 5000, 8, k)
        values = SAMPLES.values[:, chosen]
        inputs = torch.tensor(values / max(values.max(), 0))
        labels = torch.tensor(SAMPLES.labels[chosen])
        return squared([labels], by_hand(self, p, inputs, [torch.sigmoid] * (len(self.layers) - 1)))


def xw(xa, ab, bc, cd, ac):
    xy = ab * xa * xa + ac * xa
    return cd * xa * xa + (bc * xa * xa + xy) ** 3


def dag(p, seed, k):
    ab, ac, bc, cd = p                      # in the order in which the expressions name them
    inputs = [DAG_INPUTS[place] for place in places(seed, 2000, 8, k)]
    return sum((xw(xa, ab, bc, cd, ac) - xw(xa, **TRUTH)) ** 2 for xa in inputs) / 8


def ravine(p, seed, k):
    a, b, far, aside = (2 * u - 1 for u in units(seed, 2, 4))
    norm = (a * a + b * b) ** 0.5
    far = 2 * far + (2 if far > 0 else -2)
    jitter = [0.02 * u - 0.01 for u in units(seed, 1, 2 * k + 2)[2 * k:]]
    x, y = (p[i] - units(seed, 0, 2)[i] - jitter[i] for i in (0, 1))
    along, across = (a * x + b * y) / norm - far, (a * y - b * x) / norm - aside / 2
    return (along ** 2 + 100 * across ** 2) / 2


def sparse(p, seed, k):
    weights = [2 * u - 1 for u in units(seed, 2, 32)]
    total = 0.0
    for place in places(seed, 2000, 4, k):
        features = bank()[:, place]
        total += sum(x * (p[i] - weights[i]) for i, x in enumerate(features)) ** 2
    return 1e-12 + total / 4


def rosenbrock(p, seed, k):
    return 1e-12 + sum(
        100 * (p[i + 1] - p[i] ** 2) ** 2 + (1 - p[i]) ** 2 for i in range(0, 8, 2))


LOSSES = {
    "one_neuron": Network(4, 1), "multi_neuron": Network(4, 2, 1), "dag": dag, "ravine": ravine,
    "sparse": sparse, "rosenbrock": rosenbrock,
}


def by_autograd(name, point, seed, k):
    """Loss and gradient of one seed."""
    leaf = torch.tensor(point, requires_grad=True)
    loss = LOSSES[name](leaf, seed, k)
    loss.backward()
    return loss.item(), leaf.grad.numpy()
