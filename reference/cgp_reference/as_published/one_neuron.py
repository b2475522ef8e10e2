"""The published one-neuron model: its weights are moved uphill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from cgp_reference.as_published.linear import PublishedError, Unit, read_unit, require_distinct
from cgp_reference.as_published.sigmoid import sigmoid
from cgp_reference.data import Array


@dataclass(frozen=True)
class OneNeuron:
    """One neuron; its parameters are packed `(D,)`: a weight per feature, then the bias.

    Args:
        unit: the expression.
        inputs: the variable that each feature of a sample belongs to. The published code takes
            them out of an unsorted set: their order, and so its run, changes with PYTHONHASHSEED.
    """

    unit: Unit
    inputs: tuple[str, ...]

    @classmethod
    def of(cls, expression: str, inputs: Sequence[str] | None = None) -> OneNeuron:
        """Read the expression; without `inputs`, variables are in the order of the text.

        Raises:
            PublishedError: it is no sum of parameter times variable, or `inputs` are not its own.
        """
        unit = read_unit(expression)
        require_distinct(unit.parameters)
        require_distinct(unit.sources)
        order = unit.sources if inputs is None else tuple(inputs)
        if sorted(order) != sorted(unit.sources):
            raise PublishedError(
                f"the inputs {', '.join(order)}",
                expected=f"{', '.join(unit.sources)}, in any order",
            )
        return cls(unit, order)

    @property
    def names(self) -> tuple[str, ...]:
        """What each packed parameter is called."""
        weight = dict(zip(self.unit.sources, self.unit.parameters, strict=True))
        return (*(weight[name] for name in self.inputs), f"bias of {self.unit.node}")

    def start(self, stream: Random) -> Array:
        """Uniform(0, 1): the parameters in the order of the text, then the bias."""
        drawn = {name: stream.uniform(0, 1) for name in self.unit.parameters}
        return np.array([*(drawn[name] for name in self.names[:-1]), stream.uniform(0, 1)])

    def update(self, parameters: Array, inputs: Array, labels: Array) -> tuple[float, Array]:
        """Loss of a batch, and what the published code adds for each unit of learning rate.

        Args:
            parameters: `(D,)`.
            inputs: `(features, batch)`.
            labels: `(batch,)`.
        """
        predictions = sigmoid(parameters[:-1] @ inputs + parameters[-1])
        slopes = predictions * (1.0 - predictions)
        errors = labels - predictions
        return float(errors @ errors) / labels.size, change_of(inputs, slopes, errors)


def change_of(inputs: Array, slopes: Array, errors: Array) -> Array:
    r"""What the published code adds for each unit of learning rate, `(features + 1,)`.

    .. math:: \Delta a_i = -\frac 1 B \sum_j e_j \, g'(\theta_j) \, x_{ij}, \qquad
              \Delta b = \frac{\sum_j e_j} B \cdot \frac{\sum_j g'(\theta_j)} B

    Eq. 18 with the factor 2 left out is the first; but it is the gradient, and added. In the second
    the sign is right, and a product of means stands for the mean of products.

    Args:
        inputs: `(features, batch)`.
        slopes: the sigmoid's derivative at each sample, `(batch,)`.
        errors: label minus prediction, `(batch,)`.
    """
    batch = errors.size
    change = np.empty(len(inputs) + 1)
    change[:-1] = inputs @ (errors * slopes)
    change[:-1] /= -batch
    change[-1] = errors.sum() * slopes.sum() / batch**2
    return change
