"""Which rule, along which gradient, with which state: what explains a training to the last digits.

The simplest comes first, and what is accepted before what is a mistake. What nothing explains stays
without a name: the nearest one would be a guess.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from cgp_harness.kinds.primer_training.diagnosis import adam, gradients, momentum, order
from cgp_harness.kinds.primer_training.diagnosis.adam import Found
from cgp_harness.kinds.primer_training.diagnosis.adam_forms import FORMS
from cgp_harness.kinds.primer_training.diagnosis.fitting import Changes, Sought
from cgp_harness.kinds.primer_training.diagnosis.gradients import Batches
from cgp_harness.kinds.primer_training.diagnosis.momentum import Momentum

ACCEPTABLE = ("samples", "averages", "averages without slopes", "published")
"""Forms of the gradient in which further forms of a rule are looked for."""


@dataclass(frozen=True)
class Explained:
    """What explains a group of parameters, weights or biases.

    Args:
        family: `sgd`, `sgd_plus`, `nesterov`, `decaying`, `adam`; `still`: nothing moves;
            `weight`: each change is a weight's, times a number; empty: nothing is known.
        gradient: in which form.
        topology: of the state.
        rule: the fit.
        of: what it is the explanation of.
    """

    family: str = ""
    gradient: str = ""
    topology: str = ""
    rule: Momentum | Found | None = None
    of: Sought | None = None

    @property
    def rate(self) -> float:
        """What the step is multiplied by; not a number where there is no rule."""
        return self.rule.rate if self.rule else float("nan")


@dataclass(frozen=True)
class Both:
    """What explains weights, and biases."""

    weights: Explained
    biases: Explained


Try = Callable[[], Explained | None]
Known = Mapping[str, Sought]
"""By the form of the gradient."""


def training(batches: Batches, earlier: Callable[[], Both | None] = lambda: None) -> Both:
    """What explains a training.

    Args:
        earlier: what explains one before it, whose state may have been carried over.
    """
    one = batches.training
    moved, shifted = Changes.between(one.weights), Changes.between(one.biases)
    slopes, offsets = gradients.of_weights(batches), gradients.of_biases(batches)
    of_weights = {name: {form: Sought(moved, slope, each) for form, slope in slopes.items()}
                  for name, each in order.of_weights(one)}
    behind = one.weights.shape[1] + 1
    of_biases = {name: {form: Sought(shifted, slope, each, first_place=behind)
                        for form, slope in offsets.items()}
                 for name, each in order.of_biases(one, batches.shares)}
    if _as_one(shifted):
        of_biases = {"own": {f"{form}, moving all": _summed(of)
                             for form, of in of_biases["own"].items() if ", " not in form}}
    scales = _scales(one.rate, one.inputs.shape[1])
    weights = _first(_tries(of_weights, scales)) if _moves(moved) else Explained("still")
    biases = _first(_tries(of_biases, scales)) if _moves(shifted) else Explained("still")
    if not biases.family and isinstance(weights.rule, Momentum) and weights.rule.factors:
        biases = _first(_decaying(of_biases["own"], weights.rule))
    if not biases.family:
        biases = _first(_of_a_weight(batches, weights, offsets, shifted, moved))
    if not weights.family and not biases.family:
        weights = biases = _first(_of_all(batches, slopes, offsets))
    if any(_is_late(each) for each in (weights, biases)) and (before := earlier()):
        weights = _carried(weights, before.weights, of_weights["own"])
        biases = _carried(biases, before.biases, of_biases["own"])
    return Both(weights if weights.family else _first(_other_betas(of_weights["own"])),
                biases if biases.family else _first(_other_betas(of_biases["own"])))


def _moves(changes: Changes) -> bool:
    return changes.largest > changes.rounding


def _as_one(changes: Changes) -> bool:
    """Whether several biases move by the same."""
    return changes.of.shape[1] > 1 and _moves(changes) and bool(
        (np.ptp(changes.of, axis=1) <= changes.room).all())


def _summed(of: Sought) -> Sought:
    """Each moves by the sum of what all would do."""
    return replace(of, changes=replace(of.changes, of=of.changes.of[:, :1]), summed=True)


def _first(tries: Iterator[Try]) -> Explained:
    return next((found for attempt in tries if (found := attempt()) is not None), Explained())


def _scales(rate: float, size: int) -> tuple[float, ...]:
    """By which the gradient may be multiplied before the rule: summed, or times the rate."""
    return (float(size), 2.0 * size, *((rate, 2 * rate) if np.isfinite(rate) and rate > 0 else ()))


def _tries(every: Mapping[str, Known], scales: Sequence[float]) -> Iterator[Try]:
    """All that may explain changes, in its order."""
    own = every["own"]
    usual = [name for name in own if name.removesuffix(", moving all") in ACCEPTABLE]
    for at, fit in enumerate(momentum.FITS):
        # Shared state, like another gradient, is looked for with the simplest fit alone.
        for topology, known in (every if at == 0 else {"own": own}).items():
            for name, of in known.items():
                yield partial(_by_momentum, fit, of, name, topology)
    for name, of in own.items():
        yield partial(_by_adam, of, name, "own")
    for form in FORMS:
        for name in usual:
            if form != "right":
                yield partial(_by_adam, own[name], name, "own", form)
    for name in usual:
        yield partial(_by_adam, own[name], name, "own", "right", scales[:2])
        yield partial(
            _by_adam, own[name], name, "own", "right", scales[2:], note="rate in the gradient")
        yield partial(_by_adam, own[name], name, "own", added=True)
    for topology, known in every.items():
        for name in usual if topology != "own" else ():
            yield partial(_by_adam, known[name], name, topology)


def _by_momentum(fit: momentum.Fit, of: Sought, name: str, topology: str) -> Explained | None:
    found = fit(of)
    if found is None:
        return None
    return Explained(
        found.rule, name, topology if found.rule == "sgd_plus" else "own", found, of)


def _by_adam(
    of: Sought, name: str, topology: str, form: str = "right",
    scales: Sequence[float] = adam.SCALES, *, added: bool = False, note: str = "",
) -> Explained | None:
    found = adam.search(of, form, scales, added=added)
    if found is None:
        return None
    return Explained(
        "adam", name, topology, replace(found, form=note) if note else found, of)


def _other_betas(known: Known) -> Iterator[Try]:
    """Adam with betas that no grid has: last, since it takes longest."""
    for name in ACCEPTABLE:
        if name in known:
            yield partial(_refined, known[name], name)


def _refined(of: Sought, name: str) -> Explained | None:
    found = adam.refined(of)
    return None if found is None else Explained("adam", name, "own", found, of)


def _decaying(known: Known, found: Momentum) -> Iterator[Try]:
    """Biases at the rates of the weights."""
    for name, of in known.items():
        yield partial(_by_momentum, partial(momentum.decaying_alike, found=found), of, name, "own")


def _of_a_weight(
    batches: Batches, weights: Explained, offsets: gradients.Gradients, shifted: Changes,
    moved: Changes,
) -> Iterator[Try]:
    """Biases that go on from the last weight's state, or move by its step."""
    if weights.rule is None or weights.of is None or weights.topology != "own":
        return
    number, count = batches.training.weights.shape[1], len(batches.shares)
    yield partial(_step_of_a_weight, shifted, moved)
    changes = np.concatenate([moved.of, shifted.of], axis=1)
    for last in dict.fromkeys(_last(weights.of.order.written, number, batches)):
        keys = (*range(number), *(last,) * count)
        every = order.Order(
            keys, (*weights.of.order.written, *range(number, number + count)), len(changes))
        for name in ACCEPTABLE:
            slopes = np.concatenate([weights.of.gradient, offsets[name]], axis=1)
            of = Sought(shifted, slopes, every, changes, number)
            if isinstance(weights.rule, Momentum):
                yield partial(_by_momentum, momentum.plain, of, name, "the last weight's")
            else:
                yield partial(_by_adam, of, name, "the last weight's")



