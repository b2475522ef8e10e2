"""The contract with plugins, and those of installed distributions in the grader's own manager."""

import importlib.metadata
import importlib.util
import inspect

import pluggy
import pytest

from cgp_harness import hookspecs
from cgp_harness.errors import HarnessError
from cgp_harness.installed import plugins as installed_plugins
from cgp_harness.installed import report_formats
from cgp_harness.registering import hooks
from tests.harness.hooks.registering import HOOKS


def test_every_hook_is_documented_with_when_what_and_who():
    assert hooks.hook_names() == HOOKS.split(", ")
    for name in hooks.hook_names():
        text = inspect.getdoc(getattr(hookspecs, name))
        for part in ("Called once", "Written by", "@hookimpl", "Returns:"):
            assert part in text, f"{name} lacks {part!r}"


def test_hookimpl_can_be_imported_from_the_package():
    from cgp_harness import hookimpl

    assert hookimpl is hookspecs.hookimpl


class Entry:
    """An entry point of an installed distribution."""

    name, value = "marks", "marks_plugin"

    class dist:
        name = "cgp-marks"

    def __init__(self, plugin):
        self.plugin = plugin

    def load(self):
        if isinstance(self.plugin, Exception):
            raise self.plugin
        return self.plugin


@pytest.fixture
def installed(monkeypatch):
    def install(*found):
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [
            Entry(plugin) for plugin in found if group == "cgp_harness"
        ])

    return install


class Marks:
    @hookspecs.hookimpl
    def cgp_report_formats(self):
        return {"marks": print}


def test_installed_plugins_add_to_the_graders_manager(installed):
    plugin = Marks()
    installed(plugin, plugin)  # an editable install may be listed twice
    manager = installed_plugins.trusted()
    assert isinstance(manager, pluggy.PluginManager)
    assert {"marks": print} in manager.hook.cgp_report_formats()
    assert [name for name, _ in manager.list_name_plugin()] == [
        *installed_plugins.BUILT_IN, "marks"]


def test_no_plugins_need_be_installed(installed):
    installed()
    assert [name for name, _ in installed_plugins.trusted().list_name_plugin()] == [
        *installed_plugins.BUILT_IN]


def test_a_format_whose_name_is_taken_is_refused(installed):
    class Mine:
        @hookspecs.hookimpl
        def cgp_report_formats(self):
            return {"junit": print}

    known = report_formats()
    installed(Mine())
    with pytest.raises(HarnessError) as caught:
        report_formats()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: cgp_report_formats() has another format "
        "'junit'\n  at marks_plugin of the package cgp-marks\n"
        f"  expected a name that is not taken: none of {', '.join(known)}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`")


def test_an_installed_plugin_that_cannot_be_imported_is_named(installed):
    installed(ImportError("no module named 'x'"))
    with pytest.raises(HarnessError) as caught:
        installed_plugins.trusted()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: no module named 'x'\n"
        "  at marks_plugin of the package cgp-marks\n"
        f"  expected hooks among {HOOKS}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`"
    )


def test_an_installed_plugin_with_a_misspelt_hook_is_refused(installed):
    class Misspelt:
        @hookspecs.hookimpl
        def cgp_report_format(self):
            return {}

        def __repr__(self):
            return "<marks>"

    installed(Misspelt())
    with pytest.raises(HarnessError) as caught:
        installed_plugins.trusted()
    assert str(caught.value) == (
        "the installed plugin 'marks' cannot be used: unknown hook 'cgp_report_format' in plugin "
        f"<marks>\n  at marks_plugin of the package cgp-marks\n  expected hooks among {HOOKS}\n"
        "  fix: mend it, or `pip uninstall cgp-marks`")
