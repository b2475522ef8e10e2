"""Is a wrong answer the fault of graphs that were asked before? Shown in a fresh process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cgp_harness.checks.graphs.graph_case import Case
from cgp_harness.checks.graphs.smaller import renamed
from cgp_harness.subject import SubjectError

PAIRS = (
    (Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,)),
     Case(("xp = a*xa",), ("xp",), (0.8, -0.5), (0.5,))),
    (Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,)),
     Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (-2.0,))),
    (Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,)),
     Case(("xp = a*xa + a",), ("xp",), (0.5, 1.5), (0.5,))),
    (Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,)),
     Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,))),
    (Case(("xp = a*xa",), ("xp",), (0.5, 1.5), (0.5,)),
     Case(("xp = a*xa", "xq = b*xp"), ("xq",), (0.5, 1.5, -0.8), (0.5,))),
)
"""A graph, and one that may suffer from it: other numbers, another error, another expression, the
same again, a longer one."""

Wrong = Callable[[Sequence[Case]], bool]
"""Asks some graphs in one request; whether the answer to the last one is wrong."""


@dataclass(frozen=True)
class Kept:
    """A graph that comes out right in a fresh process.

    Args:
        case: that graph.
        first: another, after which it is wrong, again and again; None if there is none among
            those that were tried.
    """

    case: Case
    first: Case | None


def kept_from(case: Case, wrong: Wrong, restart: Callable[[], None]) -> Kept | None:
    """Whether this graph, which came out wrong, is right where it is the first to be asked.

    A process is begun anew only if there is a sign of it: under names that were never used, the
    graph comes out right.
    """
    if _fails(wrong, [renamed(case, _unused(case))]):
        return None

    def fresh(asked: Sequence[Case]) -> bool:
        restart()
        return _fails(wrong, asked)

    if fresh([case]):
        return None
    for first, then in PAIRS:
        if fresh([first, then]) and not fresh([then]) and fresh([first, then]):
            restart()
            return Kept(then, first)
    return Kept(case, None)


def _fails(wrong: Wrong, asked: Sequence[Case]) -> bool:
    try:
        return wrong(asked)
    except SubjectError:
        return True


def _unused(case: Case) -> dict[str, str]:
    """Names that no graph of the harness has."""
    names = (*case.graph.inputs, *(node.name for node in case.graph.nodes), *case.graph.parameters)
    return {name: f"{'xnew' if name[0] == 'x' else 'new'}{'abcdefgh'[i % 8] * (1 + i // 8)}"
            for i, name in enumerate(names)}
