"""Whether what is forbidden is refused now: while a submission is asked, not while imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Guard:
    """What the worker is about.

    Attributes:
        up: whether the submission is being asked; while it is imported it may try itself out.
        own: what the worker itself differentiates just now.
        replaced: names of modules that mean something else while it is up: the module's names,
            the name, what it means while it is up, and while it is not.
    """

    up: bool = False
    own: object = None
    replaced: list[tuple[dict[str, Any], str, Any, Any]] = field(default_factory=list)

    def put(self, up: bool) -> None:
        """Put it up or down."""
        if up != self.up:
            self.up = up
            for names, name, while_up, while_down in self.replaced:
                names[name] = while_up if up else while_down


GUARD = Guard()
