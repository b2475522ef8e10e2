"""Is a wrong answer the fault of graphs that were asked before? Shown in a fresh process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.in_turn import pairs
from cgp_harness.kinds.backprop.probes.smaller import renamed
from cgp_harness.subject import SubjectError

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


def is_right_renamed(case: Case, wrong: Wrong) -> bool:
    """Whether a graph that came out wrong is right under names that were never used.

    That is a sign that earlier graphs are at fault, though they can be without it: what is kept by
    the number of nodes is as wrong under any names.
    """
    return not _fails(wrong, [renamed(case, _unused(case))])


def kept_from(
    case: Case, fails: Wrong, wrong: Wrong, restart: Callable[[], None]
) -> Kept | None:
    """Whether this graph, which failed, does not where it is the first to be asked.

    Only a fresh process can tell, whatever other graphs give in this one.

    Args:
        case: the graph.
        fails: whether the last of some graphs fails as it did.
        wrong: whether the last of some graphs fails in any way.
        restart: begins a fresh process.
    """
    def fresh(test: Wrong, *asked: Case) -> bool:
        restart()
        return _fails(test, asked)

    if fresh(fails, case):
        return None
    for first, then in pairs():
        if (fresh(wrong, first, then) and not fresh(wrong, then)
                and fresh(wrong, first, then)):
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
