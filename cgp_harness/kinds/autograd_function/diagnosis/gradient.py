"""Which known mistake turns the right gradients into those that a backward gave?

Every mistake is computed on the same probes; one that gives all numbers to 1e-9 is named. No match
is said to be no match.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from cgp_harness.kinds.autograd_function.diagnosis.bank import (
    ELEMENTWISE,
    RIGHT,
    Known,
    Probe,
    bank,
    exchanged,
    of_function,
    singles,
)
from cgp_harness.kinds.autograd_function.diagnosis.match import Finding, Seen, apart, explain
from cgp_harness.kinds.autograd_function.diagnosis.mistake import (
    NO_SOURCE,
    FromSource,
    GradientMistake,
    ValueMistake,
    Vjp,
)
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.distance import within

Values = Sequence[tuple[ValueMistake, Floats]]


def diagnose_gradient(
    probes: Sequence[Probe], names: Sequence[str], mistakes: Sequence[GradientMistake] = (),
    terms: Mapping[str, Vjp] | None = None, changes: FromSource = NO_SOURCE,
) -> Diagnosis:
    """Name the mistake in gradients that are not all right, or say that none is known.

    Args:
        probes: where, and what was given; of two shapes, so that a mean is no constant factor.
        names: of the inputs.
        mistakes: those of this Function alone.
        terms: how it is written -> part of the gradient; their sum is right.
        changes: mistakes that are made from the source of a right answer.
    """
    shown = next((probe for probe in probes if _wrong(probe)), probes[0])
    mistakes = [*mistakes, *(one for one in changes.gradients if _explains(one, shown))]
    inner = [*exchanged(probes), *_told_apart(probes, mistakes)]
    numbers = ((known, _numbers(known, probes)) for known in bank(inner))
    candidates = [  # a pair that gives 0 does not show either of the two
        (known, given) for known, given in numbers
        if len(known.flags) < 2 or any(one.any() for one in given)]
    parts = {
        name: _joined([vjp(probe.cotangent, *probe.inputs)[0] for probe in probes])
        for name, vjp in (terms or {}).items()
    }

    @cache
    def pairs() -> list[tuple[Known, list[Floats]]]:
        two = [of_function(one) for one in changes.gradient_pairs if _explains(one, shown)]
        return [(known, _numbers(known, probes)) for known in two]

    def pairs_of(i: int) -> list[tuple[Known, Floats]]:
        return [(known, numbers[i]) for known, numbers in pairs()]

    found = {
        name: explain(
            _seen(probes, i, with_slope=not terms),
            [(known, numbers[i]) for known, numbers in candidates], parts, partial(pairs_of, i))
        for i, name in enumerate(names)
    }
    seen = sum(one.size for probe in probes for one in probe.got)
    return _for_staff(_in_words(found, seen), (*mistakes, *changes.gradients))


def _wrong(probe: Probe) -> list[int]:
    """Which gradients are wrong there."""
    with np.errstate(all="ignore"):
        right = probe.vjp(probe.cotangent)
    return [i for i, (got, fine) in enumerate(zip(probe.got, right, strict=True))
            if apart(got, fine) == np.inf]


def _explains(one: GradientMistake, probe: Probe) -> bool:
    """Whether a change gives a gradient that is wrong, on one probe: most of hundreds do not."""
    with np.errstate(all="ignore"):
        given = one.vjp(probe.cotangent, *probe.inputs)
    return any(apart(probe.got[i], given[i]) < np.inf for i in _wrong(probe))


def _for_staff(
    diagnosis: Diagnosis, mistakes: Sequence[GradientMistake | ValueMistake]
) -> Diagnosis:
    """With what the staff reads of changes of a solution's source."""
    made = {one.id: one.of_source for one in mistakes
            if one.id in diagnosis.flags and one.of_source}
    return replace(diagnosis, staff=made, of_source=bool(made))


