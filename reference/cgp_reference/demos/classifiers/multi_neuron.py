"""The lecture's multi-neuron classifier: layers 4-2-1, sigmoids, five step-size rules."""

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

# 9e-2 is the rate below the lecture's figure; its constructor call has 1e-3.
NETWORK = Classifier("three neurons, 4-2-1", LayeredNetwork((4, 2, 1)), 9e-2, 20_000)


def draw(figure: Figure, descents: Sequence[Descent], seed: int) -> None:
    """Loss curves."""
    learning_curves.draw(figure, descents, "Layers 4-2-1: the same start, batches and learning "
                         f"rate for every rule (seed {seed})")


DEMO = Demo(
    "multi-neuron", "the 4-2-1 classifier, trained by SGD, SGD+, AdaGrad, RMSProp and Adam",
    5000, NETWORK.learning_rates, NETWORK.references, NETWORK.follow, NETWORK.lines, draw,
    watched=NETWORK.references, activated=NETWORK.activated,
)
