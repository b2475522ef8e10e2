"""Which wrong answer explains the values that a submission gives? For all that is told by values.

A change is named as any mistake is: it explains every number, to the verdict's own tolerance, and
the right answer does not. Of several that do, the one that costs least is named; two changes are
tried where no single one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cgp_harness.model import Diagnosis, Floats
from cgp_harness.mutation.words import Reveal, told
from cgp_harness.probing.distance import within
from cgp_harness.probing.variants.variants import Variant, Variants, told_apart

Case = tuple[Floats, ...]
Value = Callable[..., Floats]
TOLD_APART_AT = 16
"""Cases at which two changes that do the same are one."""


@dataclass(frozen=True, eq=False)
class OfValues:
    """Wrong answers of one right one.

    Args:
        variants: what it may become.
        right: arrays to its value.
        of: a variant's function to the same.
        wrong: a function, a case and a value of its shape to which numbers are not that function's,
            by the verdict's tolerance.
        cases: at which a submission is asked, the same in every run.
        reveal: how much of the right answer a sentence may give away.
    """

    variants: Variants
    right: Value
    of: Callable[[Any], Value]
    wrong: Callable[[Value, Case, Floats], NDArray[np.bool_]]
    cases: tuple[Case, ...]
    reveal: Reveal

    def named(self, got: Sequence[Floats], subject: str) -> Diagnosis:
        """What explains a submission's answers to the cases; no flags if nothing does.

        Args:
            subject: begins the sentence: `Your value`.
        """
        numbers = sum(one.size for one in got)
        found = self._explanation(got)
        if found is None:
            return Diagnosis((), f"It matches no known mistake (compared on {numbers} numbers).")
        one, error = found
        parts = one.parts or (one,)
        clauses = [told(part.said, self.reveal, self.variants.secret) for part in parts]
        made = {
            part.id: part.said.full for part in parts if part not in self.variants.written}
        return Diagnosis(
            tuple(part.id for part in parts), " ".join(filter(None, [
                f"{subject} is right but for this: {', and '.join(dict.fromkeys(clauses))}.",
                one.hint,
                f"This holds to within {within(error)} on {numbers} numbers."])),
            error, made, of_source=bool(made))

    def is_wrong(self, one: Variant, cases: Iterable[Case] = ()) -> bool:
        """Whether a variant is told from the right answer, at the cases or at others."""
        return any(
            (given := self._given(one, case)) is None or self._off(self.right, case, given)
            for case in cases or self.cases)

    def _explanation(self, got: Sequence[Floats]) -> tuple[Variant, float] | None:
        order = [i for i, case in enumerate(self.cases) if self._off(self.right, case, got[i])]
        if not order:
            return None
        shown, *_ = order
        order = [shown, *(i for i in range(len(got)) if i != shown)]
        return next((
            (one, error) for one in self._simplest_first()
            if (error := self._explains(one, got, order)) is not None), None)

    def _simplest_first(self) -> Iterator[Variant]:
        """Pairs are made only where they are asked for."""
        yield from self.variants.singles
        yield from self._pairs

    def _explains(
        self, one: Variant, got: Sequence[Floats], order: Sequence[int]
    ) -> float | None:
        """How far a variant is from all answers, if each is its own."""
        finite, count, error = 0, 0, 0.0
        for i in order:
            case = self.cases[i]
            given = self._given(one, case)
            if given is None or self._off(self.of(one.answer), case, got[i]):
                return None
            sure = np.isfinite(given)
            if not np.array_equal(sure, np.isfinite(got[i])):
                return None
            finite, count = finite + int(sure.sum()), count + sure.size
            size = float(np.abs(given[sure]).max(initial=0.0)) or 1.0
            error = max(error, float(np.abs(given[sure] - got[i][sure]).max(initial=0.0)) / size)
        return error if 2 * finite >= count else None

    @cached_property
    def _pairs(self) -> tuple[Variant, ...]:
        cases = self.cases[:TOLD_APART_AT]

        def numbers(one: Variant) -> Floats:
            each = [self._given(one, case) for case in cases]
            return np.concatenate([
                np.full(1, np.nan) if given is None else given.reshape(-1) for given in each])

        right = np.concatenate([self.right(*case).reshape(-1) for case in cases])
        return self.variants.pairs(told_apart(self.variants.singles, right, numbers))

    def _given(self, one: Variant, case: Case) -> Floats | None:
        """A variant's value; None where it makes no program, or one that raises."""
        try:
            with np.errstate(all="ignore"):
                return self.of(one.answer)(*case)
        except Exception:  # what a change has made of an answer raises anything
            return None

    def _off(self, value: Value, case: Case, got: Floats) -> bool:
        """Whether a value is not that of a function, or of another shape."""
        with np.errstate(all="ignore"):
            return got.shape != value(*case).shape or bool(self.wrong(value, case, got).any())
