"""The table of tests in an `assignment.toml`, and what is read of the files beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.kind import CheckInfo
from cgp_harness.model import Visibility
from cgp_harness.task import CheckSpec, Task
from cgp_reference.errors import meant

CONFTEST = "conftest.py"


class PytestTask(Task, frozen=True, kw_only=True):
    """An instructor's own tests; each of them is a check.

    Attributes:
        tests: the file beside assignment.toml, or several; a `conftest.py` there belongs to them.
        visibility: of the tests that `checks` does not name.
        files: their texts, by name.
        titles: what each test is called, by its check.
    """

    kind: str = "pytest"
    tests: str | tuple[str, ...]
    visibility: Visibility = Visibility.VISIBLE
    files: Mapping[str, str] = {}
    titles: Mapping[str, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The files of tests."""
        return (self.tests,) if isinstance(self.tests, str) else self.tests


def beside(task: PytestTask, text: Callable[[str], str | None]) -> PytestTask:
    """The task with the texts of its files, and a check for each test.

    Args:
        text: the text of a file beside assignment.toml, None if there is none.

    Raises:
        HarnessError: a file is not there, tests cannot be collected, or a check names none.
    """
    from cgp_harness.kinds.pytest_tests.collecting import collected  # pytest

    files = {name: text(name) for name in dict.fromkeys((*task.names, CONFTEST))}
    for name in task.names:
        if files[name] is None or not name.endswith(".py") or Path(name).name != name:
            raise HarnessError(
                f"the tests of task {task.id!r} are not there: {name!r}",
                expected="a Python file beside assignment.toml")
    kept = {name: one for name, one in files.items() if one is not None}
    found = collected(tuple(kept.items()), task.names)
    _refuse_unknown(task, [one.name for one in found])
    checks = {name: one for name, one in task.checks.items() if name == "loads"} | {
        one.name: task.checks.get(one.name) or CheckSpec(one.points, task.visibility)
        for one in found}
    return msgspec.structs.replace(
        task, files=kept, checks=checks, titles={one.name: one.title for one in found})


def titles(task: PytestTask) -> Mapping[str, CheckInfo]:
    """What is said of each test."""
    return {name: CheckInfo(title) for name, title in task.titles.items()}


def _refuse_unknown(task: PytestTask, known: list[str]) -> None:
    for name in task.checks:
        if name != "loads" and name not in known:
            raise HarnessError(
                f"task {task.id!r} has a check {name!r}",
                expected=f"loads, or a test: {', '.join(known)}",
                fix=meant(name, known))
