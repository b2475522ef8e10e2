"""Graphs drawn as text from the seed, beside those that are asked about in every run.

What is hard in them is that of their stage: which operators an expression has, how paths meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hypothesis import assume
from hypothesis import strategies as st

from cgp_harness.checks.graphs.grammar import BINARY, CALLS, Tree, names, text
from cgp_harness.checks.graphs.graph_case import Case, is_tame
from cgp_harness.checks.graphs.ground_paths import ERRORS, NUMBERS, P, X
from cgp_reference.graph import Graph

INPUTS = ("x", "xin")
SUMS = ("+", "-", "*", "neg")
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


@st.composite
def expressions(
    draw: st.DrawFn, roots: Sequence[str], symbols: Sequence[str], repeats: bool = False
) -> Case:
    """A node of nested operators, the outermost one of `roots`; of the ground's own names."""
    leaf = st.sampled_from(("x", "a") if repeats else ("x", "a", "xb", "b", "2"))
    tree = _tree(draw, draw(st.sampled_from(roots)), symbols, leaf, 2)
    assume(names(tree))
    return _with_numbers(draw, [f"xp = {text(tree)}"], (), tame=True)


def _tree(
    draw: st.DrawFn, symbol: str, symbols: Sequence[str], leaf: st.SearchStrategy[str], depth: int
) -> Tree:
    def operand() -> Tree:
        if depth == 0 or draw(st.booleans()):
            return draw(leaf)
        return _tree(draw, draw(st.sampled_from(symbols)), symbols, leaf, depth - 1)

    if symbol == "^" and draw(st.booleans()):
        return symbol, operand(), draw(st.sampled_from(("2", "3", "0.5", "1.5")))
    return (symbol, operand(), operand()) if symbol in BINARY else (symbol, operand())


@st.composite
def several(draw: st.DrawFn) -> Case:
    """Graphs of two to six nodes of sums and products, where one parameter stands in all."""
    nodes, parameters = _names(draw)
    common = next(parameters)
    texts: list[str] = []
    for i, node in enumerate(nodes[:draw(st.integers(2, 6))]):
        reads = st.sampled_from([*nodes[:i], INPUTS[0]])
        first, second = draw(reads), draw(reads)
        form = draw(st.sampled_from(("{p}*{x} + {c}", "{c}*{x} - {y}", "{p} - {c}*{x}*{y}")))
        texts.append(f"{node} = " + form.format(p=next(parameters), c=common, x=first, y=second))
    return _with_numbers(draw, texts, (), tame=True)


@st.composite
def paths(draw: st.DrawFn, shape: Shape) -> Case:
    """Graphs of this shape: a chain, unless it says otherwise."""
    nodes, fresh = _names(draw)
    common = next(fresh)
    count = draw(st.integers(4 if shape.shared else 2, 9 if shape.shared else 7))
    reads = _arcs(draw, nodes, count, shape)
    texts = []
    for i, variables in enumerate(reads):
        terms = [draw(st.sampled_from(LINKS)).format(x=name, p=next(fresh)) for name in variables]
        if shape.reused and (i in (0, count - 1) or draw(st.booleans())):
            terms.append(common)
        elif draw(st.booleans()):
            terms.append(next(fresh))
        texts.append(f"{nodes[i]} = {draw(st.sampled_from(AROUND)).format(' + '.join(terms))}")
    inner: tuple[str, ...] = ()
    if shape.outputs and any(nodes[count - 2] in read for read in reads):
        inner = (draw(st.sampled_from(nodes[:count - 1])),)
    return _with_numbers(draw, texts, inner, tame=False)


def _names(draw: st.DrawFn) -> tuple[tuple[str, ...], Iterator[str]]:
    """Names of nodes, and of parameters: as many as are needed, in an order that is drawn."""
    turn = draw(st.integers(0, len(X) - 1))
    more = (f"p{i}" for i in range(100))
    return (*X[turn:], *X[:turn]), iter([*P[turn:], *P[:turn], *more])


def _arcs(
    draw: st.DrawFn, nodes: Sequence[str], count: int, shape: Shape
) -> list[tuple[str, ...]]:
    """What each node reads; where nodes are shared, the first by two, whose readers meet again."""
    reads: list[tuple[str, ...]] = [INPUTS[:1]]
    for i in range(1, count):
        before = nodes[i - 1]
        if not shape.shared:
            apart = shape.outputs and i == count - 1 and draw(st.booleans())
            reads.append(INPUTS[:1] if apart else (before,))
        elif i <= 2:
            reads.append((nodes[0], before) if i == 2 and draw(st.booleans()) else (nodes[0],))
        else:
            unread = [one for one in nodes[:i] if not any(one in read for read in reads)]
            further = draw(st.sampled_from(nodes[:i]))
            reads.append(tuple(dict.fromkeys([*unread, further, before])))
    return reads


def _with_numbers(
    draw: st.DrawFn, texts: Sequence[str], inner: Sequence[str], *, tame: bool
) -> Case:
    unread = Graph.of(texts).outputs
    graph = Graph.of(texts, tuple(dict.fromkeys((*inner, *unread))))
    case = Case(
        tuple(texts), graph.outputs,
        tuple(draw(st.sampled_from(NUMBERS)) for _ in (*graph.inputs, *graph.parameters)),
        tuple(draw(st.sampled_from(ERRORS)) for _ in graph.outputs),
    )
    assume(is_tame(case) if tame else max(map(abs, case.known.values())) < 1000)
    return case


POWERS = (("/", "^"), (*BINARY, "neg"))
ACTIVATIONS = (CALLS, (*SUMS, *CALLS))
"""What is outermost, and what may stand inside."""
