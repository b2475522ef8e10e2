"""All that an imported file registers, of every kind.

A worker loads this file too: nothing of the grader may be imported here, nor torch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import FunctionType, ModuleType

from cgp_harness.errors import PluginError
from cgp_harness.registering.contract import Contract, Registered

NOTHING = "nothing is registered"
"""How it begins where nothing in the file is known to be meant for an answer."""


SOURCE_MAX = 1_000_000
"""Letters of a file that are looked through."""


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
    if below := _below_main(module, contracts):
        return NothingRegisteredError(
            f'{NOTHING}: @{below} stands under `if __name__ == "__main__":`, which does not run '
            "here",
            where=str(getattr(module, "__file__", None) or module.__name__),
            expected=f"@{below} at the margin of the file",
            fix="move what is to be graded out of that block",
        )
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


def _below_main(module: ModuleType, contracts: Sequence[Contract]) -> str:
    """The kind of the first decorator in the block of a file that only runs as a program."""
    try:
        with open(str(module.__file__), encoding="utf-8", errors="replace") as file:
            text = file.read(SOURCE_MAX)
    except OSError:
        return ""
    above = re.compile(rf"[ \t]+@(?:\w+\.)?({'|'.join(one.kind for one in contracts)})\b")
    inside = False
    for line in text.split("\n"):
        if line[:1].strip(" \t\r#"):  # at the margin, and no comment: another statement
            inside = re.match(r"if\b.*[\"']__main__[\"']", line) is not None
        elif inside and (found := above.match(line)):
            return found[1]
    return ""
