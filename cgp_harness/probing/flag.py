"""A known mistake, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Flag:
    """One known mistake.

    Args:
        id: what `diagnosis.flags` holds in `results.json`.
        phrase: continues "your update is Adam …"; says "another rule" of what is right elsewhere.
        hint: one sentence that says what the equation asks for instead.
        touches: parts of the rule that it changes; two flags that share one contradict each other.
        equation: where the lecture has it right.
        readings: how many different arithmetics go by this name.
    """

    id: str
    phrase: str
    hint: str
    touches: frozenset[str]
    equation: str = ""
    readings: int = 1


def flag(
    id: str, phrase: str, hint: str, touches: str, equation: str = "", *,
    readings: int = 1,
) -> Flag:
    """A `Flag`, with the parts that it touches as words of one text."""
    return Flag(id, phrase, hint, frozenset(touches.split()), equation, readings)


def compatible(chosen: Sequence[Flag]) -> bool:
    """Whether no two of the flags touch the same part."""
    touched = [part for one in chosen for part in one.touches]
    return len(touched) == len(set(touched))


FLOAT32_ARITHMETIC = flag(
    "float32_arithmetic", "in float32 arithmetic", "The harness passes float64.", "precision")
