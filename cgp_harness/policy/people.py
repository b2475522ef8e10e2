"""Whom a person means: by the id of a submission, or by what a platform tells of the student."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cgp_harness.assignment.typed import Place
from cgp_harness.model import SubmissionReport
from cgp_reference.errors import alike, explain

ALL = "*"


@dataclass(frozen=True)
class People:
    """The submissions of a class by the names that each may be called by.

    Args:
        ids: all of them.
        called: a name in small letters -> the ids of those who have it.
    """

    ids: tuple[str, ...]
    called: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, reports: Iterable[SubmissionReport]) -> People:
        """All that a class download tells."""
        called: dict[str, dict[str, None]] = {}
        ids = []
        for report in reports:
            ids.append(report.id)
            for name in _names(report):
                called.setdefault(name.casefold(), {})[report.id] = None
        return cls(tuple(ids), {name: tuple(found) for name, found in called.items()})

    def named(self, name: str) -> Sequence[str]:
        """The ids that a name may mean."""
        if name == ALL:
            return self.ids
        return (name,) if name in self.ids else self.called.get(name.casefold(), ())

    def doubt(self, name: str, where: str | Place) -> str:
        """What is said to the staff of a name that is not one submission's; empty if it is."""
        meant = self.named(name)
        if name == ALL or len(meant) == 1:
            return ""
        if meant:
            return explain(
                f"{name!r} may be {' or '.join(meant)}, so nothing was changed", str(where),
                "a name of one submission", "write the id of the one that is meant")
        close = alike(name, self.ids) or alike(name, self.called)
        return explain(
            f"there is no submission of {name!r}, so nothing was changed", str(where),
            "an id, or a number, address or name that the platform tells",
            f"did you mean {close[0]!r}?" if close else "")


def _names(report: SubmissionReport) -> list[str]:
    members = (report.student.group or (report.student,)) if report.student else ()
    return [name for one in members for name in (one.user_id, one.email, one.name) if name]
