r"""The lecture's 2-10-2 network for extending Autograd, with a quantizer in it or not, in numpy.

.. math:: \hat y = W_2^T \max(0, W_1^T x), \qquad L = \sum_k (\hat y_k - y)^2

There are no biases, and both outputs are compared with the one label (1 or 2). The quantizer turns
a number x into the byte q below it; on the way back it passes `g + (x - q)` for the g that arrives
(`autograd_extension.py` says what that means). So there are three networks:

- nothing quantized: the lecture's "straight" training;
- the input quantized: its "extended" one. The input needs no gradient, so that the quantizer's way
  back is never gone;
- the hidden layer quantized: the way back takes part in the gradient of `W_1`. Above 255, where a
  byte ends, the layer saturates: q is 255, and no gradient passes.

Parameters of S seeds are one array `(40, S)`, seeds last: `W_1` row by row, then `W_2`. All seeds
see the same sample at each step, the set in its order, over and over.

    samples = bivariate(1000, seed=0)
    trained = train_quantized(QuantizedNetwork("hidden"), samples, RULES["sgd"], {"lr": 1e-4},
                              iterations=10_000, seeds=range(32))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from cgp_reference.data import Array, Samples
from cgp_reference.quantization.quantizer import LARGEST, quantize
from cgp_reference.rule import Rule
from cgp_reference.train import Trained, TrainingError
from cgp_reference.train.seen import seen
from cgp_reference.train.start import require_iterations

Place = Literal["nothing", "input", "hidden"]

_START = 2      # second word of the seed; the data have the one word, starts 0, batches 1


@dataclass(frozen=True)
class QuantizedNetwork:
    """The shape of the network, and what is quantized in it; parameters are kept outside.

    Args:
        quantized: `nothing`, `input` or `hidden`.
        feedback: whether a quantized hidden layer passes `g + (x - q)` on; else it passes `g`, the
            straight-through estimate alone.
        layers: inputs, hidden units, outputs.
    """

    quantized: Place = "nothing"
    feedback: bool = True
    layers: tuple[int, int, int] = (2, 10, 2)

    def __post_init__(self) -> None:
        if self.quantized not in get_args(Place):
            raise TrainingError(
                f"a network with {self.quantized!r} quantized",
                expected="'nothing', 'input' or 'hidden'",
            )

    @property
    def size(self) -> int:
        """D, the number of parameters of one seed."""
        inputs, hidden, outputs = self.layers
        return hidden * (inputs + outputs)

    def start(self, seeds: Sequence[int]) -> Array:
        """Standard-normal parameters, `(D, S)`, each seed from a stream of its own."""
        columns = [np.random.RandomState([seed, _START]).standard_normal(self.size)
                   for seed in seeds]
        return np.array(columns).reshape(-1, self.size).T.copy()

    def inputs(self, samples: Samples) -> Array:
        """What the network computes with, `(count, features)`: bytes if the input is quantized.

        Raises:
            QuantizationError: a value has none.
        """
        values = samples.values.T
        return np.ascontiguousarray(quantize(values) if self.quantized == "input" else values)

    def gradient(self, parameters: Array, inputs: Array, label: float) -> tuple[Array, Array]:
        r"""Loss of one sample, and what training takes for its gradient.

        Args:
            parameters: `(D, S)`.
            inputs: `(features,)`, one row of `self.inputs`.
            label: what both outputs should be.

        Returns:
            `(S,)` in loss units, and `(D, S)` in loss units per parameter unit. With the hidden
            layer quantized it is not the derivative, which is 0 for `W_1` wherever it exists.
        """
        first, last = self._split(parameters)
        gradient = np.empty_like(parameters)
        of_first, of_last = self._split(gradient)
        sums = np.dot(inputs, first).reshape(len(last), 1, -1)
        # At 0 the derivative is ReLU's 0; clamp has 1 up to torch 2.13. Only the input (0, 0)
        # comes there, and with it the gradient of W_1 is 0 either way.
        active, hidden = sums > 0, np.maximum(sums, 0.0)
        lost: Array | float = 0.0
        if self.quantized == "hidden":
            active &= sums < LARGEST
            clamped = np.minimum(hidden, LARGEST)
            hidden = np.floor(clamped)
            lost = clamped - hidden if self.feedback else 0.0
        error = np.add.reduce(hidden * last) - label
        loss: Array = np.add.reduce(error * error)
        error *= 2.0
        np.multiply(hidden, error, out=of_last)
        arriving = np.add.reduce(last * error, axis=1, keepdims=True)
        arriving += lost
        arriving *= active
        np.multiply(inputs[:, None], arriving.reshape(-1), out=of_first)
        return loss, gradient

    def _split(self, packed: Array) -> tuple[Array, Array]:
        """Views: `W_1` as `(inputs, hidden * S)`, so that BLAS sees a matrix; `W_2` as it is."""
        inputs, hidden, outputs = self.layers
        places = inputs * hidden
        return packed[:places].reshape(inputs, -1), packed[places:].reshape(hidden, outputs, -1)


def train_quantized(
    network: QuantizedNetwork, samples: Samples, rule: Rule, hyperparameters: Mapping[str, float],
    iterations: int, seeds: Sequence[int], *,
    start: Array | None = None, progress: Callable[[int], object] | None = None,
) -> Trained:
    """Train every seed, a sample a step, the samples in their order and then from the first again.

    Args:
        network: what is trained, and what is quantized in it.
        samples: of as many features as the network has inputs; `bivariate` has the lecture's.
        rule: any step-size rule that works elementwise on arrays.
        hyperparameters: those that shall differ from the rule's defaults.
        iterations: steps; an epoch is as many as there are samples.
        seeds: one training each.
        start: parameters to begin with, `(D, S)`; `network.start` if left out.
        progress: called with the number of iterations done, some hundred times in a long run.

    Returns:
        Losses `(iterations, S)` of each sample before its step, inf or nan from where a seed
        diverged; and the parameters after the last step.

    Raises:
        TrainingError: no seeds, no samples, fewer than 0 iterations, or a start or samples that do
            not fit the network.
        QuantizationError: the input is quantized, and a value has no byte.
        RuleError: the rule does not return a step and its state.
    """
    parameters = _checked(network, samples, seeds, start)
    require_iterations(iterations)
    inputs, labels = network.inputs(samples), samples.labels.tolist()
    losses, count = np.empty((iterations, len(seeds))), len(labels)
    stepping, every = rule.run([parameters]), max(1, iterations // 100)
    # A seed that diverges would warn at every step; its losses tell.
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(iterations):
            losses[k], gradient = network.gradient(parameters, inputs[k % count], labels[k % count])
            parameters -= stepping.step(
                [gradient], hyperparameters, seen(rule, parameters))[0]
            if progress is not None and ((k + 1) % every == 0 or k + 1 == iterations):
                progress(k + 1)
    return Trained(losses, parameters)


def _checked(
    network: QuantizedNetwork, samples: Samples, seeds: Sequence[int], start: Array | None
) -> Array:
    if not len(seeds) or not samples.labels.size:
        raise TrainingError(
            "there is nothing to train", expected="at least one seed and one sample")
    if len(samples.values) != network.layers[0]:
        raise TrainingError(
            f"samples of {len(samples.values)} features", expected=f"{network.layers[0]}")
    if start is None:
        return network.start(seeds)
    if start.shape != (network.size, len(seeds)):
        raise TrainingError(
            f"a start of shape {start.shape}",
            expected=f"({network.size}, {len(seeds)}): a row per parameter, a column per seed",
        )
    return start.astype(np.float64)
