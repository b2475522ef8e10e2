"""Does a Function answer the same again? If not, nothing else may be concluded from its answers."""

from __future__ import annotations

from collections.abc import Callable

from cgp_harness.kinds.autograd_function.probes.finding import RAISED, Flaw
from cgp_harness.kinds.autograd_function.probes.numbers import agree
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

Ask = Callable[[], Floats]
MEMORY = "something is drawn at random, or remembered from one call to the next."


def unsteady(ask: Ask, got: Floats, what: str) -> Flaw | None:
    """What is said if the same question, asked again, gets other numbers or an exception.

    Args:
        ask: asks it.
        got: what came the first time.
        what: `forward gives another output`, `backward gives another gradient`.
    """
    try:
        if agree(ask(), got):
            return None
    except SubjectError as error:
        if error.kind not in RAISED:
            raise
    return Flaw("not_deterministic", (
        f"{what} for the same numbers the second time: {MEMORY}"))


def failure(ask: Ask, error: SubjectError, failed: Flaw, what: str) -> Flaw:
    """The flaw of a call that raised; another one if the same call does not raise again.

    Raises:
        SubjectError: it was not the student's code that raised.
    """
    if error.kind not in RAISED:
        raise error
    try:
        ask()
    except SubjectError as again:
        if again.kind not in RAISED:
            raise
        return failed
    return Flaw("not_deterministic", (
        f"{what} fails, and the second time it does not for the same numbers: {MEMORY}\n"
        f"{error.problem}"))
