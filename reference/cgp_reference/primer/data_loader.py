"""The lecture's two classes and its batches, drawn from the global generators that scripts seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cgp_reference.data import Array
from cgp_reference.primer.base import Primer, PrimerError

TrainingSet = Mapping[int, Sequence[Any]]
"""Samples of class 0 and of class 1."""


class TrainingData(Primer):
    """The two Gaussian classes of the networks' demos."""

    def gen_training_data(self) -> dict[int, list[Array]]:
        """Class 0: standard normal + 2; class 1: 2 * standard normal + 4; in every input.

        Drawn from the global `numpy.random`, class 0 then class 1, sample by sample. Half of
        `dataset_size` belongs to each class; an odd one is rounded down.

        Returns:
            {0: samples, 1: samples}, each sample an array with a number per input; the same object
            as `training_data`, where scripts of 1.0.7 and before look for it.

        Raises:
            PrimerError: nothing is parsed yet, or dataset_size is 1.
        """
        size = self._needed("dataset_size") // 2
        if not self.independent_vars:
            raise PrimerError(
                "the number of inputs is not known yet", expected="a parser called before",
                fix="call parse_expressions() or parse_multi_layer_expressions() first",
            )
        if size < 1:
            raise PrimerError("dataset_size=1", expected="2 or more, half for each class")
        draws = np.random.standard_normal((size, 2, len(self.independent_vars)))
        data = {0: list(draws[:, 0] + 2.0), 1: list(draws[:, 1] * 2 + 4.0)}
        self.training_data = data
        return data


class DataLoader:
    """Batches as the package draws them: a coin for the class, then a sample of it.

    The draws are those of `random.choice([0, 1])` and `random.choice(samples of the class)` on the
    global `random`, so that a script that seeds it gets the package's batches.
    """

    def __init__(self, training_data: TrainingSet, batch_size: int) -> None:
        """Lay the samples of both classes in one array.

        Raises:
            PrimerError: no samples of one class, or samples of different lengths.
        """
        self._bank = np.concatenate([_samples(training_data, label) for label in (0, 1)])
        self._largest: Array = self._bank.max(axis=1)
        first = len(training_data[0])
        self._places = (range(first), range(first, len(self._bank)))
        self._size = batch_size

    @classmethod
    def of(cls, primer: Primer, training_data: TrainingSet | None = None) -> DataLoader:
        """For a training loop: the data given to it, or those that gen_training_data() stored.

        Raises:
            PrimerError: there are neither, or they cannot be used.
        """
        data = primer.training_data if training_data is None else training_data
        if data is None:
            raise PrimerError(
                "there are no training data", expected="{0: samples, 1: samples}",
                fix="call gen_training_data() first",
            )
        return cls(data, primer.batch_size)

    def getbatch(self) -> tuple[list[Array], list[int]]:
        """Samples divided by the batch's largest value, and their labels.

        A batch without a positive value, which the package divides by 0, stays as it is.
        """
        choice, classes, places = random.choice, (0, 1), self._places
        labels, drawn = [], []
        for _ in range(self._size):
            label = choice(classes)
            labels.append(label)
            drawn.append(choice(places[label]))
        largest = self._largest[drawn].max()
        inputs = self._bank[drawn]
        if largest > 0:
            inputs /= largest
        return list(inputs), labels


def _samples(training_data: TrainingSet, label: int) -> Array:
    form = "{0: samples, 1: samples}, every sample a list of the same number of numbers"
    try:
        samples = np.array([*training_data[label]], dtype=np.float64)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise PrimerError(
            f"the training data of class {label} cannot be read", expected=form) from error
    if samples.ndim != 2 or not samples.size:
        raise PrimerError(
            f"the training data of class {label} have the shape {samples.shape}", expected=form)
    return samples
