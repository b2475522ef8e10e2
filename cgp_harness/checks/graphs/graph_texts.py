"""Graphs drawn as text, by what is hard in them: one strategy of Hypothesis for each stage.

Names are given in order, so that only forms and numbers are drawn, and shrinking leaves a graph
that can be checked by hand. Some names hold others (`a` and `ab`): only whole names may count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from cgp_harness.checks.graphs.graph_case import Case, is_tame
from cgp_reference.graph import Graph

INPUTS = ("xa", "xab")
NODES = ("xp", "xq", "xr", "xs", "xpq")
PARAMETERS = ("a", "ab", "b", "bc", "abc", "c", "cd", "d", "de", "e", "ef", "f", "g", "gh", "h")
NUMBERS = (0.5, 1.5, -0.5, 0.8, -1.5, 1.2, -0.8, 0.6)
"""Not 1, at which powers and factors cannot be told apart."""
ERRORS = (0.5, 1.5, -0.7, -2.0)

SUMS = ("{p}*{x}", "{p}*{x} + {q}", "{x}*{p} - {q}*{y}", "{x}*{y}", "{p}*{q}*{x}", "2*{p} - {x}")
POWERS = ("{p}*{x}^2", "{p}^3 - {x}", "{x}^2*{y}", "({p} + {x})^2", "{p}/({x}^2 + 1)",
          "{x}/(2 + {p})", "{y}^3*{p}")
CALLS = ("sigmoid({p}*{x})", "tanh({p}*{x} + {q})", "{q}*sigmoid({p} - {x})", "relu({p}*{x} + {q})",
         "tanh({p}*sigmoid({q}*{x}))", "sigmoid({p}*{x} + {q}*{y})")
REPEATED = ("{p}*{x} + {p}*{x}^2", "{x}*{x}", "{p}*{x} + {q}*{x}", "{p}*{p} - {p}*{x}",
            "{x}*({x} + {p})")
LINKS = ("{p}*{x}", "{p}*{x}", "{x}*{p}^2", "{x}^2*{p}")
AROUND = ("{}", "{}", "tanh({})", "sigmoid({})")


@dataclass(frozen=True)
class Shape:
    """What is hard about the paths of a graph.

    Args:
        shared: several nodes read one and the same node.
        reused: a parameter stands in several nodes.
        outputs: the loss is computed from two nodes, one of which others may read.
    """

    shared: bool = False
    reused: bool = False
    outputs: bool = False


def expressions(*forms: str) -> st.SearchStrategy[Case]:
    """Graphs of one or two nodes, each of one of these forms or the sum of two."""
    return _expressions(forms, st.integers(1, 2), meeting=False)


def several(*forms: str) -> st.SearchStrategy[Case]:
    """Graphs of two or three such nodes, where the first parameter stands in all of them."""
    return _expressions(forms, st.integers(2, 3), meeting=True)


@st.composite
def _expressions(
    draw: st.DrawFn, forms: Sequence[str], count: st.SearchStrategy[int], meeting: bool
) -> Case:
    fresh = iter(PARAMETERS)
    texts: list[str] = []
    reads = INPUTS
    for node in NODES[:draw(count)]:
        body = _filled(draw(st.sampled_from(forms)), reads, fresh)
        if draw(st.booleans()):
            body = f"{_filled(draw(st.sampled_from(forms)), reads, fresh)} + {body}"
        if meeting:
            body = f"{body} + {PARAMETERS[0]}*{reads[0]}" if texts else f"{next(fresh)} + {body}"
        texts.append(f"{node} = {body}")
        reads = (node, *INPUTS[:1])
    return _with_numbers(draw, texts, ())


@st.composite
def paths(draw: st.DrawFn, shape: Shape) -> Case:
    """Graphs of this shape: a chain, unless it says otherwise."""
    fresh = iter(PARAMETERS)
    count = draw(st.integers(4 if shape.shared else 2, 5 if shape.shared else 4))
    reads = _arcs(draw, count, shape)
    texts = []
    for i, variables in enumerate(reads):
        terms = [_filled(draw(st.sampled_from(LINKS)), (name,), fresh) for name in variables]
        if shape.reused and i and (i == count - 1 or draw(st.booleans())):
            terms.append(PARAMETERS[0])  # the first node has it, whatever its form
        elif draw(st.booleans()):
            terms.append(next(fresh))
        body = draw(st.sampled_from(AROUND)).format(" + ".join(terms))
        texts.append(f"{NODES[i]} = {body}")
    inner: tuple[str, ...] = ()
    if shape.outputs and any(NODES[count - 2] in names for names in reads):
        inner = (draw(st.sampled_from(NODES[:count - 1])),)
    return _with_numbers(draw, texts, inner)


def _arcs(draw: st.DrawFn, count: int, shape: Shape) -> list[tuple[str, ...]]:
    """What each node reads; where nodes are shared, the first by two, whose readers meet again."""
    reads: list[tuple[str, ...]] = [INPUTS[:1]]
    for i in range(1, count):
        before = NODES[i - 1]
        if not shape.shared:
            apart = shape.outputs and i == count - 1 and draw(st.booleans())
            reads.append(INPUTS[:1] if apart else (before,))
        elif i <= 2:
            reads.append((NODES[0], before) if i == 2 and draw(st.booleans()) else (NODES[0],))
        else:
            unread = [one for one in NODES[:i] if not any(one in names for names in reads)]
            further = draw(st.sampled_from(NODES[:i]))
            reads.append(tuple(dict.fromkeys([*unread, further, before])))
    return reads


def _filled(form: str, variables: Sequence[str], fresh: Iterator[str]) -> str:
    """A form with names in its places: `x` and `y` are variables, `p` and `q` new parameters."""
    parameters = {place: next(fresh) for place in "pq" if f"{{{place}}}" in form}
    return form.format(x=variables[0], y=variables[-1], **parameters)


def _with_numbers(draw: st.DrawFn, texts: Sequence[str], inner: Sequence[str]) -> Case:
    unread = Graph.of(texts).outputs
    outputs = tuple(dict.fromkeys((*inner, *unread)))
    graph = Graph.of(texts, outputs)
    case = Case(
        tuple(texts), graph.outputs,
        tuple(draw(st.sampled_from(NUMBERS)) for _ in (*graph.inputs, *graph.parameters)),
        tuple(draw(st.sampled_from(ERRORS)) for _ in graph.outputs),
    )
    assume(is_tame(case))
    return case
