"""`--cgp-submission`: an instructor's own tests, with fixtures that ask a submission's worker."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack
from types import TracebackType
from typing import Any

import pytest

from cgp_harness import pipeline
from cgp_harness.assignment import load
from cgp_harness.collect import collect_one
from cgp_harness.installed import kinds
from cgp_harness.model import Submission
from cgp_harness.pytest_plugin.telling import counted, explained, scores
from cgp_harness.sandbox.host import levels
from cgp_harness.subject import SubjectError
from cgp_harness.task import Assignment
from cgp_harness.testing import fixtures, submitted
from cgp_harness.testing.points import DECLARED, shares
from cgp_harness.testing.submitted import Submitted

WORTH = pytest.StashKey[float]()
NONE = Assignment("tests", "tests", "1", ())
"""Where no assignment is given: its usual limits, nothing forbidden."""


def configure(config: pytest.Config) -> None:
    """Have the fixtures of a submission in tests.

    Raises:
        UsageError: an option cannot be used.
    """
    config.addinivalue_line("markers", DECLARED)
    with explained():
        name = config.getoption("--cgp-assignment")
        testing = Testing(
            collect_one(config.invocation_params.dir / config.getoption("--cgp-submission")),
            load(name) if name else NONE, levels.choose(config.getoption("--cgp-isolation")))
    config.pluginmanager.register(fixtures.plugin(testing.submitted), "cgp-fixtures")
    config.pluginmanager.register(testing, "cgp-own-tests")


class Testing:
    """The hooks of a pytest that tests a submission."""

    __test__ = False

    def __init__(self, submission: Submission, assignment: Assignment, level: str) -> None:
        self.submission, self.assignment, self.level = submission, assignment, level
        self._open = ExitStack()
        self._submitted: Submitted | None = None

    def submitted(self) -> Submitted:
        """The submission; its worker starts at the first use.

        Raises:
            SubjectError: it could not be read.
        """
        if self.submission.problem is not None:
            raise SubjectError(self.submission.problem)
        if self._submitted is None:
            subject = self._open.enter_context(
                pipeline.open_worker(self.submission, self.assignment, self.level))
            self._submitted = Submitted(subject, self.assignment)
        return self._submitted

    def pytest_sessionfinish(self) -> None:
        """End the worker."""
        self._open.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Before any are deselected: cases of a test that are left out take their points along."""
        with explained():
            for item, worth in shares(items).items():
                item.stash[WORTH] = worth

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """A submission that cannot be tested fails the test, without a traceback of ours."""
        said = ""
        try:
            return (yield)
        except SubjectError as error:
            said = str(error)
        return pytest.fail(said, pytrace=False)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """What goes wrong in a question is shown at the line of the test that asked it."""
        try:
            return (yield)
        except Exception as error:
            _end_at_ours(error.__traceback__)
            raise

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Points are properties of the report."""
        worth = item.stash.get(WORTH, 0.0)
        if call.when == "call" or (call.when == "setup" and call.excinfo is not None):
            got = worth if call.excinfo is None else 0.0
            item.user_properties += counted(self.submission.id, got, worth)
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The score of the submission, over the tests that were run."""
        for line in scores(terminalreporter.stats.values()):
            terminalreporter.write_line(line)


def _end_at_ours(traceback: TracebackType | None) -> None:
    """Cut a traceback off above the first frame of a stand-in."""
    ours = {submitted.__name__, *(f"{kind.package}.testing" for kind in kinds().values())}
    while traceback is not None and traceback.tb_next is not None:
        if traceback.tb_next.tb_frame.f_globals.get("__name__") in ours:
            traceback.tb_next = None
        traceback = traceback.tb_next
