"""Expressions of the published networks: a node is a sum of parameter times variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cgp_reference.errors import ExplainedError

_TERM = re.compile(r"(?P<first>[a-zA-Z]+)\*(?P<second>[a-zA-Z]+)")


class PublishedError(ExplainedError):
    """Something that the published code does not train; it stops there, or reads it wrongly."""


@dataclass(frozen=True)
class Unit:
    """One node of a network: `xw=ab*xa+bc*xb`.

    Args:
        node: `xw`.
        sources: `("xa", "xb")`, in the order of the text.
        parameters: `("ab", "bc")`, likewise.
    """

    node: str
    sources: tuple[str, ...]
    parameters: tuple[str, ...]


def read_unit(text: str) -> Unit:
    """Read one expression.

    >>> read_unit("xw = ab*xa + bc*xb").parameters
    ('ab', 'bc')

    Raises:
        PublishedError: it is not of that form.
    """
    node, _, body = text.replace(" ", "").partition("=")
    found = [_TERM.fullmatch(term) for term in body.split("+")]
    pairs = [(term["first"], term["second"]) for term in found if term is not None]
    if not (node.isalpha() and node.startswith("x") and len(pairs) == len(found)
            and all((p.startswith("x"), x.startswith("x")) == (False, True) for p, x in pairs)):
        raise PublishedError(
            f"{text!r} is no unit of a published network",
            expected="node=parameter*variable+…, variables beginning with x: 'xw=ab*xa+bc*xb'",
        )
    return Unit(node, tuple(x for _, x in pairs), tuple(p for p, _ in pairs))


def require_distinct(names: Sequence[str]) -> None:
    """Refuse a name that stands twice: the published code keeps one value and steps it twice."""
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise PublishedError(f"{twice[0]!r} stands twice", expected="each name once")
