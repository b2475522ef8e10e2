"""What a reader can put right. The command line prints these without a traceback."""

from __future__ import annotations

from cgp_reference.errors import ExplainedError


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
