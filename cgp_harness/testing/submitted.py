"""What tests hold of a submission: one stand-in for each thing that it registers.

A stand-in is made by the thing's kind (`Kind.fixture`, and `testing.py` of its package). It asks
the worker, and gives back plain numbers and arrays.
"""

from __future__ import annotations

from typing import Any

from cgp_harness.installed import kinds
from cgp_harness.kind import Kind
from cgp_harness.model import Problem, Status
from cgp_harness.subject import Registered, Subject, SubjectError
from cgp_harness.task import Assignment


class Submitted:
    """A submission under test: `submission["adam"]` is what it registers so.

    Args:
        own: the name that is meant where a test says none.
    """

    def __init__(self, subject: Subject, assignment: Assignment, own: str = "") -> None:
        self._subject, self._assignment, self._own = subject, assignment, own
        self._made: dict[tuple[str, str], Any] = {}

    def __repr__(self) -> str:
        return "submission"

    def __getitem__(self, name: str) -> Any:
        """A stand-in for what is registered under this name.

        Raises:
            SubjectError: nothing is.
        """
        return self.chosen(tuple(fixtures()), name)

    def chosen(self, names: tuple[str, ...], wanted: str = "") -> Any:
        """A stand-in for what one of these fixtures means.

        Args:
            wanted: the name that it is registered under; if left out that of the task which the
                tests are, of the assignment's only task of its kind, or the only one that there is.

        Raises:
            SubjectError: there is none, or it does not follow which is meant.
        """
        offered = [kind for name in names for kind in fixtures()[name]]
        there = [
            one for kind in offered for one in self._subject.manifest.of(kind.name)]
        name = wanted or self._meant(names[0], offered, there)
        found = next((one for one in there if one.name == name), None)
        if found is None:
            raise SubjectError(self._missing(offered, name, there))
        key = (found.kind, found.name)
        if key not in self._made:
            self._made[key] = kinds()[found.kind].tested(self._subject, found, self._assignment)
        return self._made[key]

    def _meant(self, fixture: str, offered: list[Kind], there: list[Registered]) -> str:
        names = list(dict.fromkeys(one.name for one in there))
        tasks = [
            task.id for task in self._assignment.tasks if kinds()[task.kind] in offered]
        if self._own in names:
            return self._own
        if len(tasks) == 1:
            return str(tasks[0])
        if len(names) > 1:
            raise SubjectError(Problem(
                Status.FAILED,
                f"{', '.join(names)} are registered, and the test does not say which it means",
                expected=f"one {offered[0].contract.noun}, or its name above the test",
                fix=f'@pytest.mark.parametrize("{fixture}", ["{names[0]}"], indirect=True)'))
        return names[0] if names else ""

    def _missing(self, offered: list[Kind], name: str, there: list[Registered]) -> Problem:
        problems = self._subject.manifest.problems
        if problems and not self._subject.manifest.registered:
            return problems[0]
        what, above = "nothing is", "that name"
        if len(offered) == 1:
            what, above = f"no {offered[0].contract.noun} is", f"that name below @{offered[0].name}"
        return Problem(
            Status.FAILED, f"{what} registered" + (f" as {name!r}" if name else ""),
            expected=f"one of {above}; found {', '.join(one.name for one in there) or 'none'}")


def fixtures() -> dict[str, list[Kind]]:
    """Fixture -> the kinds whose things it may stand for."""
    found: dict[str, list[Kind]] = {}
    for kind in kinds().values():
        if kind.fixture:
            found.setdefault(kind.fixture, []).append(kind)
    return found
