"""Forward and backward pass through a layered network: the arithmetic of Eqs. 25 to 30.

Arrays are planar, seeds last: values `(units, batch, S)`, weights `(units, sources + 1, S)`. Of a
single seed the last axis is left out inside, so that every product is one of matrices. They are
numpy's, or torch's tensors where the parameters are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

from cgp_reference.activation import (
    ACTIVATIONS,
    IDENTITY,
    RELU,
    SIGMOID,
    TANH,
    Activation,
)
from cgp_reference.backend import NUMPY, Backend, BackendError, backend_of
from cgp_reference.data import Array
from cgp_reference.network.layout import Layout
from cgp_reference.network.products import outer, passed_back, seeds_first, weighted

Stack = Array | Sequence[Array]
"""One array for each batch, or one array whose first axis counts them."""


class Passes:
    """Forward and backward pass of one network, at parameters that may be changed in between.

    It owns the memory of what a forward pass leaves for the backward pass. Gradients are memory of
    their own: a rule may keep them as its state.

    Args:
        layout: of the network.
        parameters: `(D, S)`; the numbers that they hold when a pass begins count. The Jacobian is
            numpy's alone.
        batch: samples in a batch.
    """

    def __init__(self, layout: Layout, parameters: Array, batch: int) -> None:
        self.layout, self._seeds = layout, parameters.shape[1]
        self._backend = backend = backend_of(parameters)
        shape = (batch, self._seeds) if self._seeds > 1 else (batch,)
        self._weights = layout.by_layer(inside(parameters))
        # A last plane of ones behind every layer is the source whose weight is the bias.
        self.values: list[Array] = [backend.ones((units + 1, *shape)) for units in layout.layers]
        self.slopes: list[Array] = [
            backend.empty((units, *shape)) for units in layout.layers[1:]]
        self._scale = backend.array(np.array(2 / batch))                        # Eqs. 18, 21
        self._seeds_first = [
            backend is NUMPY and seeds_first(
                weights.shape[0], weights.shape[1], batch, self._seeds)
            for weights in self._weights
        ]
        self._layers = [
            (weights, backend.empty(slopes.shape), values, values[:-1], slopes, activation, first)
            for weights, values, slopes, activation, first in zip(
                self._weights, self.values[1:], self.slopes, layout.activations,
                self._seeds_first, strict=True)
        ]

    def forward(self, sources: Array) -> Array:
        """Predictions `(outputs, batch[, S])`, overwritten by the next call.

        Args:
            sources: the inputs, and a last plane of ones, `(features + 1, batch[, S])`.
        """
        self.values[0] = before = sources
        for weights, theta, behind, values, slopes, activation, first in self._layers:
            weighted(weights, before, theta, first)
            if activation is SIGMOID:
                _sigmoid(theta, values, slopes)                                 # Eqs. 25, 26
            elif self._backend is NUMPY:
                values[...] = activation.value(theta)
                slopes[...] = activation.derivative(theta, values)
            else:
                values[...], slopes[...] = _on_torch(activation, theta, self._backend)
            before = behind
        return values

    def gradients(
        self, batches: Stack, labels: Stack, errors: Stack
    ) -> Iterator[Array]:
        """The gradient of every batch, `(D, S)`, at the parameters of that moment.

        Args:
            batches: sources of each, as for `forward`.
            labels: of each, `(batch[, S])` or `(outputs, batch[, S])`.
            errors: where predictions minus labels of each are left, `(outputs, batch[, S])`.
        """
        xp = self._backend.namespace
        made = self._backend.empty((len(batches), self.layout.size, self._seeds))
        layers = self.layout.by_layer(inside(made), axis=1)
        for i, (sources, label, gradient) in enumerate(zip(batches, labels, made, strict=True)):
            error = xp.subtract(self.forward(sources), label, out=errors[i])
            for layer, delta in self._deltas(error):
                outer(delta, self.values[layer], layers[layer][i],
                      self._seeds_first[layer])                                 # Eq. 29
            yield xp.multiply(gradient, self._scale, out=gradient)

    def jacobian(self, sources: Array) -> Array:
        """Eq. 9, `(outputs, batch, D, S)`."""
        predictions = self.forward(sources)
        rows = np.empty((len(predictions), self.layout.size, *predictions.shape[1:]))
        for output, row in enumerate(rows):
            errors = np.zeros_like(predictions)
            errors[output] = 1
            by_layer = self.layout.by_layer(row)
            for layer, delta in self._deltas(errors):
                np.multiply(delta[:, None], self.values[layer], out=by_layer[layer])
        return np.moveaxis(rows, 1, 2).reshape(
            len(rows), -1, self.layout.size, self._seeds)

    def _deltas(self, errors: Array) -> Iterator[tuple[int, Array]]:
        """From the last layer to the first: the error at each unit's sum, `error * g'`."""
        for layer in range(len(self.slopes) - 1, -1, -1):
            slopes = self.slopes[layer]
            if self.layout.activations[layer].selects:
                errors = self._backend.namespace.where(slopes == 0, 0.0, errors)
            delta = errors * slopes
            yield layer, delta
            if layer:
                errors = passed_back(self._weights[layer][:, :-1], delta,
                                     self._seeds_first[layer])                  # Eq. 30


def inside(array: Array) -> Array:
    """The same without its last axis, that of the seeds, if there is one seed; a view."""
    return array[..., 0] if array.shape[-1] == 1 else array


def with_ones(inputs: Array) -> Array:
    """Inputs `(features, …)` and a last plane of ones, the source of every bias."""
    return np.concatenate([inputs, np.ones_like(inputs[:1])])


def squared_errors(errors: Array) -> Array:
    """Eq. 20, summed over outputs: errors `(T, outputs, batch, S)` to losses `(T, S)`."""
    losses: Array = np.einsum("tjbs,tjbs->ts", errors, errors)
    losses /= errors.shape[2]
    return losses


def _sigmoid(theta: Array, values: Array, slopes: Array) -> None:
    """Eqs. 25 and 26 for real arrays, over `theta`: half of what the general ones cost here.

    The value is E / (1 + E) with E the exponential of theta, the slope E / (1 + E)^2: nothing
    cancels. 709 is the last number whose exp does not overflow; the sigmoid there is 1.
    """
    backend = backend_of(theta)
    xp, (one, highest) = backend.namespace, _numbers(backend)
    xp.minimum(theta, highest, out=theta)
    xp.exp(theta, out=theta)
    xp.add(theta, one, out=slopes)
    xp.divide(theta, slopes, out=values)
    xp.divide(values, slopes, out=slopes)


def _on_torch(activation: Activation, theta: Array, backend: Backend) -> tuple[Any, Any]:
    """Value and derivative of an activation on tensors; its own functions are numpy's."""
    xp = backend.namespace
    if activation is TANH:
        values = xp.tanh(theta)
        return values, 1.0 - values * values
    if activation is RELU:
        return xp.where(theta <= 0, 0.0, theta), xp.where(theta <= 0, 0.0, 1.0)
    if activation is IDENTITY:
        return theta, xp.ones_like(theta)
    raise BackendError(
        f"the activation {activation.name!r} computes with numpy only",
        expected=f"one of {', '.join(ACTIVATIONS)} on {backend.library}, {backend.device}",
        fix="train on the CPU with numpy",
    )


@cache
def _numbers(backend: Backend) -> tuple[Any, Any]:
    # Arrays: a number costs numpy 0.2 µs a call.
    return backend.array(np.array(1.0)), backend.array(np.array(709.0))
