"""Where a wrong function is wrong: the change to its source that makes it right."""

from collections.abc import Iterator, Mapping

import numpy as np

from cgp_function.asking import evaluate
from cgp_function.checks import FunctionContext, judged, right
from cgp_harness.assignment.array_functions import Value
from cgp_harness.checks.mended import WRONG, mended
from cgp_harness.checks.repairing import Sieve, found
from cgp_harness.model import CheckResult, Diagnosis, Floats, Status
from cgp_harness.probing.arrays.ground import Case

ROUGHLY = 1e-3
"""By what share of itself a number may be off that is looked at closely."""


def with_repairs(
    context: FunctionContext, results: Mapping[str, CheckResult]
) -> Mapping[str, Diagnosis]:
    """By check, its diagnosis with the place; nothing where none is found.

    Raises:
        SubjectError: the worker is gone.
    """
    said: dict[str, Diagnosis] = {}
    wanted = right(context.assignment, context.task)
    for check, name, values in (
        ("values", context.task.id, wanted.values),
        ("derivative", f"{context.task.id}_derivative", (wanted.derivative,)),
    ):
        if check in results and results[check].status in WRONG and (
                context.subject.manifest.find("function", name)):
            for value in filter(None, values):
                one = found(
                    context.subject.changes("function", name), _sieves(context, name, value),
                    lambda name=name, value=value: judged(  # type: ignore[misc]
                        context, name, value).status is Status.PASSED)
                if diagnosis := mended(context, results[check], one):
                    said.setdefault(check, diagnosis)
    return said


def _sieves(context: FunctionContext, name: str, value: Value) -> Iterator[Sieve]:
    asked = right(context.assignment, context.task)
    for case in asked.ground.fixed():
        yield _sieve(context, name, value, case)


def _sieve(context: FunctionContext, name: str, value: Value, case: Case) -> Sieve:
    asked, wanted = right(context.assignment, context.task), value(*case)

    def fits(answers: Floats) -> list[bool]:
        rows = answers.reshape(-1, *wanted.shape)
        with np.errstate(all="ignore"):
            return [
                bool((np.isclose(row, wanted, rtol=ROUGHLY) | ~np.isfinite(wanted)).all())
                and not asked.wrong(value, case, row).any() for row in rows]

    request, payload = evaluate(name, case, asked.numbers, wanted.shape, context.task.library)
    return Sieve(request, payload, wanted.size, fits)
