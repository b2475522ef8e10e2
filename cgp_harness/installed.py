"""What installed distributions add: checks, problems, specifications, layouts, report formats.

The entry-point group is `cgp_harness`. Nothing here ever sees a submission.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.moved import keep_old_paths
from cgp_harness.registering.misfits import shown

if TYPE_CHECKING:
    import pluggy

    from cgp_harness.hookspecs import Check, Collector, ReportWriter
    from cgp_harness.kind import Kind
    from cgp_harness.task import Assignment
    from cgp_reference.problems import Problem


Named = TypeVar("Named")


SOLUTION = "cgp_solution"
"""The module that an assignment's `solution.py` becomes in the grader."""
BUILT_IN = ("cgp_harness.kinds.built_in", "cgp_harness.reports.formats.built_in")
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
    for entry in _entries():
        if manager.has_plugin(entry.name):  # found twice on sys.path
            continue
        try:
            manager.register(entry.load(), name=entry.name)
            manager.check_pending()
        except (Exception, SystemExit) as error:
            said = f"it ends Python when imported: {error!r}"
            raise _unusable(
                entry.name, said if isinstance(error, SystemExit) else str(error),
                f"hooks among {', '.join(hooks.hook_names())}") from error
    return manager


def sources() -> dict[str, tuple[str, str]]:
    """Installed plugins, by name: the module, and the package that it came with."""
    return {
        entry.name: (entry.value, entry.dist.name if entry.dist else entry.value)
        for entry in _entries()}


def _entries() -> tuple[importlib.metadata.EntryPoint, ...]:
    return _found(importlib.metadata.entry_points, tuple(sys.path))


@cache
def _found(
    look: Callable[..., Iterable[importlib.metadata.EntryPoint]], _where: tuple[str, ...]
) -> tuple[importlib.metadata.EntryPoint, ...]:
    # Five hooks are asked for a grading, and each look takes 10 ms with 150 packages.
    return tuple(look(group="cgp_harness"))


