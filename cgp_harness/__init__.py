"""What a plugin imports: a decorator for each kind of thing, `hookimpl` above a hook.

A homework's solution imports `accepted` too.

And what grades: `cgp_harness.grade`, `cgp_harness.check`, which are `cgp_harness.grading`'s.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pluggy import HookimplMarker

    from cgp_harness.kinds.activation.contract import activation
    from cgp_harness.kinds.autograd_function.contract import autograd_function
    from cgp_harness.kinds.backprop.contract import backprop
    from cgp_harness.registering.accepted import accepted
    from cgp_reference.decorator import optimizer

    check: Any
    grade: Any
    hookimpl: HookimplMarker

__all__ = [
    "accepted", "activation", "autograd_function", "backprop", "check", "grade", "hookimpl",
    "optimizer"]
_HOMES = {
    "accepted": "cgp_harness.registering.accepted",
    "activation": "cgp_harness.kinds.activation.contract",
    "autograd_function": "cgp_harness.kinds.autograd_function.contract",
    "backprop": "cgp_harness.kinds.backprop.contract",
    "check": "cgp_harness.notebook.checked",  # a worker has no such module
    "grade": "cgp_harness.grading",
    "hookimpl": "cgp_harness.hookspecs",
    "optimizer": "cgp_reference.decorator",
}
"""Imported at the first use: pytest imports this package in every project, for its plugin."""


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'cgp_harness' has no attribute {name!r}")
    globals()[name] = found = getattr(importlib.import_module(_HOMES[name]), name)
    return found


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext cgp_harness`: `%%cgp_check` and `%cgp_demo` in a notebook."""
    shell.register_magics(importlib.import_module("cgp_harness.notebook.magics").Harness)
