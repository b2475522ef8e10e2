"""What an expression may stand for, and what is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cgp_harness.checks.forbidden.scopes import Scope

Key = tuple[Scope, str]
DICT = ".__dict__"
UNKNOWN = "…"
"""In the place of an attribute that only running it would tell: `getattr(torch.optim, name)`."""


@dataclass(frozen=True)
class Seen:
    """What an expression may stand for.

    Attributes:
        names: dotted names; those of the submission's own modules begin with a dot.
        keys: the names of the submission that lead there.
    """

    names: frozenset[str] = frozenset()
    keys: tuple[Key, ...] = ()

    @staticmethod
    def either(ones: Iterable[Seen]) -> Seen:
        """What one of several may stand for."""
        found = list(ones)
        names = frozenset(name for one in found for name in one.names)
        return Seen(names, tuple(dict.fromkeys(key for one in found for key in one.keys)))


@dataclass(frozen=True, order=True)
class Use:
    """A forbidden name, and where it is used."""

    path: str
    line: int
    name: str


NOTHING = Seen()
