"""Plugins of installed distributions: the grader's own manager, and what their hooks answer.

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
from typing import TYPE_CHECKING, Any

from cgp_harness.errors import HarnessError
from cgp_harness.installed.moved import keep_old_paths
from cgp_harness.registering.misfits import shown

if TYPE_CHECKING:
    import pluggy

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
            raise unusable(
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
            raise unusable(
                one.plugin_name, f"{hook}() raised {type(error).__name__}: {error}",
                "a hook that returns a dict") from error
        if not isinstance(answer, Mapping):
            raise unusable(
                one.plugin_name, f"{hook}() returned {shown(answer)}",
                "a dict from names to what the plugin adds")
        found.append((one.plugin_name, answer))
    return found


def unusable(plugin: str, what: str, expected: str) -> HarnessError:
    """What is said of a plugin that does not fit the contract."""
    module, package = sources().get(plugin, (plugin, plugin))
    return HarnessError(
        f"the installed plugin {plugin!r} cannot be used: {what}",
        where=f"{module} of the package {package}", expected=expected,
        fix=f"mend it, or `pip uninstall {package}`")
