"""A known mistake in a Function: what it is called, and what it computes instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cgp_harness.model import Floats

Vjp = Callable[..., tuple[Floats, ...]]
"""A cotangent and the inputs to a gradient per input."""


@dataclass(frozen=True)
class GradientMistake:
    """One known mistake in backward.

    Args:
        id: what `diagnosis.flags` holds in `results.json`.
        phrase: continues "your backward …" and "your gradient of W …".
        hint: one sentence that says what is asked for instead.
        vjp: what the mistake returns: the cotangent and the inputs to a gradient per input.
        of_source: what it is in full, of a change to the source of a right answer; such a one is
            looked for last, and by itself.
        parts: of two changes together, each alone.
    """

    id: str
    phrase: str
    hint: str
    vjp: Vjp
    of_source: str = ""
    parts: tuple[GradientMistake, ...] = ()


@dataclass(frozen=True)
class ValueMistake:
    """One known mistake in forward.

    Args:
        id: what `diagnosis.flags` holds in `results.json`.
        phrase: continues "your forward …".
        hint: one sentence that says what is asked for instead.
        forward: what the mistake computes from the inputs.
        of_source: as of a `GradientMistake`, and so are
        parts.
    """

    id: str
    phrase: str
    hint: str
    forward: Callable[..., Floats]
    of_source: str = ""
    parts: tuple[ValueMistake, ...] = ()


class FromSource(Protocol):
    """Mistakes that are made from the source of a right answer: many; pairs are made late."""

    @property
    def values(self) -> Sequence[ValueMistake]:
        """Of forward, with one change."""
        ...

    @property
    def value_pairs(self) -> Sequence[ValueMistake]:
        """Of forward, with two."""
        ...

    @property
    def gradients(self) -> Sequence[GradientMistake]:
        """Of backward, with one change."""
        ...

    @property
    def gradient_pairs(self) -> Sequence[GradientMistake]:
        """Of backward, with two."""
        ...


@dataclass(frozen=True)
class NotFromSource:
    """Where there is no source."""

    values: tuple[ValueMistake, ...] = ()
    value_pairs: tuple[ValueMistake, ...] = ()
    gradients: tuple[GradientMistake, ...] = ()
    gradient_pairs: tuple[GradientMistake, ...] = ()


NO_SOURCE = NotFromSource()
