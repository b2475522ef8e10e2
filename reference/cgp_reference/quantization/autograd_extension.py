r"""Extending Autograd (the lecture's last section but one): a quantizer that feeds its error back.

The lecture calls it `DoSillyWithTensor`. Forward it cuts every number x down to a byte q, backward
it passes `g + (x - q)` for the g that arrives. The derivative of q is 0 wherever it exists, so this
is no derivative; it is that of another function, with q held fixed:

.. math:: g + (x - q) = \frac{\partial}{\partial x} \left[ g^T x + \frac12 \lVert x - q \rVert^2
          \right]

The first term is the straight-through estimate (Bengio et al., arXiv:1308.3432): the cut is taken
for the identity. The second is a commitment penalty (van den Oord et al., arXiv:1711.00937), which
draws x to the byte that stands for it. It comes on top of whatever the loss wants, even at g = 0.

    quantized = quantize_with_error_feedback(x)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from cgp_reference.data import Array, Samples
from cgp_reference.quantization.network import QuantizedNetwork
from cgp_reference.quantization.quantizer import LARGEST, require_byte


class QuantizeWithErrorFeedback(torch.autograd.Function):
    """The quantizer, for real tensors of any shape with values in (-1, 256).

    Forward gives float64, backward the dtype of the input. What was cut off is computed and saved
    only where the input needs a gradient. There is no second derivative: asking raises.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """Each number cut down to a byte, as float64.

        Raises:
            QuantizationError: a number is not in (-1, 256).
        """
        if x.numel():
            least, largest = torch.aminmax(x.detach())
            require_byte(least.item(), largest.item())
        quantized = x.to(torch.uint8).double()
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(x.double() - quantized)
            ctx.dtype = x.dtype
        return quantized

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Tensor) -> Tensor:
        """What arrives, plus what was cut off."""
        cut_off, = ctx.saved_tensors
        passed: Tensor = (g + cut_off).to(ctx.dtype)
        return passed


quantize_with_error_feedback: Callable[[Tensor], Tensor] = QuantizeWithErrorFeedback.apply


def passed_on(x: Array, g: Array) -> Array:
    """What Autograd makes of a gradient g that arrives at the bytes of x; all `(n,)`."""
    leaf = torch.tensor(x, requires_grad=True)
    [passed] = torch.autograd.grad(quantize_with_error_feedback(leaf), leaf, torch.tensor(g))
    found: Array = passed.numpy()
    return found


def predictions(network: QuantizedNetwork, first: Tensor, last: Tensor, x: Tensor) -> Tensor:
    """The network as the lecture writes it: `(1, features)` to `(1, outputs)`."""
    if network.quantized == "input":
        x = quantize_with_error_feedback(x).to(first.dtype)
    hidden = x.mm(first).clamp(min=0)
    if network.quantized == "hidden":
        clamped = hidden.clamp(max=LARGEST)
        hidden = (quantize_with_error_feedback(clamped).to(first.dtype) if network.feedback
                  else clamped + (clamped.to(torch.uint8) - clamped).detach())
    return hidden.mm(last)


def train_by_autograd(
    network: QuantizedNetwork, samples: Samples, learning_rate: float, iterations: int,
    start: Array,
) -> tuple[list[float], Array]:
    """Train one seed by SGD, every gradient by Autograd: what `train_quantized` is compared with.

    Args:
        network: what is trained, and what is quantized in it.
        samples: taken in their order, over and over; float64.
        learning_rate: of plain SGD.
        iterations: steps.
        start: parameters to begin with, `(D,)`, packed as the engine packs them.

    Returns:
        The loss of each sample before its step, and the parameters after the last, `(D,)`.
    """
    inputs, hidden, outputs = network.layers
    packed = torch.tensor(start)
    first = packed[:inputs * hidden].reshape(inputs, hidden).clone().requires_grad_()
    last = packed[inputs * hidden:].reshape(hidden, outputs).clone().requires_grad_()
    optimizer = torch.optim.SGD([first, last], lr=learning_rate)
    x, labels, losses = torch.tensor(samples.values.T), samples.labels.tolist(), []
    for k in range(iterations):
        i = k % len(labels)
        loss = (predictions(network, first, last, x[i:i + 1]) - labels[i]).square().sum()
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(loss.item())
    trained = torch.cat([first.detach().reshape(-1), last.detach().reshape(-1)])
    end: Array = trained.numpy()
    return losses, end
