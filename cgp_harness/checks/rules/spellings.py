"""An argument that is meant for a hyperparameter, under a name that is not accepted."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches

from cgp_harness.checks.context import Context

CUTOFF = 0.75
GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "η": "eta", "μ": "mu", "ρ": "rho",
}
WORDS = {"one": "1", "two": "2", "first": "1", "second": "2"}


def unclaimed(context: Context) -> list[str]:
    """The rule's arguments that are known to be no hyperparameter of the task."""
    return [own for own in context.rule.hyperparameters if own not in context.names.values()]


def alike(context: Context, name: str) -> str:
    """The student's name for the hyperparameter; empty if none of theirs looks like it.

    Capitals, underscores, Greek letters and spelt numbers make no difference, and then one letter
    may.
    """
    task, assignment = context.task, context.assignment
    spare = {_plain(own): own for own in unclaimed(context)}
    wanted = [_plain(one) for one in assignment.names(task, name)]
    for one in wanted:
        if one in spare:
            return spare[one]
    for one in wanted:
        if len(one) > 3 and (close := get_close_matches(one, spare, n=1, cutoff=CUTOFF)):
            return spare[close[0]]
    return ""


def _plain(name: str) -> str:
    text = "".join(GREEK.get(letter, letter) for letter in unicodedata.normalize("NFKC", name))
    words = [WORDS.get(word, word) for word in text.lower().split("_")]
    return "".join(words)
