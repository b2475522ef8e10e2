"""`activation`: do value and derivative fit each other, and can a network be built with them?

Unless a solution says what it must compute no formula is asked for: any activation is right whose
derivative is that of its own value. So the value is differentiated here, by differences of what the
worker answers.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.kinds.activation.checks.elementwise import (
    MISTAKES,
    REFUSALS,
    ROUGH,
    breach,
    case,
    fits_roughly,
)
from cgp_harness.kinds.activation.checks.other_values import Other, other_values
from cgp_harness.kinds.activation.checks.points import evaluate, number, points
from cgp_harness.kinds.activation.context import ActivationContext
from cgp_harness.kinds.activation.diagnosis.derivative import UNKNOWN, Measured, diagnosed
from cgp_harness.kinds.activation.mistakes import Mistakes, X, mistakes
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.model import Diagnosis, Floats
from cgp_harness.probing.derivatives.slopes import CLOSER, NEAR, STEP, Slopes, slopes
from cgp_harness.subject import SubjectError

Places = NDArray[np.intp]
SHOWN = 6
"""Points of a stored case, at most."""
FITS, REFUSED = "fits", "refused"
"""What `learning` learns: value and derivative fit each other, or why they were not compared."""


def activation(context: ActivationContext) -> Outcome:
    """Ask at some 100 numbers: first what every activation must do, then the derivative."""
    try:
        with np.errstate(all="ignore"):     # answers may be anything
            return _judged(context, points(context.seed))
    except SubjectError as error:
        return stopped(error.problem)


def _judged(context: ActivationContext, x: Floats) -> Outcome:
    at = evaluate(context, x)
    broken = breach(context, x, at)
    if broken is not None:
        return failed(
            broken.message, diagnosis=Diagnosis((broken.flag,), MISTAKES[broken.flag]),
            counterexample=_named(context, broken.case) if broken.case else None,
            learned=_fits_but_for_digits(context, x, at) if broken.flag == "dtype" else {
                REFUSED: REFUSALS[broken.flag]})
    if (other := other_values(context, x, at)) is not None:
        return _refused_value(context, x, at, other)
    found = slopes(lambda points: evaluate(context, points).value, x)
    if (lost := np.flatnonzero(~np.isfinite(found.estimate.error))).size:
        return _refused_beside(context, x, at, int(lost[0]))
    if found.spike.any():
        return _refused_spike(context, x, at, found)
    wrong = ~found.accepts(at.derivative)
    if not wrong.any():
        return passed(_praise(x, found), learned={FITS: True})
    return _refused(context, x, at, found, np.flatnonzero(wrong))


def _refused_value(
    context: ActivationContext, x: Floats, at: Evaluated, other: Other
) -> Outcome:
    """The simplest of the points whose value is another."""
    places = other.places[np.argsort(
        [(len(number(one)), abs(one)) for one in x[other.places]], axis=0, kind="stable")[:, 0]]
    shown = places[:SHOWN]
    i = shown[0]
    return failed(
        f"At x = {number(x[i])} the value is {number(at.value[i])}; that of {context.task.id} is "
        f"{number(other.right[i])}.\n{len(places)} of {len(x)} numbers differ.",
        diagnosis=_of_source(context, Mistakes.of_value) or Diagnosis(
            ("other_value",), MISTAKES["other_value"], of_source=True),
        learned={REFUSED: REFUSALS["other_value"]},
        counterexample=_named(context, case("the value at some of the numbers", {
            "x": x[shown], "got": at.value[shown], "expected": other.right[shown]})))


def _fits_but_for_digits(context: Context, x: Floats, at: Evaluated) -> dict[str, bool]:
    """What was rounded is charged here; whether a network learns with it is another matter."""
    below, above = (evaluate(context, x + way * ROUGH).value for way in (-1, 1))
    return {FITS: True} if fits_roughly(x, at, below, above) else {}


def _named(context: Context, numbers: dict[str, object]) -> dict[str, object]:
    return {"activation": context.task.id, **numbers}


def _praise(x: Floats, found: Slopes) -> str:
    kinks = np.unique(np.round(x[found.kink], 4) + 0.0)  # those beside one are the same
    text = f"At {len(x)} numbers the derivative is that of the value"
    if not len(kinks):
        return f"{text}."
    at = ", ".join(map(number, kinks))
    return (f"{text}; at x = {at} the value has a kink, where any number between the slopes on "
            "both sides is right.")


def _refused_beside(context: Context, x: Floats, at: Evaluated, i: int) -> Outcome:
    return failed(
        f"Close to x = {number(x[i])}, within {STEP:.0e} of it, the value is not finite.",
        diagnosis=Diagnosis(("not_finite",), MISTAKES["not_finite"]),
        learned={REFUSED: REFUSALS["not_finite"]},
        counterexample=_named(context, case("values are finite at", {"x": x[i:i + 1]})))


def _refused_spike(context: Context, x: Floats, at: Evaluated, found: Slopes) -> Outcome:
    i = int(np.flatnonzero(found.spike)[0])
    beside = at.value[i] + found.right[i] * NEAR / CLOSER
    return failed(
        f"The value at x = {number(x[i])} is {number(at.value[i])}, and {beside:.6g} on both sides "
        "of it: one number stands apart from its neighbours.",
        diagnosis=Diagnosis(("spike",), MISTAKES["spike"]),
        learned={REFUSED: REFUSALS["spike"]},
        counterexample=_named(context, case("the value at", {
            "x": x[i:i + 1], "value": at.value[i:i + 1]})))


def _refused(
    context: ActivationContext, x: Floats, at: Evaluated, found: Slopes, wrong: Places
) -> Outcome:
    """The simplest of the points that differ, and the mistake if it is known."""
    only_kinks = bool(found.kink[wrong].all())
    shown = wrong if only_kinks else wrong[~found.kink[wrong]]
    # Of the points where the slope is known best, those with the fewest digits.
    error = found.estimate.error[shown]
    shown = shown[error <= max(1e-9, float(error.min()))]
    shown = shown[np.argsort([len(number(one)) for one in x[shown]], kind="stable")][:SHOWN]
    i = shown[0]
    text = (f"At x = {number(x[i])} the value is {number(at.value[i])} and the derivative "
            f"{number(at.derivative[i])}; the slope of the value is {_expected(found, i)}.\n"
            f"{len(wrong)} of {len(x)} numbers differ.")
    return failed(
        text,
        diagnosis=_at_kinks() if only_kinks else _diagnosis(context, x, at, found, wrong),
        counterexample=_named(context, case("the derivative at some of the numbers", {
            "x": x[shown], "value": at.value[shown], "got": at.derivative[shown],
            "expected": found.estimate.derivative[shown],
        })))


def _expected(found: Slopes, i: int) -> str:
    if found.kink[i]:
        return f"{found.left[i]:.6g} on the left and {found.right[i]:.6g} on the right"
    return number(float(f"{found.estimate.derivative[i]:.9g}"))


def _at_kinks() -> Diagnosis:
    return Diagnosis(("kink",), (
        "The derivative is right but for the kink; there any number between the slopes on both "
        "sides is accepted."))


def _diagnosis(
    context: ActivationContext, x: Floats, at: Evaluated, found: Slopes, wrong: Places
) -> Diagnosis:
    """What is known of this mistake, from four more requests."""
    usable = ~found.kink  # there is no derivative at a kink that a mistake could be made from
    if not usable[wrong].any():
        return Diagnosis((), UNKNOWN)
    differs = np.isin(np.arange(len(x)), wrong)[usable]
    x, value, returned = x[usable], at.value[usable], at.derivative[usable]
    at_value = slopes(lambda points: evaluate(context, points).value, value)
    of_returned = slopes(lambda points: evaluate(context, points).derivative, x)
    made = _of_source(context, Mistakes.of_derivative)
    if made is not None and not made.of_source:
        return made  # the instructor's own name
    known = diagnosed(Measured(
        x=x, value=value, returned=returned, slope=found.estimate.derivative[usable],
        room=found.estimate.tolerance[usable],
        at_value=_explained(at_value, returned, differs),
        swapped=_explained(of_returned, value, differs)))
    return known if known.flags or made is None else made


def _of_source(
    context: ActivationContext, named: Callable[[Mistakes, Evaluated], Diagnosis]
) -> Diagnosis | None:
    """A change of the solution's source that explains all that is given, if there is one."""
    found = mistakes(context.assignment, context.task)
    if not found:
        return None
    try:
        at = evaluate(context, X)
    except SubjectError:  # it fails at one of these: what was seen of it stands
        return None
    each = (named(one, at) for one in found)
    return next((one for one in each if one.flags), None)


def _explained(
    found: Slopes, derivative: Floats, differs: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which numbers are those slopes; what is accepted for want of one explains no wrong number."""
    certain = ~found.kink & np.isfinite(found.estimate.error)
    return np.asarray(found.accepts(derivative) & (certain | ~differs))
