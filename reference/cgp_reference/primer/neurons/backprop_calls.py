"""How a training loop calls backpropagation: versions and students' subclasses differ."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from cgp_reference.primer.base import PrimerError
from cgp_reference.primer.neurons.backprop_forms import (
    MULTI_NEURON,
    ONE_NEURON,
    Form,
    of_version,
    written,
)
from cgp_reference.primer.settings import Settings

Call = Callable[[Sequence[Any], Sequence[int], Sequence[float], Sequence[float]], tuple[Any, ...]]
"""Data, labels, predictions, sigmoid derivatives of a batch: the arguments to call it with."""


def one_neuron_call(method: Callable[..., object], settings: Settings) -> Call:
    """How the training loop calls a one-neuron backpropagation: in the form of as many arguments.

    Raises:
        PrimerError: it requires arguments that no version has.
    """
    names = _required(method, of_version(ONE_NEURON, settings.api))
    if len(names) == 4:
        return lambda data, labels, predictions, slopes: (
            data, predictions, errors_of(labels, predictions), slopes)
    if len(names) == 3:
        return lambda data, labels, predictions, slopes: (
            average(errors_of(labels, predictions)), _average_sample(data), average(slopes))
    if len(names) == 2:
        return lambda data, labels, predictions, slopes: (
            average(errors_of(labels, predictions)), average(slopes))
    raise _refused(method, names, ONE_NEURON)


def multi_neuron_call(method: Callable[..., object], settings: Settings) -> Call:
    """How the training loop calls a multi-neuron backpropagation.

    Of two arguments, the first one's name tells: an error or a prediction; else the version.

    Raises:
        PrimerError: it requires arguments that no version has.
    """
    names = _required(method, of_version(MULTI_NEURON, settings.api))
    if len(names) == 1:
        return lambda data, labels, predictions, slopes: (errors_of(labels, predictions),)
    if len(names) != 2:
        raise _refused(method, names, MULTI_NEURON)
    first = names[0].lower()
    if "err" in first or ("pred" not in first and settings.averages_come_back):
        return lambda data, labels, predictions, slopes: (
            average(errors_of(labels, predictions)), labels)
    return lambda data, labels, predictions, slopes: (
        predictions, errors_of(labels, predictions))


def errors_of(labels: Sequence[int], predictions: Sequence[float]) -> list[float]:
    """Label minus prediction, sample by sample."""
    return [label - prediction for label, prediction in zip(labels, predictions, strict=True)]


def average(numbers: Sequence[float]) -> float:
    """Their mean."""
    return sum(numbers) / len(numbers)


def _average_sample(data: Sequence[Any]) -> list[float]:
    return [average(feature) for feature in zip(*data, strict=True)]


def _required(method: Callable[..., object], of_version: Form) -> list[str]:
    """Names of the arguments without a default; a method of `*arguments` takes its version's."""
    parameters = inspect.signature(method).parameters.values()
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return list(of_version.parameters)
    return [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]


def _refused(
    method: Callable[..., object], names: Sequence[str], forms: Sequence[Form]
) -> PrimerError:
    name = getattr(method, "__qualname__", "the method")
    return PrimerError(
        f"{name} takes ({', '.join(names)})", expected=written(forms),
        fix="give every other argument a default, or keep it in an attribute",
    )
