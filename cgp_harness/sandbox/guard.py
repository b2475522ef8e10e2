"""Whether what is forbidden is refused now: while a submission is asked, not while imported."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Guard:
    """What the worker is about.

    Attributes:
        up: whether the submission is being asked; while it is imported it may try itself out.
        own: what the worker itself differentiates just now.
    """

    up: bool = False
    own: object = None


GUARD = Guard()
