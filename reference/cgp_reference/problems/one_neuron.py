"""The lecture's one-neuron classifier, 4-1.

Effect sizes d over SGD in 400 seeds, by the mean log10 loss of 1,000 batches, at these rates: SGD+
13.5, AdaGrad 13.6, RMSProp 15.3, Adam 15.1. At SGD's own rate AdaGrad is behind SGD (d 1.8).
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from cgp_reference.network import LayeredNetwork
from cgp_reference.problems.network_course import network_course
from cgp_reference.problems.problem import Problem

NETWORK = LayeredNetwork((4, 1))

ONE_NEURON = Problem(
    name="one_neuron",
    title="one neuron, 4-1",
    summary=(
        "A gentle problem: the lecture's rules are ahead of SGD for every seed, and so are "
        "many wrong rules."
    ),
    optimum=(
        "A mean batch loss near 0.104, where Adam stays at a rate of 0.01; not 0, since the "
        "classes overlap."
    ),
    difficulty="Little: batches of 8 are noisy, and SGD is at 0.19 where Adam is at 0.11.",
    size=NETWORK.size,
    iterations=1000,
    chaotic=False,
    learning_rates=MappingProxyType(
        {"sgd": 3e-2, "sgd_plus": 3e-2, "adagrad": 3e-1, "rmsprop": 3e-2, "adam": 3e-2}),
    course=partial(network_course, NETWORK),
)
