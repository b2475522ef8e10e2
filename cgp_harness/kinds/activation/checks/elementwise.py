"""What every activation must do, whatever it computes: the first thing it does not is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cgp_harness.checks.context import Context
from cgp_harness.kinds.activation.checks.points import FAR, evaluate, number
from cgp_harness.kinds.activation.questions import Evaluated
from cgp_harness.model import Floats
from cgp_harness.probing.case_table import table

NARROW = ("float16", "bfloat16", "float32")
SAME = 1e-12
"""Of the larger of 1 and the number: numpy's last bit depends on where in an array a number is."""
STRAIGHT = 1e-9
ORDINARY = 6.0
ROUGH = 1e-2
SHAPES = ((33, 2), (3, 4, 5), (2, 3, 2, 3), (5000,))
"""In which the same numbers are asked again, as often as it takes."""
SINGLE, BITS = 20, 16
"""Numbers of float32 are no chance if so many of them have more digits than this, in base 2."""
ALONE = 64
"""How many numbers are asked one by one; each is a request of 0.1 ms. What goes wrong at every
fiftieth call shows, too."""
NUDGE, UNITS = 1e-9, 4
"""By so much a number of float64 is moved where float32 does not see it; by so many units of its
last place in float32 where it does."""
CHANGES, MOSTLY = 1e-3, 0.9
"""A slope from which on a move must show; and at how many of the numbers."""
NOUNS = ("value", "derivative")


MISTAKES = {
    "dtype": "The numbers are rounded on their way, to float32 or less.",
    "rounded": "Rounding takes digits away that a derivative, and a network, need.",
    "spike": "Where a formula is 0/0, the value is the limit: of sin(x)/x at 0 it is 1, not 0.",
    "not_finite": "Beyond 709 exp() is infinite: write e^-|x| instead. At a single x, look for a "
    "division by 0.",
    "not_deterministic": "The answer depends on more than x: random numbers, or what came before.",
    "not_elementwise": "Numbers are mixed with their neighbours: a sum, mean or maximum over x, or "
    "a place in it.",
    "constant": "There is nothing that depends on x.",
    "other_value": "Its values are those of another function.",
    "affine": "Layers with straight lines between them are one layer: W2 (W1 x) = (W2 W1) x.",
}
"""What is behind each breach, as far as can be said."""
REFUSALS = {
    "rounded": "its numbers are rounded",
    "spike": "its value at one number stands apart from those beside it",
    "not_finite": "it is not finite everywhere",
    "not_deterministic": "it gives other numbers when asked again",
    "not_elementwise": "its numbers depend on their neighbours",
    "constant": "it is a constant",
    "affine": "it is a straight line",
    "other_value": "its values are others",
}
"""The same for later checks, after `Refused:`."""


@dataclass(frozen=True)
class Breach:
    """What does not hold: one of `MISTAKES`, a message, and the numbers that show it."""

    flag: str
    message: str
    case: dict[str, Any] = field(default_factory=dict)


def breach(context: Context, x: Floats, at: Evaluated) -> Breach | None:
    """The first rule that is broken, `at` being the answer at all points x.

    Raises:
        SubjectError: the activation does not answer at all for one of the shapes.
    """
    return (
        _narrow(at) or _not_finite(x, at) or _rounded(x, at) or _random(context, x, at)
        or _not_elementwise(context, x, at) or _affine(x, at) or _of_rounded(context, x, at))


def _narrow(at: Evaluated) -> Breach | None:
    for noun, dtype in zip(NOUNS, at.dtypes, strict=True):
        if dtype in NARROW:
            return Breach("dtype", (
                f"The {noun} comes as {dtype}, which keeps 7 digits or fewer; x is float64, and so "
                "must the answer be (whole numbers and truth values are taken too)."))
    return None


def _rounded(x: Floats, at: Evaluated) -> Breach | None:
    """Numbers that came as float64, and are those of float32: computed in it, or rounded to it."""
    for noun, got in _parts(at):
        fraction = np.frexp(got)[0] * 2.0**BITS
        long = fraction != np.round(fraction)
        if long.sum() >= SINGLE and (got == got.astype(np.float32)).all():
            return Breach("dtype", (
                f"The {noun} comes as float64, and each of the {len(x)} numbers is one of float32, "
                "which keeps 7 digits: it was computed in float32, or rounded to it. x is float64; "
                "compute with it as it is."), _case(x, at, int(np.flatnonzero(long)[0])))
    return None


def _of_rounded(context: Context, x: Floats, at: Evaluated) -> Breach | None:
    """Numbers that stand still where x moves a bit, and move where float32 sees x move, or not."""
    near = np.flatnonzero(np.abs(x) <= ORDINARY)
    spacing = np.spacing(np.abs(x).astype(np.float32)).astype(np.float64)
    moves = (NUDGE * np.maximum(np.abs(x), NUDGE), UNITS * spacing, -ROUGH, ROUGH)
    asked = [_parts(evaluate(context, x + move)) for move in moves]
    for which, (noun, got) in enumerate(_parts(at)):
        nudged, moved, below, above = (one[which][1] for one in asked)
        steep = near[(np.abs(above - below) / (2 * ROUGH))[near] > CHANGES]
        steep = steep[np.abs(x[steep]) > ROUGH]
        same = (nudged == got)[steep]
        if len(steep) < SINGLE or same.mean() < MOSTLY:
            continue
        i = int(steep[np.argmax(same)])
        text = (f"The {noun} is the same to the last digit at x = {number(x[i])} and at "
                f"x = {float(x[i] + moves[0][i])!r}, where it must change")
        if (moved != got)[steep].mean() >= MOSTLY:
            return Breach("dtype", (
                f"{text}: x is rounded to float32 on its way, which keeps 7 digits. x is float64; "
                "compute with it as it is."), _case(x, at, i))
        return Breach("rounded", (
            f"{text}: it is rounded, or x is on its way to it."), _case(x, at, i))
    return None


