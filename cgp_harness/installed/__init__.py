"""What installed distributions add: checks, problems, specifications, layouts, report formats."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from cgp_harness.errors import HarnessError
from cgp_harness.installed.plugins import answers, sources, unusable
from cgp_harness.registering.misfits import shown

if TYPE_CHECKING:
    from cgp_harness.hookspecs import Check, Collector, ReportWriter
    from cgp_harness.kind import Kind
    from cgp_harness.task import Assignment
    from cgp_reference.problems import Problem


Named = TypeVar("Named")


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
                raise unusable(
                    plugin, f"cgp_kinds() has {shown(one)} under {name!r}",
                    "a `cgp_harness.kind.Kind`")
            if not (isinstance(one.task, type) and issubclass(one.task, Task)):
                raise unusable(
                    plugin, f"the task of the kind {name!r} is {shown(one.task)}",
                    "a subclass of `cgp_harness.task.Task`")
            if not isinstance(one.starter, Starter | None):
                raise unusable(
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
                raise unusable(
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
                raise unusable(
                    plugin, f"cgp_report_formats() has another format {name!r}",
                    f"a name that is not taken: none of {', '.join(known)}")
            known[name] = one
    return known
