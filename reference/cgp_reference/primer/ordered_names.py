"""Names in an order that never depends on PYTHONHASHSEED."""

from __future__ import annotations


class Names(list[str]):
    """A list that also takes `add`.

    The package keeps names now in a list, now in a set, and a subclass that brings a parser of its
    own says `self.all_vars.add(name)` or `self.learnable_params.append(name)`.
    """

    def add(self, name: str) -> None:
        """Append a name that is not yet there."""
        if name not in self:
            self.append(name)
