"""What installed distributions add: checks, problems, specifications, layouts, report formats.

The entry-point group is `cgp_harness`. Nothing here ever sees a submission.
"""

from __future__ import annotations

import importlib.metadata
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import pluggy

from cgp_harness import hookspecs
from cgp_harness.errors import HarnessError
from cgp_harness.registering import hooks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cgp_harness.assignment import Assignment, Task
    from cgp_harness.hookspecs import Check, Collector, ReportWriter
    from cgp_harness.kinds.autograd_function.specifications.specification import Specification
    from cgp_reference.problems import Problem


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


def trusted() -> pluggy.PluginManager:
    """The grader's own manager, with what installed distributions add to it.

    Loads the entry points of group `cgp_harness`: report formats, checks, problems and collectors.
    It never sees a submission.

    Raises:
        HarnessError: an installed plugin cannot be loaded or does not fit the contract.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for entry in importlib.metadata.entry_points(group=hookspecs.PROJECT):
        if manager.has_plugin(entry.name):  # found twice on sys.path
            continue
        try:
            manager.register(entry.load(), name=entry.name)
            manager.check_pending()
        except Exception as error:
            package = entry.dist.name if entry.dist else entry.value
            raise HarnessError(
                f"the installed plugin {entry.name!r} cannot be used: {error}",
                where=f"{entry.value} of the package {package}",
                expected=f"hooks among {', '.join(hooks.hook_names())}",
                fix=f"mend it, or `pip uninstall {package}`",
            ) from error
    return manager


@cache
def checks() -> dict[str, Check]:
    """Kinds of check that installed plugins add."""
    return {kind: one for found in trusted().hook.cgp_checks() for kind, one in found.items()}


@cache
def problems() -> dict[str, Problem]:
    """All optimization problems: the reference's own, then those that installed plugins add.

    Raises:
        HarnessError: a plugin's problem has a name that is taken, or another than its own.
    """
    from cgp_reference.problems import PROBLEMS

    return _joined("problem", PROBLEMS, trusted().hook.cgp_problems())


@cache
def specifications() -> dict[str, Specification]:
    """What autograd functions may have to compute: the harness's own, then those of plugins.

    Raises:
        HarnessError: a plugin's specification has a name that is taken, or another than its own.
    """
    from cgp_harness.kinds.autograd_function.specifications import SPECIFICATIONS

    return _joined("specification", SPECIFICATIONS, trusted().hook.cgp_specifications())


def _joined(
    noun: str, own: Mapping[str, Named], further: Iterable[Mapping[str, Named]]
) -> dict[str, Named]:
    known = dict(own)
    for added in further:
        for name, one in added.items():
            if name in known or name != one.name:
                raise HarnessError(
                    f"an installed plugin adds the {noun} {one.name!r} as {name!r}",
                    expected=f"its own name, and none of {', '.join(known)}",
                    fix=f"give the {noun} another name",
                )
            known[name] = one
    return known


def specification_of(task: Task) -> Specification:
    """What the task's autograd function must compute.

    Raises:
        HarnessError: there is no such specification.
    """
    known = specifications()
    if task.specification not in known:
        close = get_close_matches(task.specification, known, n=1)
        raise HarnessError(
            f"there is no specification {task.specification!r}", where=f"task {task.id!r}",
            expected=f"one of {', '.join(known)}",
            fix=f"did you mean {close[0]!r}?" if close else "")
    return known[task.specification]


def problems_of(task: Task, kind: str, default: Sequence[str] = ()) -> tuple[Problem, ...]:
    """What a check of a task trains on, as its `assignment.toml` says; else `default`.

    Raises:
        HarnessError: there is no such problem.
    """
    names = task.checks[kind].problems or default
    for name in names:
        if name not in problems():
            raise HarnessError(
                f"there is no problem {name!r}", where=f"{task.id}.{kind}",
                expected=f"one of {', '.join(problems())}")
    return tuple(problems()[name] for name in names)


def require_named(assignment: Assignment) -> None:
    """Find a misspelt problem or specification before anything is graded, not in every submission.

    Raises:
        HarnessError: one that is not there, or a package that this machine has not.
    """
    for package in assignment.packages:
        try:
            importlib.metadata.distribution(package)
        except importlib.metadata.PackageNotFoundError as error:
            raise HarnessError(
                f"the package {package!r}, which submissions may import, is not installed here",
                expected="what `packages` of the assignment names",
                fix=f'pip install "{package}", or correct the name',
            ) from error
    for task in assignment.tasks:
        if task.kind == "autograd_function":
            specification_of(task)
        for kind in task.checks:
            problems_of(task, kind)


def collectors() -> dict[str, Collector]:
    """Layouts of submissions that installed plugins add."""
    return {name: one for found in trusted().hook.cgp_collectors() for name, one in found.items()}


def report_formats() -> dict[str, ReportWriter]:
    """Report formats that installed plugins add."""
    return {
        name: one for found in trusted().hook.cgp_report_formats() for name, one in found.items()}
