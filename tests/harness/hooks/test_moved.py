"""Import paths that documents named once go on working where plugins of instructors are loaded."""

import importlib

import pytest

from cgp_harness.installed.moved import MOVED, keep_old_paths


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_leads_to_the_very_same_module(old):
    keep_old_paths()
    found = importlib.import_module(old)
    assert found is importlib.import_module(MOVED[old])
    assert (found.__name__, found.__spec__.name) == (MOVED[old], MOVED[old])


def test_it_is_asked_for_once_and_knows_nothing_else():
    keep_old_paths()
    keep_old_paths()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("cgp_harness.checks.functions")
