"""The equations that a check cites, as MathML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from cgp_harness.model import CheckResult, Status

CITATION = re.compile(r"\bEqs?\. ((?:[0-9]+|, | and | to )+)")


@dataclass(frozen=True)
class Equation:
    """`name`: "Eq. 39"; `shown`: its MathML."""

    name: str
    shown: Markup


def equations(check: CheckResult, known: Mapping[str, str]) -> tuple[Equation, ...]:
    """Those that a failed check missed: of its diagnosis, if that cites any, else its own.

    Args:
        known: LaTeX, by number or by the whole text that cites it. What is not there is left out.
    """
    if check.status is not Status.FAILED:
        return ()  # code that did not run missed none
    said = check.diagnosis.text if check.diagnosis else ""
    for whole, latex in known.items():
        if not whole.isdecimal() and whole == check.equation:
            return (Equation("", mathml(latex)),)
    numbers = list(cited(said)) or list(cited(check.equation))
    return tuple(
        Equation(f"Eq. {number}", mathml(known[number]))
        for number in dict.fromkeys(numbers) if number in known)


def cited(text: str) -> Iterator[str]:
    """The numbers of equations in a text.

    >>> list(cited("This is not Adam (Eqs. 38 to 40). See Eqs. 15, 24 and 29, and Eq. 30."))
    ['38', '39', '40', '15', '24', '29', '30']
    """
    for found in CITATION.finditer(text):
        for first, last in re.findall(r"([0-9]+)(?: to ([0-9]+))?", found[1]):
            ends = int(first), int(last or first)
            # "to" of two numbers that are far apart is no list.
            yield from map(str, range(ends[0], min(ends[1], ends[0] + 20) + 1))


@cache
def mathml(latex: str) -> Markup:
    """An equation as browsers set it; as it is written where it cannot be read."""
    from latex2mathml.converter import convert

    try:
        return Markup(convert(latex, display="block"))
    except Exception:  # an instructor's: the library has a class of its own for each mistake
        return Markup("<code>{}</code>").format(latex)
