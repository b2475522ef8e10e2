"""Which tests files hold, and what they are worth: found by pytest itself."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pytest

from cgp_harness.errors import HarnessError
from cgp_harness.kinds.pytest_tests import sessions
from cgp_harness.kinds.pytest_tests.sessions import Files
from cgp_harness.testing import fixtures
from cgp_harness.testing.points import shares


@dataclass(frozen=True)
class Test:
    """A test function; its cases are one check.

    Args:
        name: of the check: `test_step`, or `TestStep.test_first` in a class.
    """

    __test__ = False
    name: str
    title: str
    points: float


@functools.lru_cache(maxsize=16)
def collected(files: Files, names: tuple[str, ...]) -> tuple[Test, ...]:
    """All tests, in their order.

    Raises:
        HarnessError: they cannot be collected, there are none, or two have one name.
    """
    seen = _Collecting(files)
    sessions.run(files, names, seen, fixtures.plugin(_nothing), further=("--collect-only",))
    if seen.wrong is not None:
        raise seen.wrong
    if not seen.items:
        raise HarnessError(
            f"there is no test in {', '.join(names)}", expected="functions that are called test_…")
    worth = shares(seen.items)
    found: dict[str, list[Any]] = {}
    for item in seen.items:
        found.setdefault(check_of(item), []).append(item)
    for name, items in found.items():
        twice = {str(item.path.name) for item in items}
        if len(twice) > 1:
            raise HarnessError(
                f"two tests are called {name}", where=" and ".join(sorted(twice)),
                expected="another name for each: checks are called by them")
    return tuple(
        Test(name, _title(items[0]), round(sum(worth[item] for item in items), 10))
        for name, items in found.items())


def check_of(item: Any) -> str:
    """What the check is called that a test of pytest's is a case of."""
    inside = item.nodeid.partition("::")[2].partition("[")[0].split("::")
    return ".".join(inside)


def _title(item: Any) -> str:
    said = (getattr(item.obj, "__doc__", None) or "").strip().partition("\n")[0].rstrip(".")
    return said or check_of(item).rpartition(".")[2].removeprefix("test_").replace("_", " ")


def _nothing() -> Any:
    raise AssertionError("tests are collected without a submission")


class _Collecting:
    """What pytest has found, or what kept it."""

    def __init__(self, files: Files) -> None:
        self.files, self.items = files, list[Any]()
        self.wrong: HarnessError | None = None

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items = [item for item in session.items if hasattr(item, "obj")]

    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        if self.wrong is None and call.excinfo is not None:
            self._keep(call.excinfo.value)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        if self.wrong is None:
            self._keep(excinfo.value)

    def _keep(self, error: BaseException) -> None:
        cause = error.__cause__ or error  # a CollectError is only pytest's own words for it
        if isinstance(cause, SyntaxError):
            said = f"SyntaxError: {cause.msg}"
        else:
            said = sessions.told(cause)
        self.wrong = HarnessError(
            f"the tests cannot be collected: {said}",
            where=sessions.place(cause, self.files), expected="files that pytest can import")
