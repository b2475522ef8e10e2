"""A row of figures: the published one, this engine's, the package's own."""

from __future__ import annotations

import re
from itertools import cycle


def line(
    what: str, published: str, here: str, of_the_peer: str, within: float | None = None
) -> int:
    """One row; 1 if a figure departs from the published one by more than `within`."""
    departs = within is not None and any(
        departure(published, one) > within for one in (here, of_the_peer))
    print(f"{what:42}{published:>24}{here:>24}{of_the_peer:>24}{'  DEPARTS' if departs else ''}")
    return int(departs)


def departure(published: str, figures: str) -> float:
    """The largest difference of two cells' numbers; a single published one holds for all."""
    here, there = ([float(one) for one in re.findall(r"-?[0-9]+(?:\.[0-9]+)?", text)]
                   for text in (figures, published))
    pairs = zip(here, cycle(there) if len(there) == 1 else there, strict=False)
    return max((abs(a - b) for a, b in pairs), default=0.0)


def head(title: str) -> None:
    """A section's head."""
    print(f"\n{title}")
    line("", "published measurement", "this engine", "peer, run here")
