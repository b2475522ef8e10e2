"""An error that its reader can put right: what was found, where, what was expected, the fix."""

from __future__ import annotations


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
