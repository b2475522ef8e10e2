"""The order in which expressions can be computed; refused where there is none."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from cgp_reference.errors import ExplainedError
from cgp_reference.expressions.expression import Exp
from cgp_reference.expressions.tokens import shortened

SHOWN = 4
"""Of a long circle, on either side of what is left out."""


class GraphError(ExplainedError):
    """Expressions that are right one by one do not make a graph together."""


def in_order(given: Sequence[Exp]) -> tuple[Exp, ...]:
    """Kahn's algorithm; of the expressions that are ready, the one given first comes next.

    Raises:
        GraphError: a variable is defined twice, or by itself.
    """
    _refuse_second_definitions(given)
    number = {exp.dependent_var: i for i, exp in enumerate(given)}
    readers: dict[str, list[int]] = {name: [] for name in number}
    waits_for = [0] * len(given)
    for i, exp in enumerate(given):
        for name in exp.right_vars:
            if name in number:
                readers[name].append(i)
                waits_for[i] += 1
    ready = [i for i, count in enumerate(waits_for) if not count]
    ordered: list[Exp] = []
    while ready:
        exp = given[heapq.heappop(ready)]
        ordered.append(exp)
        for i in readers[exp.dependent_var]:
            waits_for[i] -= 1
            if not waits_for[i]:
                heapq.heappush(ready, i)
    if len(ordered) < len(given):
        raise _cycle({exp.dependent_var: exp for i, exp in enumerate(given) if waits_for[i]})
    return tuple(ordered)


def _refuse_second_definitions(given: Sequence[Exp]) -> None:
    first: dict[str, str] = {}
    for exp in given:
        if exp.dependent_var in first:
            raise GraphError(
                f"the variable {exp.dependent_var!r} is defined twice",
                where=f"{first[exp.dependent_var]} and {exp.exp}",
                expected="one expression for each variable",
            )
        first[exp.dependent_var] = exp.exp


def _cycle(stuck: Mapping[str, Exp]) -> GraphError:
    name, place = next(iter(stuck)), dict[str, int]()
    while name not in place:
        place[name] = len(place)
        name = next(read for read in stuck[name].right_vars if read in stuck)
    circle = [*list(place)[place[name]:], name]
    texts = [shortened(stuck[name].exp) for name in circle[:-1]]
    return GraphError(
        f"the expressions run in a circle: {' needs '.join(_ends(circle))}",
        where=", ".join(_ends(texts)),
        expected="an order in which each variable is computed before it is read",
    )


def _ends(words: Sequence[str]) -> list[str]:
    """All of them, or of many the ends, and between them how many are left out."""
    left_out = len(words) - 2 * SHOWN
    return [*words] if left_out < 2 else [*words[:SHOWN], f"… {left_out} more …", *words[-SHOWN:]]
