"""A function of arrays under a check: its values, and what is wrong with them, and where.

    asked = FunctionOfArrays(context, "softmax", right, ask, request)
    outcome = asked.judged(right.values)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cgp_harness.checks.context import Context, Outcome, failed, passed
from cgp_harness.checks.mended import WRONG, mended
from cgp_harness.checks.repairing import Sieve, found
from cgp_harness.model import CheckResult, Diagnosis, Floats, Status
from cgp_harness.probing.arrays.ground import Case, Ground, call, hard_to_read
from cgp_harness.probing.arrays.integers import Shape
from cgp_harness.probing.case_table import table
from cgp_harness.probing.search import smallest_failure
from cgp_harness.probing.variants.of_values import Value

ROUGHLY = 1e-3
"""By what share of itself a number may be off that is looked at closely."""


class Wanted(Protocol):
    """What is right, as an `ArrayFunction` has it."""

    @property
    def ground(self) -> Ground:
        """Where it is called."""
        ...

    def wrong(self, value: Value, case: Case, got: Floats) -> NDArray[np.bool_]:
        """Which numbers of a value no right form computes."""
        ...

    def named(self, right: Value, ask: Callable[[Case, Shape], Floats], subject: str) -> Diagnosis:
        """What explains the values of a submission's function."""
        ...


@dataclass(frozen=True, eq=False)
class FunctionOfArrays:
    """What a submission has registered, and what it should be.

    Args:
        context: of the check.
        name: that it is registered under.
        right: what it should be.
        request: a case, and the shape of its value, to the question of the kind, and its payload.
        ask: the same to the value; raises `SubjectError` where the student's code is at fault.
    """

    context: Context
    name: str
    right: Wanted
    request: Callable[[Case, Shape], tuple[Any, bytes]]
    ask: Callable[[Case, Shape], Floats]

    def judged(self, values: Sequence[Value]) -> Outcome:
        """Is it one of these functions? Of several, what is said is of the first.

        Raises:
            SubjectError: the student's code is at fault.
        """
        outcomes = list(map(self._judged, values))
        return next((one for one in outcomes if one.status is Status.PASSED), outcomes[0])

    def mended(self, result: CheckResult, values: Sequence[Value]) -> Diagnosis | None:
        """The diagnosis of a check that failed with the place of the mistake; None without one.

        Raises:
            SubjectError: the worker is gone.
        """
        context = self.context
        if result.status not in WRONG or (
                context.subject.manifest.find(context.task.kind, self.name) is None):
            return None
        changes = context.subject.changes(context.task.kind, self.name)
        each = (found(changes, map(partial(self._sieve, value), self.right.ground.fixed()),
                      partial(self._is_right, value)) for value in values)
        return next(filter(None, (mended(context, result, one) for one in each)), None)

    def _judged(self, value: Value) -> Outcome:
        def compared(case: Case) -> tuple[Floats, Floats, NDArray[np.bool_]]:
            wanted = value(*case)
            got = self.ask(case, wanted.shape)
            return got, wanted, self.right.wrong(value, case, got)

        def fails(case: Case) -> bool:
            return bool(compared(case)[2].any())

        ground = self.right.ground
        fixed = next(filter(fails, ground.fixed()), None)
        case = smallest_failure(ground.drawn(), self.context.seed, fails, hard_to_read) or fixed
        if case is None:
            return passed()
        got, wanted, wrong = (one.ravel() for one in compared(case))
        return failed(
            f"{self.name} computes other values than specified.",
            diagnosis=self.right.named(value, self.ask, f"Your {self.name}"),
            counterexample=table(
                f"{self.name}({call(case)})", ("number", "got", "expected"),
                list(zip(range(1, got.size + 1), got, wanted, strict=True)),
                int(np.argmax(wrong))))

    def _is_right(self, value: Value) -> bool:
        return self._judged(value).status is Status.PASSED

    def _sieve(self, value: Value, case: Case) -> Sieve:
        wanted = value(*case)

        def fits(answers: Floats) -> list[bool]:
            rows = answers.reshape(-1, *wanted.shape)
            with np.errstate(all="ignore"):
                return [
                    bool((np.isclose(row, wanted, rtol=ROUGHLY) | ~np.isfinite(wanted)).all())
                    and not self.right.wrong(value, case, row).any() for row in rows]

        request, payload = self.request(case, wanted.shape)
        return Sieve(request, payload, wanted.size, fits)
