"""What a plugin imports: a decorator for each kind of thing, `hookimpl` above a hook.

A homework's solution imports `accepted` too.

And what grades: `cgp_harness.grade`, `cgp_harness.check`, which are `cgp_harness.grading`'s.
"""

import importlib
from typing import TYPE_CHECKING, Any

from cgp_harness.kinds.activation.contract import activation
from cgp_harness.kinds.autograd_function.contract import autograd_function
from cgp_harness.kinds.backprop.contract import backprop
from cgp_harness.registering.accepted import accepted
from cgp_reference.decorator import optimizer

if TYPE_CHECKING:
    from pluggy import HookimplMarker

    check: Any
    grade: Any
    hookimpl: HookimplMarker

__all__ = [
    "accepted", "activation", "autograd_function", "backprop", "check", "grade", "hookimpl",
    "optimizer"]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> Any:
    if name in ("grade", "check"):  # by name: a worker has no such module
        return getattr(importlib.import_module("cgp_harness.grading"), name)
    # pluggy is loaded for the plugins that write hooks themselves; most only decorate.
    if name == "hookimpl":
        from cgp_harness.hookspecs import hookimpl

        return hookimpl
    raise AttributeError(f"module 'cgp_harness' has no attribute {name!r}")
