"""A known mistake, as `cgp explain` shows it, whatever kind of task it is made in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cgp_harness.probing.case import Case
from cgp_harness.task import Assignment, Task


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


def described(meanings: Mapping[str, str], hints: Mapping[str, str]) -> Iterator[Known]:
    """Those that are no formula of their own: by name a clause, and what else there is to say."""
    return (
        Known(name, f"{text[0].upper()}{text[1:]}".removesuffix(".") + ".", hints[name])
        for name, text in meanings.items())


def of_homework(homework: Assignment, task: Task) -> Iterator[Known]:
    """Those of its `mistakes.toml` that have a sentence, each once."""
    there = set[str]()
    for one in homework.mistakes:
        if one.task == task.id and one.id not in there and one.says:
            there.add(one.id)
            yield Known(one.id, f"{one.says[0].upper()}{one.says[1:]}.".replace("..", "."),
                        one.hint, task.equation)
