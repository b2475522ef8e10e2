"""The lecture's classifiers, trained by several rules in lockstep: same start, same batches.

The engine's training is exact (Eqs. 16 to 30). The descents shown are those of one seed; with them
come the losses of further seeds, which say how much of a difference is chance. A student's rule is
given the printed seed alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cgp_reference.activation import SIGMOID, Activation
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.demos.demo import Progress
from cgp_reference.demos.descent import LABELS, Descent, Floats, Stepper, descend, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.demos.mean_losses import averaged, called, every, printed
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES
from cgp_reference.train import train_together, uniform_start

BATCH = 8
FURTHER = 32
"""Seeds beside the printed one: those that follow it."""
SHARE = 0.5
"""Of the time that the further seeds take, all rules together."""


@dataclass(frozen=True)
class Classifier:
    """One of the lecture's networks, on the lecture's data.

    Args:
        title: what it is, as the first printed line says it.
        network: its layers.
        learning_rate: the lecture's for SGD, here every rule's: they differ in nothing else.
        iterations: how many steps the lecture takes.
    """

    title: str
    network: LayeredNetwork
    learning_rate: float
    iterations: int

    @property
    def learning_rates(self) -> Mapping[str, float]:
        """The one learning rate, by the name of the rule."""
        return dict.fromkeys(LABELS, self.learning_rate)

    def start(self, seed: int) -> Floats:
        """Parameters from uniform(0, 1), as the lecture begins, (D,)."""
        return uniform_start(self.network.size, [seed])[:, 0]

    def follow(self, stepper: Stepper, seed: int, iterations: int) -> Descent:
        """The descent of one rule; each loss is that of the batch that the step was made from."""
        inputs, labels = batches(seed, iterations + 1)

        def measured(point: Floats, k: int) -> tuple[float, Floats]:
            loss, gradient = self.network.gradient(
                point[:, None], inputs[:, k - 1], labels[k - 1])
            return loss[0], gradient[:, 0]

        return descend(stepper, self.start(seed), iterations, measured)

    def activated(
        self, label: str, activation: Activation, seed: int, iterations: int
    ) -> Descent:
        """The descent of SGD with another activation, a student's, in the hidden units.

        One neuron has it in its one unit; a hidden layer is followed by a sigmoid, as before.
        """
        layers = self.network.layers
        hidden = len(layers) > 2
        activations = (activation,) * (len(layers) - 1 - hidden) + (SIGMOID,) * hidden
        changed = replace(self, network=LayeredNetwork(layers, activations))
        stepper = reference("sgd", label, self.learning_rate, self.network.size)
        # What is not finite ends a descent; it shall not fill the terminal as well.
        with np.errstate(all="ignore"):
            return changed.follow(replace(stepper, plugin=True), seed, iterations)

    def references(
        self, seed: int, iterations: int, progress: Progress | None = None
    ) -> list[Descent]:
        """The descents of SGD, SGD+, AdaGrad, RMSProp and Adam, each with its further seeds."""
        rate, size, tell = self.learning_rate, self.network.size, progress or (lambda done: None)
        further = train_together(
            self.network, source(),
            {rule: (RULES[rule], {"lr": rate}) for rule in LABELS},
            iterations + 1, range(seed + 1, seed + 1 + FURTHER),
            progress=lambda done: tell(SHARE * done / (iterations + 1)),
        )
        descents = []
        for rule, label in LABELS.items():
            descent = self.follow(reference(rule, label, rate, size), seed, iterations)
            descents.append(replace(descent, others=further[rule].losses))
            tell(SHARE + (1 - SHARE) * len(descents) / len(LABELS))
        return descents

    def lines(self, descents: Sequence[Descent], seed: int) -> list[str]:
        """The losses of plain SGD as the lecture prints them, and a table of all rules."""
        sgd, steps = descents[0], descents[0].iterations
        span = every(steps)
        less = "" if steps == self.iterations else (
            f"; the lecture takes {self.iterations}: --iterations {self.iterations}")
        return [
            f"{self.title}, batches of {BATCH} (seed {seed})",
            f"iterations: {steps}{less}", "",
            f"SGD, lr {self.learning_rate:g}, {called(span)}:",
            *(printed(sgd.losses[:steps], span) or ["(two iterations or more have a line)"]), "",
            f"every rule, {called(span)}; last column: {FURTHER} further seeds, at the end", "",
            *table([averaged(descent, span) for descent in descents]),
        ]


@cache
def source() -> Batches:
    """The lecture's batches, from its two classes of 5,000 samples in all."""
    return Batches(two_gaussians(dimensions=4, size=5000, seed=0), BATCH)


def batches(seed: int, iterations: int) -> tuple[Floats, Floats]:
    """Inputs (4, T, BATCH, 1) and labels (T, BATCH, 1) of one seed, iteration after iteration."""
    blocks = list(source().blocks([seed], iterations))
    return (np.concatenate([block.inputs for block in blocks], axis=1),
            np.concatenate([block.labels for block in blocks]))
