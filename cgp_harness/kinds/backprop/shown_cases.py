"""The smallest graph on which a known mistake shows, for `cgp explain`: both numbers side by side.

Looked for among the graphs that every submission is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cgp_harness.kinds.backprop.diagnosis import backpropagation_mistakes, partial_mistakes
from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.stages import GRADIENTS, PARTIALS, Stage
from cgp_harness.kinds.backprop.probes.words import as_given
from cgp_harness.probing import case as told
from cgp_harness.probing.text import number_pair

CLEARLY = 1e-6
"""From this difference on two numbers are shown as different."""


def of_partials(flag: str) -> told.Case | None:
    """Of a mistake in a node's partials; None if it shows on no graph."""
    for case in _smallest(PARTIALS):
        table = partial_mistakes.partials(case.graph, case.known, frozenset({flag}))
        if found := _shown(case, "forward", {
                f"d{node}/d{name}": (table[node][name], right)
                for node, row in case.partials.items() for name, right in row.items()}):
            return found
    return None


def of_gradients(flag: str) -> told.Case | None:
    """Of a mistake in backpropagation; None if it shows on no graph."""
    for case in _smallest(GRADIENTS):
        got = backpropagation_mistakes.gradients(
            case.graph, case.partials, case.error_of, frozenset({flag}))
        if found := _shown(case, "backward", {
                f"dL/d{name}": (got.get(name, 0.0), right)
                for name, right in case.gradients.items()}):
            return found
    return None


def _smallest(stages: Sequence[Stage]) -> Iterator[Case]:
    every = (one for stage in stages for one in stage.fixed())
    return iter(sorted(every, key=lambda one: (len(one.texts), sum(map(len, one.texts)))))


def _shown(
    case: Case, method: str, numbers: Mapping[str, tuple[float, float]]
) -> told.Case | None:
    rows = [
        (name, *number_pair(right, got)) for name, (got, right) in numbers.items()
        if not abs(got - right) <= CLEARLY * max(1.0, abs(right))]
    if not rows:
        return None
    return told.Case(
        f"{method}() of\n{as_given(case, method)}", ("number", "right", "with mistake"),
        tuple(rows[:told.MOST_ROWS]), 0, max(0, len(rows) - told.MOST_ROWS))
