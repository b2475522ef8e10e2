"""Modules made of texts, and what they register."""

import importlib.metadata
import importlib.util
import os
import sys
import textwrap

import pytest

from tests.harness.hooks.registering import rules_of


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Import a module with the given text, under the name `plugin`."""

    def loaded(text, name="plugin"):
        path = tmp_path / f"{name}.py"
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return loaded


@pytest.fixture
def register(load, tmp_path):
    """Names of the rules in a text, and the errors as they are read."""

    def registered(text):
        rules, errors = rules_of(load(text))
        folder = f"{tmp_path}{os.sep}"
        return [rule.name for rule in rules], [str(error).replace(folder, "") for error in errors]

    return registered
