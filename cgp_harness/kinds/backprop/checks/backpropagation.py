"""`backpropagation`: does backward() follow all paths from the errors to every parameter?

It is given right partials, so that a mistake in forward() costs nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.kinds.backprop.checks.stage_by_stage import Question, judged
from cgp_harness.kinds.backprop.diagnosis import graph_mistakes
from cgp_harness.kinds.backprop.diagnosis.explained import Limit
from cgp_harness.kinds.backprop.probes.case import FLOAT32, Case
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS
from cgp_harness.kinds.backprop.probes.words import Difference, differs
from cgp_harness.kinds.backprop.questions import Backpropagated, graphs
from cgp_harness.model import Diagnosis


def backpropagation(context: Context) -> Outcome:
    """Gradients to float32's precision, stage by stage."""
    return judged(context, QUESTION)


def _ask(context: Context, cases: Sequence[Case]) -> Sequence[Backpropagated]:
    return graphs(context.subject).backward(context.task.id, [case.seeded for case in cases])


def _wrong(case: Case, answer: Backpropagated) -> list[Difference]:
    return [
        Difference(f"dL/d{name}", None if name in answer.absent else got, expected)
        for name, expected in case.gradients.items() for got in [answer.gradients[name]]
        if name in answer.absent or differs(got, expected, _limit(case, name).of(expected))
    ]


def _limit(case: Case, name: str) -> Limit:
    return Limit(FLOAT32 * (len(case.texts) + 2), case.shares[name])


def _diagnose(cases: Sequence[Case], answers: Sequence[Backpropagated]) -> Diagnosis | None:
    found = graph_mistakes.of_gradients(
        [case.seeded for case in cases], [tuple(case.gradients.values()) for case in cases],
        [tuple(answer.gradients.values()) for answer in answers],
        [[_limit(case, name) for name in case.gradients] for case in cases])
    missing = sum(bool(answer.absent) for answer in answers)
    if missing and not found.flags and _is_right_else(cases, answers):
        return Diagnosis(("gradient_not_returned",), (
            f"No gradient came back for a parameter on {missing} of {len(answers)} graphs, and all "
            "others are right. Put the gradient of every parameter of the graph into the dict that "
            "backward() returns."))
    if not missing or found.flags != ("all_zero",):
        return found
    # What is not returned is no number, though it counts as 0 above.
    return Diagnosis(found.flags, (
        f"No gradient came back for a parameter on {missing} of {len(answers)} graphs: it is "
        "missing in the dict that backward() returns. Put the gradient of every parameter of the "
        "graph there."))


def _is_right_else(cases: Sequence[Case], answers: Sequence[Backpropagated]) -> bool:
    """Whether nothing is wrong but what is not returned."""
    return all(
        one.got is None
        for case, answer in zip(cases, answers, strict=True) for one in _wrong(case, answer))


QUESTION = Question(
    "backward", "the gradient of the loss", GRADIENTS, _ask, _wrong, _diagnose,
    lambda case, answer: False, lambda case: True)
