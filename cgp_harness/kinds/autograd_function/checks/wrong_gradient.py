"""What is said of a backward whose numbers are wrong: the mistake's name, and the smallest case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from cgp_harness.checks.context import Outcome
from cgp_harness.kinds.autograd_function.checks.again import Ask, unsteady
from cgp_harness.kinds.autograd_function.checks.gradient_diagnosis import diagnosed
from cgp_harness.kinds.autograd_function.probes.case import FunctionCase, counterexample, smallest
from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw, refused
from cgp_harness.kinds.autograd_function.probes.under_test import FunctionUnderTest
from cgp_harness.kinds.autograd_function.probes.words import in_words
from cgp_harness.kinds.autograd_function.specifications.specification import Sizes
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

Fails = Callable[[FunctionCase], bool]
OTHER_GRADIENT = "backward gives another gradient"


def differing(
    function: FunctionUnderTest, sizes: Sizes, rows: Floats, cotangents: Floats, got: Floats, *,
    local: bool = False, flag: str = "", message: str = "", ask: Ask | None = None,
) -> Iterator[Flaw]:
    """The first of the rows that is not what it should be; `ask` asks for all of them again."""
    wrong = function.wanted_gradients(sizes, rows, cotangents).wrong(got).any(axis=1)
    if wrong.any():
        if ask and (flaw := unsteady(ask, got, OTHER_GRADIENT)):
            yield flaw
            return
        i = int(np.flatnonzero(wrong)[0])
        case = FunctionCase(sizes, tuple(rows[i].tolist()), tuple(cotangents[i].tolist()))
        yield Flaw(flag, message or _not_specified(function), case, tuple(got[i].tolist()), local)


def _not_specified(function: FunctionUnderTest) -> str:
    specification = function.specification
    if specification.vjp is None:
        return "backward is not the derivative of what forward computes."
    return f"backward does not return {specification.gradient_formula}."


def refused_gradient(function: FunctionUnderTest, seed: int, flaw: Flaw) -> Outcome:
    """The outcome; numbers that differ are diagnosed, and the case is made small.

    Args:
        function: under test.
        seed: of the search.
        flaw: what is wrong; without a case it says all.
    """
    if flaw.case is None:
        return refused(flaw)
    case = flaw.case if flaw.flag else _small(function, seed, flaw.case)
    got = (np.array(flaw.got) if case is flaw.case and flaw.got
           else function.gradients(case.sizes, *case.rows)[0])
    wanted = function.wanted_gradients(case.sizes, *case.rows).row(0)
    shown = counterexample(function, case, got, wanted)
    meaning = "" if flaw.flag else function.specification.meaning
    text = "\n".join(filter(None, [flaw.message, in_words(shown, "backward"), meaning]))
    diagnosis = None if flaw.flag else diagnosed(function, flaw)
    return refused(replace(flaw, message=text), diagnosis, shown)


def _small(function: FunctionUnderTest, seed: int, case: FunctionCase) -> FunctionCase:
    def fails(case: FunctionCase) -> bool:
        try:
            got = function.gradients(case.sizes, *case.rows)
        except SubjectError as error:
            if error.kind in RAISED:
                return False  # looked for is a wrong number; an exception has its own message
            raise
        return bool(function.wanted_gradients(case.sizes, *case.rows).wrong(got).any())

    found = None
    if function.specification.linear != "linear" or case.rows[1].any():
        # Else what is wrong is that 0 does not give 0, and no drawn cotangent is 0.
        found = smallest(function.specification, seed, fails)
    return _alone(function, found or case, fails)


def _alone(function: FunctionUnderTest, case: FunctionCase, fails: Fails) -> FunctionCase:
    """One wrong number of an elementwise Function by itself, if it is wrong there too."""
    if not function.specification.elementwise or len(case.point) < 2:
        return case
    got = function.gradients(case.sizes, *case.rows)
    wrong = function.wanted_gradients(case.sizes, *case.rows).wrong(got)[0]
    for i in sorted(np.flatnonzero(wrong), key=lambda i: (bool(np.isfinite(got[0, i])), i)):
        alone = FunctionCase(
            Sizes(((),), ()), (case.point[i],), (float(case.rows[1][0, i]),))
        if fails(alone):
            return alone
    return case
