"""The gradients that a batch's step may have been taken along, by the equations and by their forms.

All are of half the squared error, averaged over the batch; the factor 2 is a convention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from cgp_harness.kinds.primer_training.record import Training
from cgp_harness.model import Floats

COLLINEAR = 1e-11
"""Of one, how far the cosine between a sample of a batch and one of the training data may be."""


class NotFollowedError(Exception):
    """The record is of something else than the specified network on the given samples."""


@dataclass(frozen=True)
class Batches:
    """A training's batches with their labels, and its network's values on them.

    Args:
        labels: (K, N).
    """

    training: Training
    labels: Floats

    @classmethod
    def of(cls, training: Training, samples: Floats) -> Batches:
        """Find the label of each sample: the class that has one in the same direction.

        Args:
            samples: (2, S, …), in the order of the training's samples.

        Raises:
            NotFollowedError: a sample of a batch is none of these, whatever its length.
        """
        known = samples[:, :, list(training.places)].reshape(-1, training.layers[0])
        known = known / np.linalg.norm(known, axis=1, keepdims=True)
        batch = training.inputs.reshape(-1, training.layers[0])
        length = np.linalg.norm(batch, axis=1, keepdims=True)
        cosines = (batch / np.where(length > 0, length, 1.0)) @ known.T
        nearest = cosines.argmax(axis=1)
        if not (cosines.max(axis=1) > 1 - COLLINEAR).all():
            raise NotFollowedError(
                "its batches are not drawn from what gen_training_data() returned")
        labels = (nearest >= samples.shape[1]).astype(float)
        return cls(training, labels.reshape(training.inputs.shape[:2]))

    @cached_property
    def shares(self) -> Floats:
        """(B, units): which units have which bias: one each, one a layer, or one for all.

        Raises:
            NotFollowedError: the biases are others.
        """
        units, number = self.training.layers[1:], self.training.biases.shape[1]
        sizes = {sum(units): [1] * sum(units), len(units): [*units], 1: [sum(units)]}.get(number)
        if sizes is None:
            raise NotFollowedError(
                f"self.bias holds {number} numbers for {sum(units)} units in {len(units)} layers")
        return np.repeat(np.eye(number), sizes, axis=1)

    @cached_property
    def matrices(self) -> list[Floats]:
        """Of each layer the weights before each batch, (K, units, sources)."""
        return self._by_layer(self.training.weights)

    def _by_layer(self, weights: Floats) -> list[Floats]:
        layers = self.training.layers
        ends = np.cumsum([before * after for before, after in pairwise(layers)])
        return [part.reshape(len(part), after, before) for part, (before, after) in zip(
            np.split(weights, ends[:-1], axis=1), pairwise(layers), strict=True)]

    @cached_property
    def values(self) -> list[Floats]:
        """Of each layer, inputs first, (K, N, units)."""
        found, unit = [self.training.inputs], 0
        biases = self.training.biases @ self.shares
        for matrix in self.matrices:
            bias = biases[:, None, unit:unit + matrix.shape[1]]
            sums = np.einsum("kns,kus->knu", found[-1], matrix) + bias
            found.append(1.0 / (1.0 + np.exp(-np.clip(sums, -709.0, 709.0))))
            unit += matrix.shape[1]
        return found

    @cached_property
    def slopes(self) -> list[Floats]:
        """The sigmoid's derivative in each layer after the inputs."""
        return [value * (1.0 - value) for value in self.values[1:]]

    @cached_property
    def errors(self) -> Floats:
        """Label minus prediction, (K, N, 1)."""
        return self.labels[:, :, None] - self.values[-1]


Gradients = Mapping[str, Floats]
"""Form -> (K, W) or (K, B)."""


def of_weights(batches: Batches) -> Gradients:
    """In every form that is known, the accepted ones first."""
    exact = _passed_back(batches)
    mean = _mean(batches)
    plain = _passed_back(batches, slopes=False)
    forms = {
        "samples": _outer(exact, batches),
        "averages": _outer(_passed_back(mean), mean),
        "averages without slopes": _outer(_passed_back(mean, slopes=False), mean),
        "published": -_outer(exact, batches) if len(batches.matrices) == 1
        else _outer(plain, batches),
    }
    if len(batches.matrices) == 1:
        for fault, places in _by_position(batches.training).items():
            forms |= {f"{name}, {fault}": forms[name][:, places]
                      for name in ("samples", "averages")}
        return forms
    return forms | {
        "samples, late": _outer(_passed_back(batches, late=True), batches),
        "averages, late": _outer(_passed_back(mean, late=True), mean),
        "averages without slopes, late": _outer(
            _passed_back(mean, slopes=False, late=True), mean),
        "published, late": _outer(_passed_back(batches, slopes=False, late=True), batches)}


