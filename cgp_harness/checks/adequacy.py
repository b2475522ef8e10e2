"""Whether the checks of a task tell wrong answers from the right one: said by `cgp doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SHOWN = 5


@dataclass(frozen=True)
class Adequacy:
    """What becomes of small changes to a right answer.

    Args:
        task: whose answer it is.
        check: that must tell them.
        changes: how many there are.
        caught: how many the check fails.
        missed: those that are wrong somewhere, and pass: they keep all points.
        alike: those that are right wherever they were tried.
    """

    task: str
    check: str
    changes: int
    caught: int
    missed: tuple[str, ...]
    alike: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """For the terminal."""
        yield (f"{self.task}: of {self.changes:,} small changes of the solution {self.check} fails "
               f"{self.caught:,}; {len(self.missed):,} are wrong and keep all points; "
               f"{len(self.alike):,} cannot be told apart: equal by arithmetic, or a gap in the "
               "probes")
        for word, which in (("keeps all points", self.missed), ("cannot be told", self.alike)):
            yield from (f"  {word}: {one}" for one in which[:SHOWN])
            if len(which) > SHOWN:
                yield f"  {word}: {len(which) - SHOWN:,} more"
