"""What a plugin imports: a decorator for each kind of thing, `hookimpl` above a hook."""

from typing import TYPE_CHECKING, Any

from cgp_harness.registering.decorators import activation, autograd_function, backprop
from cgp_reference.decorator import optimizer

if TYPE_CHECKING:
    from pluggy import HookimplMarker

    hookimpl: HookimplMarker

__all__ = ["activation", "autograd_function", "backprop", "hookimpl", "optimizer"]


def __getattr__(name: str) -> Any:
    # pluggy is loaded for the plugins that write hooks themselves; most only decorate.
    if name == "hookimpl":
        from cgp_harness.hookspecs import hookimpl

        return hookimpl
    raise AttributeError(f"module 'cgp_harness' has no attribute {name!r}")
