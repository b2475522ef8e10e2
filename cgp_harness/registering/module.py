"""All that an imported file registers, of every kind.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType, ModuleType

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Contract, Registered

NOTHING = "nothing is registered"
"""How it begins where nothing in the file is known to be meant for an answer."""


class NothingRegisteredError(PluginError):
    """A file without anything. No error if it only helps another file of the submission."""


def registered_in(
    module: ModuleType, contracts: Sequence[Contract]
) -> tuple[list[Registered], list[PluginError]]:
    """What a module registers, kind by kind in its order, and what is wrong with the rest.

    If nothing was registered, and nothing else was wrong, the only error is a
    `NothingRegisteredError`.
    """
    found: list[Registered] = []
    errors: list[PluginError] = []
    for contract in contracts:
        own, misfits = contract.registered(module)
        found += own
        errors += misfits
    if not found and not errors:
        errors.append(_nothing(module, contracts))
    return found, errors


def _nothing(module: ModuleType, contracts: Sequence[Contract]) -> NothingRegisteredError:
    own = [value for value in vars(module).values()
           if getattr(value, "__module__", None) == module.__name__]
    for value in own:
        for contract in contracts:
            meant = contract.undecorated(value) if isinstance(value, type) else None
            if meant is not None:
                return NothingRegisteredError(
                    meant.what, where=meant.where, expected=meant.expected, fix=meant.fix)
    found = "".join(
        f"; the {noun} here are {', '.join(names)}" for noun, kind in (
            ("functions", FunctionType), ("classes", type))
        if (names := [value.__name__ for value in own
                      if isinstance(value, kind) and not value.__name__.startswith("_")]))
    return NothingRegisteredError(
        f"{NOTHING}{found}",
        where=str(getattr(module, "__file__", None) or module.__name__),
        expected="a function with @optimizer above it",
        fix="write @optimizer above the function that is the rule",
    )
