"""`partials`: does forward() compute the value of every node, and its partial derivatives?"""

from __future__ import annotations

from collections.abc import Sequence

from cgp_harness.checks.context import Context, Outcome
from cgp_harness.kinds.backprop.checks.stage_by_stage import Question, judged
from cgp_harness.kinds.backprop.diagnosis import graph_mistakes
from cgp_harness.kinds.backprop.diagnosis.explained import Limit
from cgp_harness.kinds.backprop.probes.case import (
    ARITHMETIC,
    DIFFERENCES,
    EXACT,
    FAR,
    SINGLE,
    Case,
    is_tame,
)
from cgp_harness.kinds.backprop.probes.grammar import is_defined
from cgp_harness.kinds.backprop.probes.stages import PARTIALS
from cgp_harness.kinds.backprop.probes.words import Difference, differs, is_single
from cgp_harness.kinds.backprop.questions import Propagated, graphs
from cgp_harness.model import Diagnosis


def partials(context: Context) -> Outcome:
    """Values to float32's precision, partials to that of finite differences, stage by stage."""
    return judged(context, QUESTION)


def _ask(context: Context, cases: Sequence[Case]) -> Sequence[Propagated]:
    return graphs(context.subject).forward(context.task.id, [case.point for case in cases])


def _wrong(case: Case, answer: Propagated) -> list[Difference]:
    """The values that are wrong; the partials, which depend on them, only if none is."""
    return _wrong_values(case, answer) or _wrong_partials(case, answer)


def _wrong_values(case: Case, answer: Propagated) -> list[Difference]:
    single = all(is_single(value) for value in answer.values.values())
    return [
        Difference(node.name, got, right) for node in case.graph.nodes
        for got, right in [(answer.values[node.name], case.known[node.name])]
        if differs(got, right, (SINGLE if single else ARITHMETIC) * max(1.0, abs(right)))
    ]


def _wrong_partials(case: Case, answer: Propagated) -> list[Difference]:
    return [
        Difference(f"d{node}/d{name}", got, right)
        for node, row in case.partials.items() for name, right in row.items()
        for got in [answer.partials[node][name]]
        if differs(got, right, _limit(case).of(right))
    ]


def _limit(case: Case) -> Limit:
    return Limit(FAR, 0.0) if case.far else Limit(DIFFERENCES, 1.0)


def _is_fair(case: Case) -> bool:
    if case.far:
        return all(is_defined(tree, case.known) for tree in case.trees)
    return is_tame(case)


def _exact(case: Case, answer: Propagated) -> bool:
    return not _wrong_values(case, answer) and not any(
        differs(answer.partials[node][name], right, EXACT * max(1.0, abs(right)))
        for node, row in case.partials.items() for name, right in row.items())


def _diagnose(cases: Sequence[Case], answers: Sequence[Propagated]) -> Diagnosis | None:
    if any(_wrong_values(case, answer) for case, answer in zip(cases, answers, strict=True)):
        return None
    return graph_mistakes.of_partials(
        [graph_mistakes.Asked(case.point, case.known, case.partials) for case in cases],
        [answer.partials for answer in answers],
        [[_limit(case)] * sum(map(len, case.partials.values())) for case in cases])


QUESTION = Question(
    "forward", "the values and partials of the nodes", PARTIALS, _ask, _wrong, _diagnose, _exact,
    _is_fair)
