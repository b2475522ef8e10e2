"""The lecture's one-neuron classifier: four inputs, one sigmoid, five step-size rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cgp_reference.demos import learning_curves
from cgp_reference.demos.classifiers.classifier import Classifier
from cgp_reference.demos.demo import Demo
from cgp_reference.demos.descent import Descent
from cgp_reference.network import LayeredNetwork

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEURON = Classifier("one neuron, 4-1", LayeredNetwork((4, 1)), 1e-3, 40_000)


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves."""
    learning_curves.draw(figure, descents, "One neuron: the same start, batches and learning rate "
                         f"for every rule (seed {seed})")


DEMO = Demo(
    "one-neuron", "the one-neuron classifier, trained by SGD, SGD+, AdaGrad, RMSProp and Adam",
    5000, NEURON.learning_rates, NEURON.references, NEURON.follow, NEURON.lines, draw,
    watched=NEURON.references, activated=NEURON.activated,
)
