"""An error that its reader can put right: what was found, where, what was expected, the fix."""

from __future__ import annotations

from collections.abc import Iterable


class ExplainedError(Exception):
    """Something in the reader's own input is wrong. Anything else that is raised is our bug.

    One sentence each, no blame, no guess; `fix` only when sure.
    """

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", fix: str = ""
    ) -> None:
        super().__init__(what)
        self.what, self.where, self.expected, self.fix = what, where, expected, fix

    def __str__(self) -> str:
        return explain(self.what, self.where, self.expected, self.fix)


def explain(
    what: str, where: str = "", expected: str = "", fix: str = "", raised: str = ""
) -> str:
    """The parts as text, one line each; parts that are empty are left out.

    `raised`: what Python said itself, where `what` says it in other words.

    >>> print(explain("adam() returned None", "adam.py:4", "(step, m, v)"))
    adam() returned None
      at adam.py:4
      expected (step, m, v)
    """
    parts = [("at", where), ("expected", expected), ("fix:", fix), ("Python says:", raised)]
    return "\n".join([what, *(f"  {word} {text}" for word, text in parts if text)])


def folded(name: str) -> str:
    """A name without what one easily types otherwise: capitals, accents, `_`, `-` and spaces.

    >>> folded("Préd_Step-size")
    'predstepsize'
    """
    from unicodedata import combining, normalize

    plain = normalize("NFKD", name).lower().replace("_", "").replace("-", "").replace(" ", "")
    return plain if plain.isascii() else "".join(one for one in plain if not combining(one))


def alike(name: str, known: Iterable[str], count: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known names that one may have meant, the likest first; one that is the same folded alone.

    >>> alike("StepSize", ["step_size", "computational_graph"])
    ['step_size']
    """
    from difflib import get_close_matches  # at the first need: every command imports this module

    plain: dict[str, str] = {}
    for one in known:
        plain.setdefault(folded(one), one)
    if folded(name) in plain:
        return [plain[folded(name)]]
    return [plain[one] for one in get_close_matches(folded(name), plain, count, cutoff)]


def meant(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """What to do about a name that is none of those that are known."""
    known = [*known]
    close = alike(name, known) or [one for one in known if one.startswith(f"{name}_")]
    return f"did you mean {close[0]!r}?" if close else otherwise