def diagnose_value(
    got: Floats, right: Floats, simulated: Values, pairs: Callable[[], Values] = lambda: ()
) -> Diagnosis:
    """Name the mistake in outputs that are not all right: all arrays `(N,)`."""
    made = list[ValueMistake]()

    def bank_of(values: Values) -> list[tuple[Known, Floats]]:
        made.extend(part for one, _ in values for part in one.parts or (one,))
        return [(Known(tuple(part.id for part in one.parts or (one,)), one.phrase, one.hint,
                       lambda g, probe: ()), numbers) for one, numbers in values]

    known = Known((), "", "", lambda g, probe: ())
    everywhere = np.zeros(len(got))
    seen = Seen(got, right, None, everywhere, (1,), (1,))
    found = explain(
        seen, [(known, right), *bank_of(simulated)], {}, lambda: bank_of(pairs()))
    return _for_staff(_in_words({"": found}, len(got), "Your forward"), made)


def _in_words(
    found: Mapping[str, Finding | None], numbers: int, subject: str = "Your backward"
) -> Diagnosis:
    known = {name: one for name, one in found.items() if one is not None and one.flags}
    if not known:
        return Diagnosis((), f"It matches no known mistake (compared on {numbers} numbers).")
    flags = tuple(dict.fromkeys(flag for one in known.values() for flag in one.flags))
    error = max(one.error for one in known.values())
    together: dict[str, list[str]] = {}
    for name, one in known.items():
        together.setdefault(one.phrase, []).append(name)
    sentences = [
        f"{subject if len(found) == 1 else _of(names)} {phrase}."
        for phrase, names in together.items()
    ]
    unknown = [name for name, one in found.items() if one is None]
    if unknown:
        sentences.append(f"That of {' and of '.join(unknown)} matches no known mistake.")
    hints = dict.fromkeys(one.hint for one in known.values() if one.hint)
    exactness = f"This holds to within {within(error)} on {numbers} numbers."
    return Diagnosis(flags, " ".join([*sentences, *hints, exactness]), error)


def _of(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"Your gradient of {names[0]}"
    return f"Your gradient of each of {', '.join(names[:-1])} and {names[-1]}"


def _numbers(known: Known, probes: Sequence[Probe]) -> list[Floats]:
    """What a mistake gives for each input, over all probes; empty where it says nothing."""
    with np.errstate(all="ignore"):
        each = [known.gradients(probe.cotangent, probe) for probe in probes]
    inputs = len(probes[0].inputs)
    return [_joined([one[i] for one in each if len(one) == inputs]) for i in range(inputs)]


def _told_apart(
    probes: Sequence[Probe], mistakes: Sequence[GradientMistake]
) -> list[Known]:
    """The mistakes that these probes can show.

    What equals the right answer is none, nor half of a pair of them. And where tanh is flat all
    over, a gradient of 0 does not show its derivative.
    """
    right, found = _numbers(RIGHT, probes), []
    plain = [_joined([0 * probe.cotangent for probe in probes]),
             _joined([probe.cotangent for probe in probes])]
    for known in singles(probes[0], mistakes):
        numbers = _numbers(known, probes)
        vague = known in ELEMENTWISE and known.flags != ("straight_through",) and any(
            _same(numbers, [one]) for one in plain)
        if not vague and not _same(numbers, right):
            found.append(known)
    return found


def _same(numbers: Sequence[Floats], others: Sequence[Floats]) -> bool:
    return all(apart(one, other) < np.inf for one, other in zip(numbers, others, strict=True))


def _seen(probes: Sequence[Probe], index: int, *, with_slope: bool) -> Seen:
    shapes = list(dict.fromkeys(probe.cotangent.shape for probe in probes))
    at = [shapes.index(probe.cotangent.shape) for probe in probes]
    first = [probes[at.index(i)] for i in range(len(shapes))]
    elementwise = with_slope and all(
        probe.got[index].shape == probe.cotangent.shape for probe in probes)
    return Seen(
        got=_joined([probe.got[index] for probe in probes]),
        right=_joined([probe.vjp(probe.cotangent)[index] for probe in probes]),
        cotangent=_joined([probe.cotangent for probe in probes]) if elementwise else None,
        group=_joined([
            np.full(probe.got[index].size, i) for i, probe in zip(at, probes, strict=True)]),
        batch=tuple(probe.cotangent.shape[0] if probe.cotangent.ndim else 1 for probe in first),
        size=tuple(probe.got[index].size for probe in first),
    )


def _joined(arrays: Sequence[Floats]) -> Floats:
    if not arrays:
        return np.empty(0)
    return np.concatenate([np.asarray(one, np.float64).reshape(-1) for one in arrays])
