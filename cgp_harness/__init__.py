"""What a plugin imports: `optimizer` above a rule, `hookimpl` above a hook."""

from typing import TYPE_CHECKING, Any

from cgp_reference.decorator import optimizer

if TYPE_CHECKING:
    from pluggy import HookimplMarker

    hookimpl: HookimplMarker

__all__ = ["hookimpl", "optimizer"]


def __getattr__(name: str) -> Any:
    # pluggy is loaded for the plugins that write hooks themselves; most only decorate.
    if name == "hookimpl":
        from cgp_harness.hookspecs import hookimpl

        return hookimpl
    raise AttributeError(f"module 'cgp_harness' has no attribute {name!r}")
