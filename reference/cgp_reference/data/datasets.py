"""The lecture's data sets, from explicit seeds: the same numbers on every machine.

Samples lie planar, `(features, count)`: one feature of all samples is one stretch of memory.

Streams: normals come from numpy's `RandomState` (frozen by NEP 19, and the lecture's own), the rest
from Python's `Random` (likewise). The global generators of `random` and numpy are neither read nor
moved, and names play no part, so that PYTHONHASHSEED makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from cgp_reference.errors import ExplainedError

Array = NDArray[np.float64]


class DataError(ExplainedError):
    """Data that cannot be drawn, or not be made into batches."""


@dataclass(frozen=True)
class Samples:
    """Labelled points.

    Args:
        values: `(features, count)`.
        labels: `(count,)`.
    """

    values: Array
    labels: Array

    def of_class(self, label: float) -> Array:
        """All samples with this label, in their order, `(count, features)`."""
        return self.values[:, self.labels == label].T


def two_gaussians(dimensions: int, size: int, seed: int) -> Samples:
    """Class 0: standard normal + 2. Class 1: 2 * standard normal + 4. In every dimension.

    Drawn sample by sample, class 0 then class 1, as the lecture draws: after `numpy.random.seed(
    seed)` its code gets the same numbers. All of class 0 come before all of class 1 here.

    Args:
        dimensions: features of a sample.
        size: samples of both classes together; an odd one is rounded down, as the lecture does.
        seed: 0 to 2^32 - 1.

    Raises:
        DataError: a class would be empty, or there is no dimension.
    """
    if dimensions < 1 or size < 2:  # fewer leave a class empty
        raise DataError(
            f"no data of {dimensions} dimensions and {size} samples can be drawn",
            expected="at least 1 dimension and 2 samples, one of each class",
        )
    draws = np.random.RandomState(seed).standard_normal((size // 2, 2, dimensions))
    values = np.concatenate([draws[:, 0] + 2.0, draws[:, 1] * 2 + 4.0])
    return Samples(np.ascontiguousarray(values.T), np.repeat([0.0, 1.0], size // 2))


def bivariate(size_per_class: int, seed: int) -> Samples:
    """The set of the Autograd demo: two normal clouds at (3, 3) and (5, 5), labels 1 and 2.

    Shuffled as the lecture does, where `random` and `numpy.random` both begin with `seed`. The
    lecture calls `multivariate_normal`, which for its unit covariance adds the mean to standard
    normals; the detour over LAPACK, whose signs may differ from machine to machine, is left out.

    Args:
        size_per_class: samples of each class.
        seed: 0 to 2^32 - 1.

    Raises:
        DataError: a class would be empty.
    """
    if size_per_class < 1:
        raise DataError(
            f"no data of {size_per_class} samples for each class can be drawn",
            expected="at least 1",
        )
    draws = np.random.RandomState(seed).standard_normal((2, size_per_class, 2))
    values = (draws + np.array([3.0, 5.0])[:, None, None]).reshape(-1, 2)
    order = list(range(2 * size_per_class))
    Random(seed).shuffle(order)
    labels = np.repeat([1.0, 2.0], size_per_class)
    return Samples(np.ascontiguousarray(values[order].T), labels[order])


def dag_inputs(variables: int, size: int, seed: int) -> Array:
    """Inputs of the DAG demo, `(variables, size)`: uniform(-1, 1), sample by sample.

    Raises:
        DataError: there is no variable, or no sample.
    """
    if variables < 1 or size < 1:
        raise DataError(
            f"no data of {variables} variables and {size} samples can be drawn",
            expected="at least 1 of both",
        )
    stream = Random(seed)
    draws = [[stream.uniform(-1, 1) for _ in range(variables)] for _ in range(size)]
    return np.array(draws, dtype=np.float64).reshape(size, variables).T
