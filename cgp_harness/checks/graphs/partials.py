"""`partials`: does forward() compute the value of every node, and its partial derivatives?"""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.checks.graphs.graph_asking import Question, judged
from cgp_harness.checks.graphs.graph_case import ARITHMETIC, DIFFERENCES, Case
from cgp_harness.checks.graphs.graph_stages import PARTIALS
from cgp_harness.checks.graphs.graph_words import Difference, differs
from cgp_harness.diagnosis.graphs import graph_mistakes
from cgp_harness.model import Diagnosis
from cgp_harness.subject.graphs import Propagated


def partials(context: Context) -> Outcome:
    """Values to float32's precision, partials to that of finite differences, stage by stage."""
    return judged(context, Question(
        "forward", "the values and partials of the nodes", PARTIALS, _ask, _wrong, _diagnose))


def _ask(context: Context, cases: Sequence[Case]) -> Sequence[Propagated]:
    return context.subject.graphs.forward(context.task.id, [case.point for case in cases])


def _wrong(case: Case, answer: Propagated) -> list[Difference]:
    """The values that are wrong; the partials, which depend on them, only if none is."""
    values = _wrong_values(case, answer)
    return values or [
        Difference(f"d{node}/d{name}", got, expected)
        for node, row in case.partials.items() for name, expected in row.items()
        if differs(got := answer.partials[node][name], expected, DIFFERENCES)
    ]


def _wrong_values(case: Case, answer: Propagated) -> list[Difference]:
    return [
        Difference(node.name, got, case.known[node.name]) for node in case.graph.nodes
        if differs(got := answer.values[node.name], case.known[node.name], ARITHMETIC)
    ]


def _diagnose(cases: Sequence[Case], answers: Sequence[Propagated]) -> Diagnosis | None:
    if any(_wrong_values(case, answer) for case, answer in zip(cases, answers, strict=True)):
        return None
    return graph_mistakes.of_partials(
        [graph_mistakes.Asked(case.point, case.known, case.partials) for case in cases],
        [answer.partials for answer in answers])
