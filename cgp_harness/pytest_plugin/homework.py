"""`--cgp-assignment`: submissions are collected in the place of test files."""

from __future__ import annotations

import importlib
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from cgp_harness.assignment import load, place_of
from cgp_harness.checks.requirements import require_named
from cgp_harness.errors import HarnessError
from cgp_harness.probing.text import plural
from cgp_harness.pytest_plugin.items import CheckItem, SubmissionFile, SubmissionFolder
from cgp_harness.pytest_plugin.session import Homework
from cgp_harness.pytest_plugin.telling import explained, scores
from cgp_harness.sandbox.host import levels


def configure(config: pytest.Config) -> None:
    """Have what pytest is given collected as submissions.

    Raises:
        UsageError: an option cannot be used, or nothing is given.
    """
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        raise pytest.UsageError(str(HarnessError(
            "no submission is given", expected="a file, a folder or a zip: "
            f"pytest --cgp-assignment {config.getoption('--cgp-assignment')} my_file.py")))
    with explained():
        assignment = load(config.getoption("--cgp-assignment"))
        require_named(assignment, place_of)
        level = levels.choose(config.getoption("--cgp-isolation"))
        if config.getoption("--cgp-seed") < 0:
            raise HarnessError("--cgp-seed is below 0", expected="a whole number from 0 on")
    homework = Homework(
        assignment, level, config.getoption("--cgp-seed"), apart=hasattr(config, "workerinput"))
    config.pluginmanager.register(Collecting(homework), "cgp-homework")


class Collecting:
    """The hooks of a pytest that checks submissions."""

    def __init__(self, homework: Homework) -> None:
        self.homework = homework

    def pytest_report_header(self) -> str:
        """What is checked."""
        official = "" if self.homework.level != "plain" else ", unofficial: without isolation"
        return f"cgp: {self.homework.assignment.title}{official}"

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> SubmissionFile | None:
        """A zip or a notebook that is given; a Python file comes through the next hook."""
        if file_path.suffix == ".py":
            return None
        return SubmissionFile.of(parent, file_path, self.homework)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> Any:
        """Nothing that is given is imported here."""
        return SubmissionFile.of(parent, module_path, self.homework)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> SubmissionFolder | None:
        """A folder that is given holds submissions, or is one."""
        if not parent.session.isinitpath(path):
            return None
        return SubmissionFolder.of(parent, path, self.homework)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """See `CheckItem.said_of`."""
        report = yield
        if isinstance(item, CheckItem):
            item.said_of(report)
        return report

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """All checks of a task go to one process, which grades it once."""
        if config.getoption("dist") not in ("load", "worksteal"):
            return None
        scheduling = importlib.import_module("xdist.scheduler.loadscope").LoadScopeScheduling
        made = scheduling(config, log)
        made._split_scope = lambda nodeid: nodeid.rpartition("::")[0]
        return made

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The score of each submission, over the checks that were run."""
        lines = [*scores(terminalreporter.stats.values())]
        if lines and (left := self.homework.hidden):
            lines.append(f"{plural(left, 'further check')} not shown before grading")
        for line in lines:
            terminalreporter.write_line(line)
