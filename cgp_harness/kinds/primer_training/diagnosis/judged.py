"""A training beside its task: what is wrong with its gradient, its rule and its hyperparameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cgp_harness.kinds.primer_training.diagnosis import words
from cgp_harness.kinds.primer_training.diagnosis.adam import Found
from cgp_harness.kinds.primer_training.diagnosis.explain import Explained
from cgp_harness.kinds.primer_training.diagnosis.gradients import Batches
from cgp_harness.kinds.primer_training.diagnosis.momentum import Momentum
from cgp_harness.kinds.primer_training.diagnosis.words import Said
from cgp_harness.kinds.primer_training.task import PrimerTask

CLOSE = 1e-5
"""Of one: how near a fitted number is to what is specified. Fits are good to 1e-9."""


@dataclass(frozen=True)
class Judged:
    """One training, with what explains its weights and its biases.

    Args:
        batches: what was followed.
    """

    batches: Batches
    weights: Explained
    biases: Explained

    @property
    def groups(self) -> tuple[tuple[str, Explained], ...]:
        """Both, by what they are called."""
        return ("weights", self.weights), ("biases", self.biases)

    @property
    def error(self) -> float:
        """Of what explains it, as a share of the largest step."""
        return max((one.rule.error for _, one in self.groups if one.rule), default=0.0)

    @property
    def numbers(self) -> int:
        """How many steps were compared."""
        training = self.batches.training
        return int(training.steps * (training.weights.shape[1] + training.biases.shape[1]))

    @property
    def one_neuron(self) -> bool:
        """Whether the network is one neuron."""
        return len(self.batches.training.layers) == 2


def kin(family: str) -> str:
    """Which of the two rules something was meant as, if that can be told."""
    return {"nesterov": "sgd_plus", "decaying": "sgd_plus"}.get(family, family)


def gradient(judged: Judged, task: PrimerTask) -> Iterator[tuple[str, Said]]:
    """What is wrong with the gradients, by group."""
    for which, one in judged.groups:
        if one.rule is None:
            if which == "weights":
                yield which, Said("gradient_unknown", "Which gradient they follow is not known, "
                                  "since no known rule explains the weights.")
            continue
        fault, form = one.gradient.partition(", ")[2], form_of(judged, which, one)
        if fault in words.GRADIENTS:
            yield which, words.GRADIENTS[fault]
        elif form not in task.gradients:
            found = words.GRADIENTS["not accepted"]
            yield which, Said(found.flag, found.text.replace("{form}", words.ACCEPTED[form]))
        if one.rate < 0 and (form != "published" or "published" not in task.gradients):
            yield which, words.GRADIENTS["uphill"]


def form_of(judged: Judged, which: str, one: Explained) -> str:
    """In which form a gradient is. Later versions print one neuron's weights uphill, and its bias
    along averages."""
    form = one.gradient.partition(",")[0].partition(" ")[0]
    others = {"weights": "samples" if one.rate < 0 else "", "biases": "averages"}
    return "published" if judged.one_neuron and form == others[which] and (
        which == "weights" or judged.weights.gradient.startswith(("samples", "published"))
    ) else form


def rule(judged: Judged, task: PrimerTask) -> Iterator[tuple[str, Said]]:
    """What is wrong with the rule, by group."""
    for which, one in judged.groups:
        found = _of_rule(one, task, judged.batches.training.rate)
        if found is not None:
            yield which, found


def hyperparameters(judged: Judged, task: PrimerTask) -> Iterator[tuple[str, Said]]:
    """What is wrong with numbers that the rule was given."""
    for which, one in judged.groups:
        if one.family != task.rule or one.rule is None:
            continue
        given = _values(one.rule)
        for name, value in given.items():
            low, high = getattr(task, name)
            if not low * (1 - CLOSE) <= value <= high * (1 + CLOSE) and not (
                    name == "eps" and value == 0.0 and low <= 1e-9):
                yield which, Said(f"{name}_out_of_range", (
                    f"{name} of the {{which}} is {value:.6g}; expected {_range(low, high)}."))
        yield from _of_rate(judged, which, one)


def values(one: Explained) -> str:
    """The numbers that a rule was given, as people write them."""
    if one.rule is None:
        return ""
    found = ", ".join(f"{name} = {value:.6g}" for name, value in _values(one.rule).items())
    place = ""
    if isinstance(one.rule, Found):
        place = " inside the root" if one.rule.inside else " beside the root"
    return f"{found}{place}; a rate of {abs(one.rate):.6g}."


def _of_rule(one: Explained, task: PrimerTask, rate: float) -> Said | None:
    if one.family in _NO_RULE:
        return _NO_RULE[one.family]
    if one.family != task.rule:
        text = words.OTHER.text.replace("{title}", words.TITLES[one.family])
        return Said("another_rule" if one.family != "sgd" else "no_momentum", text)
    if one.topology != "own":
        return words.TOPOLOGIES[one.topology]
    return _of_form(one.rule, rate)


def _of_form(found: Momentum | Found | None, rate: float) -> Said | None:
    """Of a rule with states of its own."""
    if isinstance(found, Found):
        return words.FORMS["added"] if found.added else words.FORMS.get(found.form)
    if isinstance(found, Momentum):
        note = found.note or ("damped" if _damped(found, rate) else "")
        return words.NOTES.get(note)
    return None


_NO_RULE = {"": words.UNKNOWN, "still": words.STILL, "weight": words.AS_WEIGHT}


def _damped(found: Momentum, rate: float) -> bool:
    """Whether the gradient is multiplied by 1 - mu; a factor 2 is a convention."""
    size = abs(found.rate)
    whole = any(_near(size, factor * rate) for factor in (1, 2))
    return not whole and any(_near(size, factor * (1 - found.mu) * rate) for factor in (1, 2))


def _of_rate(judged: Judged, which: str, one: Explained) -> Iterator[tuple[str, Said]]:
    training = judged.batches.training
    rate, size = training.rate, training.inputs.shape[1]
    factors = [1.0, 2.0] if isinstance(one.rule, Momentum) else [1.0]
    if isinstance(one.rule, Momentum) and _damped(one.rule, rate):
        return
    if isinstance(one.rule, Found) and one.rule.form == "rate in the gradient":
        return
    if any(_near(abs(one.rate), factor * rate) for factor in factors):
        return
    if isinstance(one.rule, Momentum) and any(
            _near(abs(one.rate), factor * size * rate) for factor in factors):
        yield which, Said("summed_over_batch", (
            f"The gradient of the {{which}} is summed over the {size} samples of a batch: Eq. 21 "
            "averages it."))
        return
    if any(_near(abs(one.rate), factor * rate * rate) for factor in (1.0, 2.0)):
        yield which, Said("rate_twice", (
            "The step of the {which} is multiplied by the learning rate twice."))
        return
    yield which, Said("another_rate", (
        f"The rate of the {{which}} is {abs(one.rate):.6g}, where self.learning_rate is "
        f"{rate:.6g}."))


def _values(found: Momentum | Found) -> dict[str, float]:
    if isinstance(found, Momentum):
        return {"mu": found.mu}
    return {"beta1": found.beta1, "beta2": found.beta2, "eps": found.eps}


def _near(one: float, other: float) -> bool:
    return bool(np.isclose(one, other, rtol=CLOSE, atol=0.0))


def _range(low: float, high: float) -> str:
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
