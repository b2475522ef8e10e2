"""Terms of the published DAG: what its training can read, and how it evaluates them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from cgp_reference.as_published.linear import PublishedError

_TERM = re.compile(
    r"(?:(?P<before>[a-zA-Z]+|[0-9.]+)\*)?(?P<variable>x[a-zA-Z]*)(?:\^(?P<power>[0-9.]+))?"
    r"(?:\*(?P<after>[a-zA-Z]+|[0-9.]+))?"
)


@dataclass(frozen=True)
class Term:
    """One part of a sum: `cd*xx`, `xz^3`, `ab*xa^2` or `2*xa`.

    Args:
        variable: `xx`.
        parameter: `cd`, or None.
        number: what multiplies instead of a parameter, else 1.
        power: of the variable.
        minus: whether a minus sign stands before it.
    """

    variable: str
    parameter: str | None = None
    number: float = 1.0
    power: float = 1.0
    minus: bool = False

    def value(self, factor: float, variable: float) -> float:
        """The term without its sign; `factor` is the parameter's value, or the number."""
        return factor * signed_power(variable, self.power)


def signed_power(value: float, power: float) -> float:
    """`value^power` as a text into which `value` was pasted: `-0.3^2` is -(0.3^2).

    >>> signed_power(-0.5, 2)
    -0.25
    """
    if power == 1:
        return value
    size = math.pow(abs(value), power)
    return -size if value < 0 else size


def read_terms(text: str) -> tuple[str, tuple[Term, ...]]:
    """Node and terms of an expression.

    >>> read_terms("xw=cd*xx+xz^3")[1][1]
    Term(variable='xz', parameter=None, number=1.0, power=3.0, minus=False)

    Raises:
        PublishedError: the published training stops at it.
    """
    node, _, body = text.replace(" ", "").partition("=")
    pieces = re.split(r"([+-])", f"+{body}")[1:]
    terms = tuple(
        _term(text, piece, sign == "-")
        for sign, piece in zip(pieces[::2], pieces[1::2], strict=True)
    )
    if not (node.isalpha() and node.startswith("x")):
        raise _unreadable(text)
    return node, terms


def _term(text: str, piece: str, minus: bool) -> Term:
    found = _TERM.fullmatch(piece)
    if found is None or (found["before"] and found["after"]):
        raise _unreadable(text)
    factor = found["before"] or found["after"]
    power = float(found["power"] or 1)
    if factor is None:
        return Term(found["variable"], None, 1.0, power, minus)
    if factor.startswith("x"):
        raise _unreadable(text)
    if factor.isalpha():
        return Term(found["variable"], factor, 1.0, power, minus)
    return Term(found["variable"], None, float(factor), power, minus)


def _unreadable(text: str) -> PublishedError:
    return PublishedError(
        f"{text!r} is no expression that the published DAG trains",
        expected="node=sum of terms, each one variable, to a power perhaps, times at most one "
                 "parameter: 'xw=cd*xx+xz^3'",
    )