def place_of(error: BaseException) -> str:
    """The last line of an instructor's own, a plugin's or a solution's, that an exception came by.

    Returns:
        File, line and where it is from; empty if it came by none.
    """
    whose = {
        module.partition(":")[0].partition(".")[0]: f"of the package {package}"
        for module, package in sources().values()} | {SOLUTION: "of the assignment"}
    found = [
        f"{Path(frame.f_code.co_filename).name}:{line} {whose[top]}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if (top := str(frame.f_globals.get("__name__")).partition(".")[0]) in whose]
    return found[-1] if found else ""


def answers(hook: str) -> list[tuple[str, Mapping[str, Any]]]:
    """What each plugin's hook returned, the harness's own first, with the plugin's name.

    Raises:
        HarnessError: one raised, or returned something else than a dict.
    """
    found = []
    for one in getattr(trusted().hook, hook).get_hookimpls():
        try:
            answer = one.function()
        except HarnessError:
            raise
        except (Exception, SystemExit) as error:
            raise _unusable(
                one.plugin_name, f"{hook}() raised {type(error).__name__}: {error}",
                "a hook that returns a dict") from error
        if not isinstance(answer, Mapping):
            raise _unusable(
                one.plugin_name, f"{hook}() returned {shown(answer)}",
                "a dict from names to what the plugin adds")
        found.append((one.plugin_name, answer))
    return found


def _unusable(plugin: str, what: str, expected: str) -> HarnessError:
    module, package = sources().get(plugin, (plugin, plugin))
    return HarnessError(
        f"the installed plugin {plugin!r} cannot be used: {what}",
        where=f"{module} of the package {package}", expected=expected,
        fix=f"mend it, or `pip uninstall {package}`")


@cache
def kinds() -> dict[str, Kind]:
    """Kinds of task, by name: the harness's own, then those of plugins.

    Raises:
        HarnessError: a plugin's is none, or has a name that is taken or another than its own.
    """
    from cgp_harness.kind import Kind, Starter
    from cgp_harness.task import Task

    for plugin, added in answers("cgp_kinds"):
        for name, one in added.items():
            if not isinstance(one, Kind):
                raise _unusable(
                    plugin, f"cgp_kinds() has {shown(one)} under {name!r}",
                    "a `cgp_harness.kind.Kind`")
            if not (isinstance(one.task, type) and issubclass(one.task, Task)):
                raise _unusable(
                    plugin, f"the task of the kind {name!r} is {shown(one.task)}",
                    "a subclass of `cgp_harness.task.Task`")
            if not isinstance(one.starter, Starter | None):
                raise _unusable(
                    plugin, f"the starter of the kind {name!r} is {shown(one.starter)}",
                    "a `cgp_harness.kind.Starter`")
    return joined("kind", {}, "cgp_kinds")


def typed(assignment: Assignment) -> Assignment:
    """An assignment that came as plain data, each task by the table of its kind."""
    tasks = tuple(
        msgspec.convert(task, kinds()[task["kind"]].task) for task in assignment.tasks)
    return msgspec.structs.replace(assignment, tasks=tasks)


def imports(assignment: Assignment) -> tuple[str, ...]:
    """Modules that the kinds of its tasks import in the worker."""
    return tuple(dict.fromkeys(
        module for task in assignment.tasks for module in kinds()[task.kind].imports(task)))


def told(assignment: Assignment) -> dict[str, Any]:
    """Kind -> what its contract in a worker is told of a homework; kinds with nothing left out."""
    used = dict.fromkeys(task.kind for task in assignment.tasks)
    said = {name: kinds()[name].told(assignment) for name in used}
    return {name: one for name, one in said.items() if one}


@cache
def forms() -> dict[str, str]:
    """Forms in which rules are read, by name: the modules that have them, in the order of `auto`.

    Raises:
        HarnessError: a plugin's has a name that is taken, or is no module with a form.
    """
    known: dict[str, str] = {}
    for plugin, added in answers("cgp_forms"):
        for name, module in added.items():
            if not isinstance(module, str) or name in ("auto", *known):
                raise _unusable(
                    plugin, f"cgp_forms() has {shown(module)} under {name!r}",
                    "a name of its own, and the dotted name of the module that has the FORM")
            known[name] = module
    return known


@cache
def checks() -> dict[str, Check]:
    """Kinds of check that installed plugins add."""
    return {kind: one for _, found in answers("cgp_checks") for kind, one in found.items()}


@cache
def problems() -> dict[str, Problem]:
    """All optimization problems: the reference's own, then those that installed plugins add.

    Raises:
        HarnessError: a plugin's problem has a name that is taken, or another than its own.
    """
    from cgp_reference.problems import PROBLEMS

    return joined("problem", PROBLEMS, "cgp_problems")


def joined(noun: str, own: Mapping[str, Named], hook: str) -> dict[str, Named]:
    """The harness's own things of a kind, then those of plugins, by name.

    Raises:
        HarnessError: a plugin's has a name that is taken, or another than its own.
    """
    known = dict(own)
    for plugin, added in answers(hook):
        for name, one in added.items():
            if name in known or name != one.name:
                module, package = sources().get(plugin, ("", ""))
                raise HarnessError(
                    f"an installed plugin adds the {noun} {one.name!r} as {name!r}",
                    where=f"{module} of the package {package}" if package else "",
                    expected=f"its own name, and none of {', '.join(known)}",
                    fix=f"give the {noun} another name",
                )
            known[name] = one
    return known


def collectors() -> dict[str, Collector]:
    """Layouts of submissions that installed plugins add."""
    return {name: one for _, found in answers("cgp_collectors") for name, one in found.items()}


def report_formats() -> dict[str, ReportWriter]:
    """Report formats, by name: the harness's own, then those of plugins.

    Raises:
        HarnessError: a plugin's has a name that is taken.
    """
    known: dict[str, ReportWriter] = {}
    for plugin, added in answers("cgp_report_formats"):
        for name, one in added.items():
            if name in known:
                raise _unusable(
                    plugin, f"cgp_report_formats() has another format {name!r}",
                    f"a name that is not taken: none of {', '.join(known)}")
            known[name] = one
    return known
