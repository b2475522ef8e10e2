"""Texts that register Functions and activations, loaded in this process by the real loader."""

import types
from functools import cache
from pathlib import Path

from cgp_harness.registering.module import registered_in
from tests.harness.all_checks import CONTRACTS

FORMS: dict[str, str] = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "forms").glob("*.py"))
}
"""Name of the form -> the plugin's source; every one of them is right."""


@cache
def registered(text, name="plugin"):
    """What a trusted text registers, by name: classes and functions.

    Raises:
        PluginError: something in it does not fit the contract.
    """
    module = types.ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    found, errors = registered_in(module, CONTRACTS)
    for error in errors:
        raise error
    return {one.name: one.target for one in found}
