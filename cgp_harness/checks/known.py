"""A known mistake, as `cgp explain` shows it, whatever kind of task it is made in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cgp_harness.probing.case import Case


@dataclass(frozen=True)
class Path:
    """What a mistake does to a parameter that is moved by these gradients, beside the right rule.

    `right`, `wrong`: where the parameter is before the first step and after each.
    """

    gradients: tuple[float, ...]
    right: tuple[float, ...]
    wrong: tuple[float, ...]
    hyperparameters: str = ""


@dataclass(frozen=True)
class Known:
    """A known mistake.

    Args:
        id: what `diagnosis.flags` holds in `results.json`.
        says: a sentence: what is done.
        hint: what is asked for instead, or how one finds it; may be empty.
        equation: where the lecture has it right.
        path: what it does, where it is a rule's; None if that cannot be shown.
        case: the smallest case that shows it, where it is none of a rule.
    """

    id: str
    says: str
    hint: str = ""
    equation: str = ""
    path: Callable[[], Path | None] = lambda: None
    case: Callable[[], Case | None] = lambda: None


def described(meanings: Mapping[str, str]) -> Iterator[Known]:
    """Those of which only the meaning is written: a clause, by name."""
    return (
        Known(name, f"{text[0].upper()}{text[1:]}".removesuffix(".") + ".")
        for name, text in meanings.items())