def of_biases(batches: Batches) -> Gradients:
    """The same of the biases."""
    exact, plain, mean = (
        _passed_back(batches), _passed_back(batches, slopes=False), _mean(batches))
    averaged, averaged_plain = _passed_back(mean), _passed_back(mean, slopes=False)
    shares, layers = batches.shares, batches.training.layers[1:]
    sizes = shares.sum(axis=1)
    published = [_published(plain, batches), _published(averaged_plain, mean)]
    forms = {
        "samples": _units(exact) @ shares.T,
        "averages": _units(averaged) @ shares.T,
        "averages without slopes": _units(averaged_plain) @ shares.T,
        "published": _units(averaged) @ shares.T if len(layers) == 1 else published[0] @ shares.T,
        "published with own slopes": _units(plain) @ shares.T,
        "published of averages": published[1] @ shares.T,
    }
    if len(layers) > 1:
        forms |= {"samples, late": _units(_passed_back(batches, late=True)) @ shares.T,
                  "averages, late": _units(_passed_back(mean, late=True)) @ shares.T}
    if (sizes > 1).any():
        products = _sum_times_mean(averaged_plain, mean) @ (shares / sizes[:, None]).T
        forms |= {"published of sums": products}
        forms |= {f"{name} averaged over units": forms[name] / sizes
                  for name in ("samples", "averages", "averages without slopes")}
    return forms


def _mean(batches: Batches) -> Batches:
    """The batch as one sample of averages: values, slopes and the error, each by itself."""
    mean = Batches(batches.training, batches.labels)
    vars(mean).update(
        values=[one.mean(axis=1, keepdims=True) for one in batches.values],
        slopes=[one.mean(axis=1, keepdims=True) for one in batches.slopes],
        errors=batches.errors.mean(axis=1, keepdims=True))
    return mean


@dataclass(frozen=True)
class _Passed:
    """Of each layer after the inputs, (K, N, units): the error that arrives, and with the slope."""

    errors: Sequence[Floats]
    deltas: Sequence[Floats]


def _passed_back(batches: Batches, *, slopes: bool = True, late: bool = False) -> _Passed:
    """Errors passed back through the weights, with each layer's slope on the way or without.

    Args:
        late: through weights that have already been moved.
    """
    matrices = batches.matrices
    if late:
        moved = np.concatenate([batches.training.weights[1:], batches.training.weights[-1:]])
        matrices = batches._by_layer(moved)
    error, errors, deltas = batches.errors, list[Floats](), list[Floats]()
    for matrix, slope in zip(reversed(matrices), reversed(batches.slopes), strict=True):
        errors.insert(0, error)
        deltas.insert(0, error * slope)
        error = np.einsum("knu,kus->kns", deltas[0] if slopes else error, matrix)
    return _Passed(errors, deltas)


def _outer(passed: _Passed, batches: Batches) -> Floats:
    """(K, W): minus the mean over samples of delta times source."""
    return np.concatenate([
        -np.einsum("knu,kns->kus", delta, value).reshape(len(delta), -1) / delta.shape[1]
        for delta, value in zip(passed.deltas, batches.values, strict=False)], axis=1)


def _units(passed: _Passed) -> Floats:
    """(K, units): minus the mean over samples of delta."""
    return -np.concatenate([delta.mean(axis=1) for delta in passed.deltas], axis=1)


def _published(passed: _Passed, batches: Batches) -> Floats:
    """(K, units): the error that arrives times the next layer's slopes; the output stays."""
    hidden = [-(error * slope.sum(axis=2, keepdims=True)).mean(axis=1)
              for error, slope in zip(passed.errors, batches.slopes[1:], strict=False)]
    return np.concatenate([*hidden, np.zeros((len(batches.labels), 1))], axis=1)


def _sum_times_mean(passed: _Passed, mean: Batches) -> Floats:
    """(K, units): in each unit of a layer the sum of its errors times the mean of its slopes."""
    return np.concatenate([
        np.repeat(-(error.sum(axis=2) * slope.mean(axis=2)), error.shape[2], axis=1)
        for error, slope in zip(passed.errors, mean.slopes, strict=True)], axis=1)


def _by_position(training: Training) -> Mapping[str, list[int]]:
    """For each weight the input in its place: the n-th weight, of a list or of the text, has the
    n-th number of a sample."""
    at = {place: number for number, place in enumerate(training.places)}
    return {"by position": [at[rank] for rank in training.ranks],
            "by position of the text": [at[rank] for rank in range(len(at))]}
