"""The lecture's demo 4: its two networks on `torch.nn`, trained on the batches of the facade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.errors import meant
from cgp_reference.primer.base import Primer, PrimerError
from cgp_reference.primer.data_loader import DataLoader, TrainingSet
from cgp_reference.primer.neurons.running_loss import LossRecord

HIDDEN = 2
OPTIONS = ("one_neuron", "multi_neuron")

Step = Callable[[Sequence[Array], Sequence[int]], float]
"""One batch: samples, labels -> the sum of its squared errors before the step."""


class Verification(Primer):
    """Starts are torch's own, drawn from its global stream, and the arithmetic is float32."""

    input_size: int
    output_size: int

    def run_training_with_torchnn(
        self, option: str, training_data: TrainingSet | None = None
    ) -> list[float]:
        """Train by `torch.optim.SGD` on the squared error, summed over the batch (not averaged).

        A script that seeds torch, `random` and numpy gets the package's numbers. `torch_baseline`
        has the same networks in float64, whose start is drawn from other numbers.

        Args:
            option: `one_neuron`: a linear layer and a sigmoid; `multi_neuron`: two linear layers,
                2 units between them, ReLU behind the first.
            training_data: as of `gen_training_data()`; what it stored, if left out.

        Returns:
            The means that are printed.

        Raises:
            PrimerError: there is no such option, nothing is parsed, or there are no data.
        """
        if option not in OPTIONS:
            raise PrimerError(
                f"there is no network {option!r}", expected="'one_neuron' or 'multi_neuron'",
                fix=meant(str(option), OPTIONS),
            )
        if not self.independent_vars:
            raise PrimerError(
                "the number of inputs is not known yet", expected="a parser called before",
                fix="call parse_expressions() first",
            )
        from cgp_reference.train.torch_baseline import one_thread

        loader, record = DataLoader.of(self, training_data), LossRecord.of(self)
        step = _stepping(option, self.input_size, self.output_size, self.learning_rate)
        with one_thread():
            for i in range(self._needed("training_iterations")):
                record.add(i, step(*loader.getbatch()))
        return record.shown()


def _stepping(option: str, inputs: int, outputs: int, learning_rate: float) -> Step:
    """A network with a start of its own, about to take its first step."""
    import torch

    # As the package draws: the layers in their order, float32.
    network: Any = (
        torch.nn.Sequential(torch.nn.Linear(inputs, outputs), torch.nn.Sigmoid())
        if option == "one_neuron" else
        torch.nn.Sequential(
            torch.nn.Linear(inputs, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, outputs))
    )
    criterion = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(network.parameters(), learning_rate)

    def step(samples: Sequence[Array], labels: Sequence[int]) -> float:
        x = torch.from_numpy(np.array(samples, dtype=np.float32))
        y = torch.tensor(labels, dtype=torch.float32).unsqueeze(1)
        loss = criterion(network(x), y)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        return float(loss.item())

    return step
