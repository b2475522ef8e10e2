"""The same networks on torch.nn, trained by torch.optim: what the engine is compared with.

`OneNeuronNet` and `MultiNeuronNet` are the lecture's (its verification by torch.nn): the second has
ReLU in the hidden layer and none behind the output, so it is *not* the engine's 4-2-1 network.
`SigmoidNet` is, layer for layer; comparisons with it compare one thing.

On networks this small torch is fastest with one thread: `torch.set_num_threads(1)` took 190 µs a
step where 2 threads took 3180 (torch 2.13, 2 cores). That is the program's to say, so it is not
said here.

    module = SigmoidNet((4, 2, 1))
    load(module, parameters[:, 0])
    optimizer = torch.optim.Adam(module.parameters(), lr=3e-2)
    losses = train_module(module, optimizer, Batches(samples), iterations=1000, seed=0)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap

from cgp_reference.data import Array
from cgp_reference.data.batches import Source
from cgp_reference.train.start import TrainingError

Loss = Callable[[Tensor, Tensor], Tensor]
Optimizer = Callable[[Sequence[Tensor]], torch.optim.Optimizer]


class OneNeuronNet(nn.Module):
    """The lecture's: a linear layer and a sigmoid; float64."""

    def __init__(self, inputs: int = 4, outputs: int = 1) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, inputs)` to `(batch, outputs)`."""
        return torch.sigmoid(self.linear(x))


class MultiNeuronNet(nn.Module):
    """The lecture's: two linear layers with ReLU between them and nothing behind; float64."""

    def __init__(self, inputs: int = 4, hidden: int = 2, outputs: int = 1) -> None:
        super().__init__()
        self.linear1 = nn.Linear(inputs, hidden, dtype=torch.float64)
        self.linear2 = nn.Linear(hidden, outputs, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, inputs)` to `(batch, outputs)`."""
        # relu, not clamp(min=0): their derivatives at 0 differ, 0 and (up to torch 2.13) 1.
        hidden: Tensor = torch.relu(self.linear1(x))
        output: Tensor = self.linear2(hidden)
        return output


class SigmoidNet(nn.Module):
    """The engine's own architecture: a sigmoid behind every linear layer; float64."""

    def __init__(self, layers: Sequence[int] = (4, 2, 1)) -> None:
        super().__init__()
        self.linears = nn.ModuleList(
            nn.Linear(sources, units, dtype=torch.float64) for sources, units in pairwise(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        """`(batch, inputs)` to `(batch, outputs)`."""
        for linear in self.linears:
            x = torch.sigmoid(linear(x))
        return x


def load(module: nn.Module, parameters: Array) -> None:
    """Give a network of linear layers one seed's parameters, `(D,)` in the engine's order.

    Raises:
        TrainingError: there are more or fewer than it has.
    """
    size = sum(linear.weight.shape[0] * (linear.weight.shape[1] + 1) for linear in _linears(module))
    if parameters.shape != (size,):
        raise TrainingError(f"parameters of shape {parameters.shape}", expected=f"({size},)")
    first = 0
    for linear in _linears(module):
        units, sources = linear.weight.shape
        last = first + units * (sources + 1)
        rows = torch.as_tensor(parameters[first:last].copy()).reshape(units, sources + 1)
        with torch.no_grad():
            linear.weight.copy_(rows[:, :-1])
            linear.bias.copy_(rows[:, -1])
        first = last


def packed(module: nn.Module, values: Callable[[Tensor], Any] = Tensor.detach) -> Array:
    """The parameters, `(D,)` in the engine's order; or what `values` gives of each tensor.

    `packed(module, lambda tensor: tensor.grad)` are the gradients.
    """
    rows = [
        torch.cat([values(linear.weight), values(linear.bias)[:, None]], dim=1).reshape(-1)
        for linear in _linears(module)
    ]
    array: Array = torch.cat(rows).numpy()
    return array


def squared_error(predictions: Tensor, labels: Tensor) -> Tensor:
    """The engine's loss: squared error, summed over outputs, averaged over the batch.

    For one output it is `torch.nn.MSELoss()`. The lecture's verification sums over the batch too,
    `torch.nn.MSELoss(reduction="sum")`: a learning rate `batch` times as large.
    """
    return (predictions - labels).square().sum(dim=-1).mean(dim=-1)


def train_module(
    module: nn.Module, optimizer: torch.optim.Optimizer, batches: Source, iterations: int,
    seed: int, *, criterion: Loss = squared_error,
) -> list[float]:
    """Train on the batches that the engine gets for this seed; returns the loss of each batch."""
    losses = []
    for block in batches.blocks([seed], iterations):
        for i, labels in enumerate(block.labels):
            x, y = torch.tensor(block.inputs[:, i, :, 0].T), torch.tensor(labels)
            loss = criterion(module(x), y)
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.item())
    return losses


def sgd(module: nn.Module, learning_rate: float) -> torch.optim.Optimizer:
    """Plain SGD over all parameters of a module."""
    return torch.optim.SGD(module.parameters(), lr=learning_rate)


@contextmanager
def one_thread() -> Iterator[None]:
    """Tiny networks in one thread: 0.3 ms a step, 1 ms with 2 threads (torch 2.13, 2 cores)."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def train_stacked(
    modules: Sequence[nn.Module], optimizer: Optimizer, batches: Source, iterations: int,
    seeds: Sequence[int],
) -> Tensor:
    """Train one module per seed in one pass, by `torch.func`; they hold the results afterwards.

    Args:
        modules: networks of one architecture, without buffers.
        optimizer: makes one from a list of tensors; elementwise, as all of the lecture are: it sees
            the parameters of all seeds stacked, `(S, …)`.
        batches: as for the engine.
        iterations: steps.
        seeds: one per module.

    Returns:
        The loss of each batch, `(iterations, S)`.
    """
    stacked, _ = stack_module_state(list(modules))
    skeleton, steps = modules[0], optimizer(list(stacked.values()))

    def loss_of_one(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return squared_error(functional_call(skeleton, parameters, (x,)), y)

    losses = []
    for block in batches.blocks(seeds, iterations):
        for i, labels in enumerate(block.labels):
            x = torch.tensor(block.inputs[:, i].T)                  # (S, batch, features)
            y = torch.tensor(labels.T[..., None])                   # (S, batch, 1)
            loss = vmap(loss_of_one)(stacked, x, y)
            steps.zero_grad()
            # Seeds do not meet: the derivative of the sum has each seed's own in its slice.
            torch.autograd.backward(loss.sum())
            steps.step()
            losses.append(loss.detach())
    with torch.no_grad():
        for name, values in stacked.items():
            for module, value in zip(modules, values, strict=True):
                module.get_parameter(name).copy_(value)
    return torch.stack(losses)


def _linears(module: nn.Module) -> list[nn.Linear]:
    return [each for each in module.modules() if isinstance(each, nn.Linear)]