def _last(written: Sequence[int], number: int, batches: Batches) -> tuple[int, ...]:
    """The weight that is written last, and the last ones of the text and of each layer."""
    ends = np.cumsum([matrix[0].size for matrix in batches.matrices])
    return written[-1], number - 1, *(int(end) - 1 for end in ends)


def _step_of_a_weight(shifted: Changes, moved: Changes) -> Explained | None:
    alike = all(momentum.as_one(column, moved.of, shifted.rounding) for column in shifted.of.T)
    return Explained("weight") if alike else None


def _of_all(
    batches: Batches, slopes: gradients.Gradients, offsets: gradients.Gradients
) -> Iterator[Try]:
    """One state for all, or one for biases and the last weight; biases are written after all
    weights, or after each layer's."""
    one = batches.training
    number, count = one.weights.shape[1], len(batches.shares)
    changes = Changes.between(np.concatenate([one.weights, one.biases], axis=1))
    weights = next(order.of_weights(one))[1].written
    ways: list[tuple[str, tuple[int, ...]]] = [("one for all", (0,) * (number + count))]
    ways += [("the last weight's", (*range(number), *(last,) * count))
             for last in dict.fromkeys(_last(weights, number, batches))]
    for written in dict.fromkeys(order.interleaved(one, weights, batches.shares)):
        for (topology, keys), name in itertools.product(ways, ACCEPTABLE):
            every = order.Order(keys, written, len(changes.of))
            of = Sought(changes, np.concatenate([slopes[name], offsets[name]], axis=1), every)
            yield partial(_by_momentum, momentum.plain, of, name, topology)
            yield partial(_by_adam, of, name, topology)


def _is_late(found: Explained) -> bool:
    return not found.family or (
        isinstance(found.rule, Momentum) and found.rule.note == "random start")


def _carried(found: Explained, before: Explained, own: Known) -> Explained:
    """With the state that an earlier training has left, if that explains it."""
    if not _is_late(found) or before.of is None or before.gradient not in own:
        return found
    of = own[before.gradient]
    if isinstance(before.rule, Momentum):
        start = replace(of, start=momentum.left(before.of, before.rule))
        fitted = momentum.plain(start)
        if fitted is None or fitted.rule != "sgd_plus":
            return found
        return Explained(
            "sgd_plus", before.gradient, "own", replace(fitted, note="carried over"), start)
    if isinstance(before.rule, Found) and before.rule.form in FORMS:
        moments = adam.left(before.of, before.rule)
        for first in (1, before.of.first_step + len(before.of.gradient)):
            start = replace(of, start=moments, first_step=first)
            again = adam.search(start, before.rule.form)
            if again is not None:
                return Explained(
                    "adam", before.gradient, "own", replace(again, form="carried over"), start)
    return found
