"""What a reader can put right. The command line prints these without a traceback."""

from __future__ import annotations

from collections.abc import Iterable

from cgp_reference.errors import ExplainedError


def meant(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """What to do about a name that is none of those that are known."""
    from difflib import get_close_matches  # at the first need: every command imports this module

    known = [*known]
    close = get_close_matches(name, known, n=1) or [
        one for one in known if one.startswith(f"{name}_")]
    return f"did you mean {close[0]!r}?" if close else otherwise


class HarnessError(ExplainedError):
    """Wrong use of the harness: an assignment, a path or an option that cannot be used (exit 2).

    `field`: of what is wrong in a task's table, where in it: `checks.convergence.problems`. Who has
    the file at hand says the line.
    """

    def __init__(
        self, what: str, *, where: str = "", expected: str = "", fix: str = "", field: str = ""
    ) -> None:
        super().__init__(what, where=where, expected=expected, fix=fix)
        self.field = field


class MachineError(ExplainedError):
    """This machine cannot do what was asked, such as the isolation demanded (exit 3)."""


class PluginError(ExplainedError):
    """A plugin does not fit the contract of `hookspecs.py`."""
