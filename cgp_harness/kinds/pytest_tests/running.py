"""The tests of a task on one submission, all in one run of pytest -> an outcome each."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from cgp_harness.checks.context import Context, Outcome, failed, passed, stopped
from cgp_harness.kinds.pytest_tests import sessions
from cgp_harness.kinds.pytest_tests.collecting import check_of
from cgp_harness.kinds.pytest_tests.sessions import Files
from cgp_harness.kinds.pytest_tests.task import PytestTask
from cgp_harness.model import Problem, Status
from cgp_harness.probing.text import plural
from cgp_harness.subject import SubjectError
from cgp_harness.testing import fixtures
from cgp_harness.testing.points import shares
from cgp_harness.testing.submitted import Submitted

LONGEST = 1_000
"""Letters of a message; pytest may compare arrays of any size."""
MOST_CASES = 3
"""So many of those that failed are shown."""
NOT_HIS = "this is not the submission's fault"
LEARNED = "tests"


def outcome(name: str, context: Context) -> Outcome:
    """Of one test; the first that is asked for runs all of them."""
    found: Mapping[str, Outcome] | None = context.learned.get(LEARNED)
    if found is None:
        found = _run(context)
    one = found.get(name) or _grader("pytest did not run it", "", "the test, as it was collected")
    return replace(one, learned={LEARNED: found})


def _run(context: Context) -> Mapping[str, Outcome]:
    task = context.task
    assert isinstance(task, PytestTask)
    files = tuple(task.files.items())
    submitted = Submitted(context.subject, context.assignment, task.id)
    seen = _Running(files)
    sessions.run(files, task.names, seen, fixtures.plugin(lambda: submitted))
    return {name: _of_cases(cases) for name, cases in seen.cases().items()}


def _of_cases(cases: list[tuple[Outcome, float, str]]) -> Outcome:
    """The cases of a parametrized test, as one: each adds its share."""
    if len(cases) == 1:
        return cases[0][0]
    lost = [(one, label) for one, _, label in cases if one.status is not Status.PASSED]
    if not lost:
        return passed()
    worst = next((
        one for one, _ in lost if one.status is Status.GRADER_ERROR), lost[0][0])
    if worst.status is Status.GRADER_ERROR:
        return worst
    most = sum(worth for _, worth, _ in cases)
    got = sum(worth * one.fraction for one, worth, _ in cases)
    said = [f"[{label}] {one.message}" for one, label in lost[:MOST_CASES]]
    if len(lost) > MOST_CASES:
        said.append(f"and {len(lost) - MOST_CASES} more")
    return replace(
        worst, fraction=got / most if most else 0.0,
        message="\n".join((f"{len(lost)} of {plural(len(cases), 'case')} failed:", *said)))


class _Running:
    """What came of each case."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._outcomes: dict[Any, Outcome] = {}
        self._worth: Mapping[Any, float] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._worth = shares(session.items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: Any, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        report = yield
        if call.excinfo is not None:
            # What a test has lost it does not win back when it is taken down.
            if item not in self._outcomes or self._outcomes[item].status is Status.PASSED:
                self._outcomes[item] = self._lost(call.excinfo, report)
        elif call.when == "call":
            self._outcomes[item] = passed() if report.passed else _grader(
                str(report.longrepr), "", "a test that passes or fails")
        return report

    def cases(self) -> Mapping[str, list[tuple[Outcome, float, str]]]:
        """By check: outcome, worth and name of each case."""
        found: dict[str, list[tuple[Outcome, float, str]]] = {}
        for item, one in self._outcomes.items():
            label = item.name.partition("[")[2].removesuffix("]")
            found.setdefault(check_of(item), []).append((one, self._worth[item], label))
        return found

    def _lost(self, excinfo: pytest.ExceptionInfo[BaseException], report: Any) -> Outcome:
        error = excinfo.value
        if isinstance(error, SubjectError):
            gone = error.problem.status not in (Status.STUDENT_ERROR, Status.FAILED)
            return replace(stopped(error.problem), blocks=gone, message=_cut(str(error.problem)))
        if isinstance(error, pytest.fail.Exception):
            return failed(_cut(str(error)))
        if isinstance(error, AssertionError):
            return failed(_cut(_asserted(excinfo)))
        where = sessions.place(error, self.files)
        if report.skipped or isinstance(error, pytest.skip.Exception):
            return _grader(
                f"the test was skipped: {error}", where, "a test that passes or fails, since it "
                "has points")
        return _grader(
            f"the test raised {sessions.told(error)}", where, "a test that passes, or fails by "
            "assert")


def _asserted(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """pytest's own words for an assertion that failed, the instructor's first."""
    return excinfo.exconly(tryshort=True).removeprefix("AssertionError: ") or "an assertion failed"


def _grader(what: str, where: str, expected: str) -> Outcome:
    problem = Problem(Status.GRADER_ERROR, f"{what}; {NOT_HIS}", where, expected)
    return Outcome(Status.GRADER_ERROR, 0.0, str(problem))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… (cut)"
