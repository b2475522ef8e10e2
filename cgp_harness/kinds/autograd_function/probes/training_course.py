r"""The lecture's 2-10-2 network with a Function in it, as runs that any step-size rule may train.

Where the Function stands is decided by its inputs:

- of one input, elementwise (`quantize`, `softplus`, `sign_ste`): it is what the hidden units do.

  .. math:: \hat y = W_2^T \, f(\mathrm{clip}(W_1^T x)), \qquad
            L = \frac 1 B \sum \lVert \hat y - y \rVert^2

  The sums are clipped to the domain of f, which for the quantizer makes them ReLU and byte at once.
  The lecture quantizes the inputs instead; these need no gradient, so that backward is never run.
- of three, as `affine` has them: it is both layers, with a bias each, and ReLU between them. The
  first layer's input needs no gradient, the second layer's does.

Data and parameters stay in this process: the Function sees its inputs and cotangents alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.autograd_function.probes.at_work import AtWork
from cgp_harness.kinds.autograd_function.specifications.specification import Specification
from cgp_harness.model import Floats
from cgp_reference.data import Samples, bivariate
from cgp_reference.quantization.network import QuantizedNetwork

INPUTS, HIDDEN, OUTPUTS = 2, 10, 2
WEIGHTS = HIDDEN * (INPUTS + OUTPUTS)
BATCH = 4
"""More than the lecture's one sample, so that gradients are summed over a batch."""
REACH = 10.0
"""The lecture's inputs are up to 9, and sums of them up to 30: they are scaled down for a function
whose domain is smaller than this."""
PER_CLASS = 1000
Evaluate = Callable[[int], tuple[Floats, Floats]]


@dataclass(frozen=True)
class TrainingCourse:
    """Paired runs: a start for each of S seeds, and the same batches for all.

    Args:
        specification: of the Function; says where it stands.
        function: how it is computed.
        seeds: S of them.
    """

    specification: Specification
    function: AtWork
    seeds: tuple[int, ...]

    @property
    def start(self) -> Floats:
        """Standard-normal weights, `(D, S)`, W_1 first; then biases of 0, where there are any."""
        weights = QuantizedNetwork().start(self.seeds)
        if self.specification.elementwise:
            return weights
        return np.concatenate([weights, np.zeros((HIDDEN + OUTPUTS, len(self.seeds)))])

    def bound(self, parameters: Floats) -> Evaluate:
        """As of any course: iteration k to losses `(S,)` and their gradient `(D, S)`.

        Raises:
            HarnessError: there is no place for such a Function.
            SubjectError: on evaluation, what the Function raises.
        """
        evaluate = place(self.specification)

        def at(k: int) -> tuple[Floats, Floats]:
            x, labels = _batch(k)
            return evaluate(self.specification, self.function, parameters, x, labels)

        return at


def place(specification: Specification) -> Callable[..., tuple[Floats, Floats]]:
    """Where in the network it stands: how loss and gradient are found with it there.

    Raises:
        HarnessError: nowhere.
    """
    if specification.elementwise:
        return hidden_units
    if tuple(specification.inputs.values()) == ("B n", "m n", "m"):
        return layers
    raise HarnessError(
        "the 2-10-2 network has no place for such a Function", where=specification.name,
        expected="one input, elementwise; or x, W and b of a layer",
        fix="leave the check 'training' out of this task", field="checks.training")


def hidden_units(
    specification: Specification, function: AtWork, parameters: Floats, x: Floats, labels: Floats
) -> tuple[Floats, Floats]:
    """Loss and gradient where the Function is what the hidden units do."""
    low, high = specification.domain
    first, last = _weights(parameters)
    x = x * min(1.0, max(abs(low), abs(high)) / REACH)
    sums = np.einsum("bi,ihs->sbh", x, first)
    # The domain ends before its upper end.
    given = np.clip(sums, low, np.nextafter(high, low))
    hidden = function.forward([given[None]], given[None])[0]
    losses, error = _losses(np.einsum("sbh,hos->sbo", hidden, last), labels)
    arriving = np.einsum("sbo,hos->sbh", error, last)
    [passed] = function.backward([given[None]], arriving[None], (True,))
    passed = np.where((sums > low) & (sums < high), passed[0], 0.0)
    return losses, _packed(
        np.einsum("bi,sbh->ihs", x, passed), np.einsum("sbh,sbo->hos", hidden, error))


def layers(
    specification: Specification, function: AtWork, parameters: Floats, x: Floats, labels: Floats
) -> tuple[Floats, Floats]:
    """Loss and gradient where the Function is both layers."""
    first, last = _weights(parameters)
    biases = parameters[WEIGHTS:].T
    below = [np.broadcast_to(x, (parameters.shape[1], *x.shape)), first.transpose(2, 1, 0),
             biases[:, :HIDDEN]]
    sums = function.forward(below, np.empty((len(biases), len(x), HIDDEN)))
    above = [np.maximum(sums, 0.0), last.transpose(2, 1, 0), biases[:, HIDDEN:]]
    losses, error = _losses(
        function.forward(above, np.empty((len(biases), len(x), OUTPUTS))), labels)
    arriving, of_last, of_outputs = function.backward(above, error, (True, True, True))
    _, of_first, of_hidden = function.backward(below, arriving * (sums > 0), (False, True, True))
    return losses, np.concatenate([
        _packed(of_first.transpose(2, 1, 0), of_last.transpose(2, 1, 0)),
        of_hidden.T, of_outputs.T])


@cache
def _samples() -> Samples:
    return bivariate(PER_CLASS, seed=0)


def _batch(k: int) -> tuple[Floats, Floats]:
    """Samples (BATCH, 2) in their order, and labels (BATCH, 1)."""
    samples = _samples()
    places = np.arange(k * BATCH, (k + 1) * BATCH) % samples.labels.size
    return samples.values[:, places].T, samples.labels[places, None]


def _losses(predicted: Floats, labels: Floats) -> tuple[Floats, Floats]:
    """Losses (S,), and their derivative for each prediction, (S, B, outputs)."""
    error = predicted - labels
    return np.einsum("sbo,sbo->s", error, error) / BATCH, 2 * error / BATCH


def _weights(parameters: Floats) -> tuple[Floats, Floats]:
    """W_1 as (inputs, hidden, S) and W_2 as (hidden, outputs, S), packed as the engine packs."""
    places = INPUTS * HIDDEN
    return (parameters[:places].reshape(INPUTS, HIDDEN, -1),
            parameters[places:WEIGHTS].reshape(HIDDEN, OUTPUTS, -1))


def _packed(first: Floats, last: Floats) -> Floats:
    seeds = first.shape[-1]
    return np.concatenate([first.reshape(-1, seeds), last.reshape(-1, seeds)])