def fits_roughly(x: Floats, at: Evaluated, below: Floats, above: Floats) -> bool:
    """Whether the derivative is that of the value as far as float32 can show, `below` and `above`
    being the values within ROUGH of x."""
    left, right = (at.value - below) / ROUGH, (above - at.value) / ROUGH
    room = 0.05 * np.maximum(1.0, np.abs(at.derivative))
    low, high = np.minimum(left, right) - room, np.maximum(left, right) + room
    return bool(((at.derivative >= low) & (at.derivative <= high)).all())


def _not_finite(x: Floats, at: Evaluated) -> Breach | None:
    for noun, got in _parts(at):
        wrong = np.flatnonzero(~np.isfinite(got))
        if len(wrong):
            first = wrong[np.argmin(np.abs(x[wrong]))]
            return Breach("not_finite", (
                f"The {noun} at x = {number(x[first])} is {got[first]}; both must be finite for "
                f"|x| up to {FAR:g}, since sums of weighted inputs get that large."),
                _case(x, at, first))
    return None


def _random(context: Context, x: Floats, at: Evaluated) -> Breach | None:
    again = evaluate(context, x)
    return _other(x, at, again, 0.0, "not_deterministic",
                  "asked a second time for the same numbers")


def _not_elementwise(context: Context, x: Floats, at: Evaluated) -> Breach | None:
    """Each number must get what it gets among all others, in any order, shape and company."""
    even, places = len(x) // 2 * 2, np.arange(len(x))
    arrangements = [
        (places[::-1], "asked in reverse order"),
        (places[:even].reshape(2, -1), f"asked as an array of shape (2, {even // 2})"),
        *((np.resize(places, shape), f"asked as an array of shape {shape}") for shape in SHAPES),
        *((places[i].reshape(alone), f"asked alone, as an array of shape {alone}")
          for i in _alone(len(x)) for alone in [(1,) if i % 2 else ()]),
    ]
    for chosen, when in arrangements:
        flat = chosen.reshape(-1)
        among = Evaluated(at.value[flat], at.derivative[flat], at.dtypes)
        then = _flat(evaluate(context, x[chosen]))
        if found := _other(x[flat], among, then, SAME, "not_elementwise", when):
            again = _flat(evaluate(context, x[chosen]))
            return _other(
                x[flat], then, again, SAME, "not_deterministic", f"{when} a second time") or found
    return None


def _alone(count: int) -> list[int]:
    """Places of the first numbers, which are special ones, and of others from everywhere."""
    first = ALONE // 4
    others = np.linspace(first, count - 1, ALONE - first).astype(int)
    return list(dict.fromkeys([*range(first), *others.tolist()]))


def _flat(at: Evaluated) -> Evaluated:
    return Evaluated(at.value.reshape(-1), at.derivative.reshape(-1), at.dtypes)


def _other(
    x: Floats, at: Evaluated, then: Evaluated, tolerance: float, flag: str, when: str
) -> Breach | None:
    for (noun, first), (_, second) in zip(_parts(at), _parts(then), strict=True):
        off = np.abs(second - first) / np.maximum(1.0, np.abs(first))
        if (wrong := np.flatnonzero(~(off <= tolerance))).size:
            i = wrong[0]
            return Breach(flag, (
                f"The {noun} at x = {number(x[i])} is {_apart(first[i], second[i])} {when}. It "
                "must follow from that one number alone."), _case(x, at, i))
    return None


def _affine(x: Floats, at: Evaluated) -> Breach | None:
    low, high = np.argmin(x), np.argmax(x)
    slope = (at.value[high] - at.value[low]) / (x[high] - x[low])
    line = at.value[low] + slope * (x - x[low])
    # Not so of values beyond 1e308: nothing is said of them.
    if not (np.abs(at.value - line) <= STRAIGHT * np.abs(line).max()).all():
        return None
    flat = abs(slope) * FAR <= STRAIGHT * np.abs(line).max()
    formula = number(at.value[low]) if flat else (
        f"{slope:.6g} x + {at.value[low] - slope * x[low] + 0.0:.6f}")
    what = "the same for every x" if flat else "a straight line"
    return Breach("constant" if flat else "affine", (
        f"The value is {what}: {formula}. A network needs a bend: with this activation its layers "
        "together could do no more than a single one."))


def _parts(at: Evaluated) -> tuple[tuple[str, Floats], tuple[str, Floats]]:
    return ("value", at.value), ("derivative", at.derivative)


def _apart(first: float, second: float) -> str:
    """Both numbers, with all digits where ten do not tell them apart."""
    short = number(first), number(second)
    one, other = short if short[0] != short[1] else (repr(float(first)), repr(float(second)))
    return f"{one}, and {other} when"


def _case(x: Floats, at: Evaluated, i: int) -> dict[str, Any]:
    columns = {"x": x[i:i + 1], "value": at.value[i:i + 1], "derivative": at.derivative[i:i + 1]}
    return case("at the first number that shows it", columns)


def case(heading: str, columns: Mapping[str, Floats]) -> dict[str, Any]:
    """Plain numbers, None where one is not finite, and the table of them that people read."""
    numbers = {
        name: [float(one) if np.isfinite(one) else None for one in column]
        for name, column in columns.items()
    }
    return {**numbers, **table(heading, list(columns), list(zip(*columns.values(), strict=True)))}
