"""The lecture's class on extending Autograd: a 2-10-2 network without and with a quantizer.

Imported when `ComputationalGraphPrimer.AutogradCustomization` is first asked for: it is a torch
module, and torch takes a second or two to import.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from cgp_reference.primer.options import PrimerError, missing
from cgp_reference.primer.window import shown
from cgp_reference.quantization.autograd_extension import QuantizeWithErrorFeedback
from cgp_reference.train.torch_baseline import one_thread

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Sample = tuple[list[float], int]
Change = Callable[[Tensor], Tensor]

INPUTS, HIDDEN, OUTPUTS = 2, 10, 2
EVERY = 200
"""A line is printed for every 200th sample of an epoch."""


class AutogradCustomization(torch.nn.Module):
    """Takes the learning rate and the number of epochs from an instance of the facade.

    Args:
        cgp: a `ComputationalGraphPrimer`, with `epochs`.
        num_samples_per_class: half the size of the training data.
    """

    DoSillyWithTensor = QuantizeWithErrorFeedback

    def __init__(self, cgp: Any, num_samples_per_class: int) -> None:
        super().__init__()
        self.cgp = cgp
        self.num_samples_per_class = num_samples_per_class
        self.training_data: list[Sample] | None = None

    def gen_training_data(self) -> list[Sample]:
        """Two normal clouds, at (3, 3) and (5, 5), with the labels 1 and 2, shuffled.

        Drawn from the global `numpy.random`, shuffled by the global `random`; kept as
        `training_data`, and returned.
        """
        clouds = [
            [(x, label) for x in np.random.multivariate_normal(
                [mean, mean], np.eye(2), self.num_samples_per_class).tolist()]
            for label, mean in ((1, 3.0), (2, 5.0))
        ]
        data: list[Sample] = [sample for cloud in clouds for sample in cloud]
        random.shuffle(data)
        self.training_data = data
        return data

    def train_with_straight_autograd(self) -> list[float]:
        """Train with Autograd as it comes, a sample a step; returns the losses that are printed.

        The start is standard normal, float32, from torch's global stream.

        Raises:
            PrimerError: there are no data, or the facade has no `epochs`.
        """
        return self._train("straight", lambda x: x)

    def train_with_extended_autograd(self) -> list[float]:
        """The same with each sample quantized by `DoSillyWithTensor`.

        Its backward is not run here, since the samples need no gradient.

        Raises:
            PrimerError: there are no data, or the facade has no `epochs`.
            QuantizationError: a sample has a value of 256 or more.
        """
        # -1 and less, in one set of eighteen, has no byte: what C makes of it is left open, and
        # the package has 255 for it on x86. The nearest byte is 0.
        quantize: Change = self.DoSillyWithTensor.apply
        return self._train("extended", lambda x: quantize(x.clamp(min=0.0)))

    def _train(self, kind: str, change: Change) -> list[float]:
        inputs, labels = self._tensors()
        epochs = getattr(self.cgp, "epochs", None)
        if epochs is None:
            raise missing("epochs")
        first = torch.randn(INPUTS, HIDDEN).requires_grad_()
        last = torch.randn(HIDDEN, OUTPUTS).requires_grad_()
        losses: list[float] = []
        with one_thread():
            for epoch in range(epochs):
                for i, (x, y) in enumerate(zip(inputs, labels, strict=True)):
                    predicted = change(x).float().mm(first).clamp(min=0).mm(last)
                    loss = (predicted - y).square().sum()
                    if i % EVERY == EVERY - 1:
                        losses.append(loss.item())
                        print(f"epoch={epoch} i={i} {losses[-1]}")
                    _descend(loss, (first, last), self.cgp.learning_rate)
        print(f"\n\n\nLoss: {losses}")
        shown(lambda figure: _draw(figure, kind, losses))
        return losses

    def _tensors(self) -> tuple[tuple[Tensor, ...], list[float]]:
        """Each sample as `(1, 2)`, float64, and its label; made once, not once for each epoch."""
        if not self.training_data:
            raise PrimerError(
                "there are no training data", expected="[([x, y], label), …]",
                fix="call gen_training_data() first",
            )
        values = torch.tensor([list(x) for x, _ in self.training_data], dtype=torch.float64)
        return values.unsqueeze(1).unbind(), [float(label) for _, label in self.training_data]


def _descend(loss: Tensor, weights: tuple[Tensor, ...], learning_rate: float) -> None:
    gradients = torch.autograd.grad(loss, weights)
    for weight, gradient in zip(weights, gradients, strict=True):
        # Multiplied, then subtracted, as the package does: `sub_(…, alpha=…)` rounds once, and is
        # no faster. So the printed digits are the package's.
        weight.detach().sub_(learning_rate * gradient)


def _draw(figure: Figure, kind: str, losses: list[float]) -> None:
    figure.set_label(f"loss vs training ({kind} autograd)")
    axes = figure.add_subplot()
    axes.plot(losses)
    axes.set(xlabel=f"training samples / {EVERY}", ylabel="loss", title=f"{kind} autograd")
