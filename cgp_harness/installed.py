"""What installed distributions add: checks, problems, specifications, layouts, report formats.

The entry-point group is `cgp_harness`. Nothing here ever sees a submission.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.moved import keep_old_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pluggy

    from cgp_harness.hookspecs import Check, Collector, ReportWriter
    from cgp_harness.kind import Kind
    from cgp_harness.task import Assignment
    from cgp_reference.problems import Problem


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Named = TypeVar("Named", bound=_Named)


BUILT_IN = ("cgp_harness.kinds.built_in",)
"""Modules of the harness that are plugins like those of other distributions."""


def trusted() -> pluggy.PluginManager:
    """The grader's own manager, with what installed distributions add to it.

    Loads the entry points of group `cgp_harness`: report formats, checks, problems and collectors.
    It never sees a submission.

    Raises:
        HarnessError: an installed plugin cannot be loaded or does not fit the contract.
    """
    import pluggy  # with what else an assignment needs: `cgp --help` starts without it

    from cgp_harness import hookspecs
    from cgp_harness.registering import hooks

    keep_old_paths()
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    for module in BUILT_IN:
        manager.register(importlib.import_module(module), name=module)
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
def kinds() -> dict[str, Kind]:
    """Kinds of task, by name: the harness's own, then those of plugins.

    Raises:
        HarnessError: a plugin's has a name that is taken, or another than its own.
    """
    found: dict[str, Kind] = {}
    for added in trusted().hook.cgp_kinds()[::-1]:
        found = joined("kind", found, [added])
    return found


def typed(assignment: Assignment) -> Assignment:
    """An assignment that came as plain data, each task by the table of its kind."""
    tasks = tuple(
        msgspec.convert(task, kinds()[task["kind"]].task) for task in assignment.tasks)
    return msgspec.structs.replace(assignment, tasks=tasks)


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

    return joined("problem", PROBLEMS, trusted().hook.cgp_problems())


def joined(
    noun: str, own: Mapping[str, Named], further: Iterable[Mapping[str, Named]]
) -> dict[str, Named]:
    """The harness's own things of a kind, then those of plugins, by name.

    Raises:
        HarnessError: a plugin's has a name that is taken, or another than its own.
    """
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


def collectors() -> dict[str, Collector]:
    """Layouts of submissions that installed plugins add."""
    return {name: one for found in trusted().hook.cgp_collectors() for name, one in found.items()}


def report_formats() -> dict[str, ReportWriter]:
    """Report formats that installed plugins add."""
    return {
        name: one for found in trusted().hook.cgp_report_formats() for name, one in found.items()}
