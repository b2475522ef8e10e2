"""The order in which expressions can be computed; refused where there is none."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from cgp_reference.errors import ExplainedError
from cgp_reference.expressions.expression import Exp


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
    path = [next(iter(stuck))]
    while path[-1] not in path[:-1]:
        path.append(next(name for name in stuck[path[-1]].right_vars if name in stuck))
    circle = path[path.index(path[-1]):]
    return GraphError(
        f"the expressions run in a circle: {' needs '.join(circle)}",
        where=", ".join(stuck[name].exp for name in circle[:-1]),
        expected="an order in which each variable is computed before it is read",
    )
