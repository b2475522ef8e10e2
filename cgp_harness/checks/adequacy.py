"""Whether the checks of a task tell wrong answers from the right one: said by `cgp doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cgp_harness.probing.variants.of_values import Case, OfValues

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
        fail = "fail" if " and " in self.check else "fails"
        yield (f"{self.task}: of {self.changes:,} small changes of the solution {self.check} "
               f"{fail} {self.caught:,}; {len(self.missed):,} are wrong and keep all points; "
               f"{len(self.alike):,} cannot be told apart: equal by arithmetic, or a gap in the "
               "probes")
        for word, which in (("keeps all points", self.missed), ("cannot be told", self.alike)):
            said = [*Counter(which).items()][:SHOWN]
            for one, times in said:
                yield f"  {word}: {one}{f' ({times} places)' if times > 1 else ''}"
            if more := len(which) - sum(times for _, times in said):
                yield f"  {word}: {more:,} more"


def of_values(
    task: str, check: str, told_by: Sequence[OfValues], further: Sequence[Case] = ()
) -> Adequacy:
    """Of an answer that is told by what it computes: every change of its source.

    Args:
        told_by: all that the check compares, of one right answer.
        further: cases at which the check does not ask in every run.
    """
    variants = told_by[0].variants
    changes = [one for one in variants.singles if one not in variants.written]
    left = [one for one in changes if not any(each.is_wrong(one) for each in told_by)]
    missed = [one for one in left if further and any(
        each.is_wrong(one, further) for each in told_by)]
    return Adequacy(
        task, check, len(changes), len(changes) - len(left),
        tuple(one.said.full for one in missed),
        tuple(one.said.full for one in left if one not in missed))
