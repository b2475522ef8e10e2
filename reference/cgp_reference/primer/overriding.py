"""Whether a subclass, or an assignment to the instance, has replaced a method of the facade."""

from __future__ import annotations

from collections.abc import Callable


def overridden(method: Callable[..., object], ours: Callable[..., object]) -> bool:
    """Whether the `method` of an instance is another one than `ours`, a function of our class."""
    return getattr(method, "__func__", None) is not ours
