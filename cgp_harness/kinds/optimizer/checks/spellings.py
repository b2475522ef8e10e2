"""An argument that is meant for a hyperparameter, under a name that is not accepted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.naming import names

CUTOFF = 0.75
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "η": "eta", "μ": "mu", "ρ": "rho",
}
HOLD_NO_NUMBER = ("bool", "NoneType", "function", "type")
"""Types of defaults in which no value of a hyperparameter stands."""
WORDS = {"one": "1", "two": "2", "first": "1", "second": "2"}


def unclaimed(context: RuleContext) -> list[str]:
    """The rule's arguments that are known to be no hyperparameter of the task."""
    return [own for own in context.rule.hyperparameters if own not in context.names.values()]


def spare(context: RuleContext) -> bool:
    """Whether what has no argument of its name may stand in another one."""
    absent = [name for name in context.specified.hyperparameters if context.named(name) is None]
    return bool(
        unclaimed(context) or holders(context) or several(context, absent)
        or any(without_number(context, name) for name in absent))


def holders(context: RuleContext) -> list[str]:
    """Arguments that are never given, since their default is no number, and may hold some."""
    return [own for own, kind in context.rule.fixed.items() if kind not in HOLD_NO_NUMBER]


def without_number(context: RuleContext, name: str) -> str:
    """The student's argument for the hyperparameter, if its default is no number; else empty."""
    accepted = {_plain(one) for one in names(context.assignment, context.task, name)}
    return next((own for own in context.rule.fixed if _plain(own) in accepted), "")


def several(context: RuleContext, missing: Sequence[str]) -> dict[str, str]:
    """By hyperparameter, the argument that holds it with others: `betas` for `beta1`, `beta2`."""
    found = {}
    for own in context.rule.fixed:
        stem = _plain(own).removesuffix("s")
        meant = [
            name for name in missing
            if any(_plain(one).rstrip("0123456789") == stem and _plain(one) != stem
                   for one in names(context.assignment, context.task, name))]
        if len(meant) > 1:
            found.update(dict.fromkeys(meant, own))
    return found


def alike(context: RuleContext, name: str) -> str:
    """The student's name for the hyperparameter; empty if none of theirs looks like it.

    Capitals, underscores, Greek letters and spelt numbers make no difference, and then one letter
    may.
    """
    task, assignment = context.task, context.assignment
    free = {_plain(own): own for own in unclaimed(context)}
    wanted = [_plain(one) for one in names(assignment, task, name)]
    for one in wanted:
        if one in free:
            return free[one]
    for one in wanted:
        if len(one) > 3 and (close := get_close_matches(one, free, n=1, cutoff=CUTOFF)):
            return free[close[0]]
    return ""


def _plain(name: str) -> str:
    text = "".join(GREEK.get(letter, letter) for letter in unicodedata.normalize("NFKC", name))
    words = [WORDS.get(word, word) for word in text.lower().split("_")]
    return "".join(words)
