"""The lecture's classifier of three neurons, 4-2-1.

Effect sizes d over SGD in 400 seeds, by the mean log10 loss of 1,500 batches, at these rates: SGD+
4.5, AdaGrad 15.7, RMSProp 17.7, Adam 18.9.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from cgp_reference.network import LayeredNetwork
from cgp_reference.problems.network_course import network_course
from cgp_reference.problems.problem import Problem

NETWORK = LayeredNetwork((4, 2, 1))

MULTI_NEURON = Problem(
    name="multi_neuron",
    title="three neurons, 4-2-1",
    summary=(
        "A plateau: SGD is still on it after 1,500 iterations, at a loss of 0.244; rules "
        "that divide by the gradient's size have left it, for 0.107."
    ),
    optimum=(
        "A mean batch loss near 0.103, where Adam stays at a rate of 0.01; any two hidden "
        "units may be exchanged."
    ),
    difficulty=(
        "At the start every sample gets much the same prediction, 0.77 with a spread of 0.009: "
        "the gradient hardly tells the classes apart."
    ),
    size=NETWORK.size,
    iterations=1500,
    chaotic=False,
    learning_rates=MappingProxyType(
        {"sgd": 3e-2, "sgd_plus": 3e-2, "adagrad": 3e-1, "rmsprop": 3e-2, "adam": 3e-2}),
    course=partial(network_course, NETWORK),
)
