"""A known mistake in a Function: what it is called, and what it computes instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
    """

    id: str
    phrase: str
    hint: str
    vjp: Vjp
    of_source: str = ""


@dataclass(frozen=True)
class ValueMistake:
    """One known mistake in forward.

    Args:
        id: what `diagnosis.flags` holds in `results.json`.
        phrase: continues "your forward …".
        hint: one sentence that says what is asked for instead.
        forward: what the mistake computes from the inputs.
        of_source: as of a `GradientMistake`.
    """

    id: str
    phrase: str
    hint: str
    forward: Callable[..., Floats]
    of_source: str = ""
