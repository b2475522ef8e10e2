"""A report format: from a finished report, files below a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cgp_harness.model import BatchReport
from cgp_harness.reports.whole_file import write_whole


@dataclass(frozen=True)
class Roster:
    """A list of the class that the instructor took from another system, to be filled in.

    Args:
        content: its bytes, as they came.
        column: the column that the scores go into; empty where it is plain which.
        where: what to call it in messages.
    """

    content: bytes
    column: str = ""
    where: str = "the roster"


@dataclass(frozen=True)
class Written:
    """What a format makes of a report.

    Args:
        files: path below the output folder -> content.
        notes: what the staff should know of it, a sentence each.
    """

    files: Mapping[str, bytes]
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Format:
    """A format, in the place of the plain function that a plugin may give.

    Args:
        make: the report, and the roster if it `fills` one, -> what is written. It is called once
            before anything is graded, with a report of no submissions: what it cannot use, such as
            a roster without the column, it says then by a `HarnessError`.
        fills: what `--roster` must be, for messages; empty if the format takes none.
        needs: whether it can do nothing without.
    """

    make: Callable[..., Written]
    fills: str = ""
    needs: bool = False

    def made(self, report: BatchReport, roster: Roster | None = None) -> Written:
        """What is written of a report."""
        return self.make(report, roster) if self.fills else self.make(report)

    def __call__(
        self, report: BatchReport, folder: Path, roster: Roster | None = None
    ) -> tuple[str, ...]:
        """Write it below a folder.

        Returns:
            What the staff should know.

        Raises:
            MachineError: a file cannot be written.
        """
        written = self.made(report, roster)
        for name, content in written.files.items():
            write_whole(folder / name, content)
        return written.notes
