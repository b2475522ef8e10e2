"""What else a rule answers: for a diagnosis, which confirms what it names on further runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cgp_harness.kinds.optimizer.context import RuleContext
from cgp_harness.kinds.optimizer.diagnosis.evidence import Evidence
from cgp_harness.kinds.optimizer.probes.held import with_fixed
from cgp_harness.kinds.optimizer.questions import Trajectory
from cgp_harness.model import Floats
from cgp_harness.subject import SubjectError

UNJUDGED = ("raised", "contract")
"""What is no number and no fault of the worker: it has a message of its own elsewhere."""


def answer_of(context: RuleContext, run: Trajectory) -> Floats | None:
    """The rule's answer; None if it raises, or gives what is no step."""
    try:
        return context.answer(run)
    except SubjectError as error:
        if error.kind in UNJUDGED:
            return None
        raise


def evidence(
    context: RuleContext, runs: Sequence[Trajectory], answers: Sequence[Floats], *,
    before: Callable[[], None] = lambda: None,
) -> Evidence:
    """The answers, and those that may follow.

    Args:
        before: called before each further run: a new process for a rule that remembers.
    """
    def ask(run: Trajectory) -> Floats | None:
        before()
        return answer_of(context, run)

    def begun(run: Trajectory) -> Trajectory:
        return with_fixed(context.begun(run), context.fixed)

    return Evidence(
        list(map(begun, runs)), answers, ask, lambda run: begun(context.specified.asked(run)))
