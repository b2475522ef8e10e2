"""Graphs drawn as text from the seed, beside those that are asked about in every run.

What is hard in them is that of their stage: which operators an expression has, how paths meet.
Python's own generator draws them: the same on every machine, and in a tenth of Hypothesis' time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from cgp_harness.kinds.backprop.probes.case import Case, is_tame
from cgp_harness.kinds.backprop.probes.grammar import BINARY, CALLS, Tree, names, text
from cgp_harness.kinds.backprop.probes.ground_paths import ERRORS, NUMBERS, P, X
from cgp_reference.graph import Graph

Draw = Callable[[Random], Case | None]
"""Draws a graph, or one that cannot be asked."""
INPUTS = ("x", "xin")
SUMS = ("+", "-", "*", "neg")
LINKS = ("{p}*{x}", "{p}*{x}", "{x}*{p}^2", "{x}^2*{p}")
AROUND = ("{}", "{}", "tanh({})", "sigmoid({})")
POWERS = (("/", "^"), (*BINARY, "neg"))
ACTIVATIONS = (CALLS, (*SUMS, *CALLS))
"""What is outermost, and what may stand inside."""


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


def drawn(draw: Draw, seed: int, count: int) -> tuple[Case, ...]:
    """So many graphs that can be asked, all different."""
    random, found = Random(seed), dict[Case, None]()
    while len(found) < count:
        if (case := draw(random)) is not None:
            found[case] = None
    return tuple(found)


def expressions(
    roots: Sequence[str], symbols: Sequence[str], leaves: Sequence[str] = ("x", "a", "xb", "b", "2")
) -> Draw:
    """A node of nested operators, the outermost one of `roots`; of the ground's own names."""
    return partial(_expression, roots, symbols, leaves)


def _expression(
    roots: Sequence[str], symbols: Sequence[str], leaves: Sequence[str], random: Random
) -> Case | None:
    tree = _tree(random, random.choice(roots), symbols, leaves, 2)
    return _with_numbers(random, [f"xp = {text(tree)}"], (), tame=True) if names(tree) else None


def _tree(
    random: Random, symbol: str, symbols: Sequence[str], leaves: Sequence[str], depth: int
) -> Tree:
    def operand() -> Tree:
        if depth == 0 or random.random() < 0.5:
            return random.choice(leaves)
        return _tree(random, random.choice(symbols), symbols, leaves, depth - 1)

    if symbol == "^" and random.random() < 0.5:
        return symbol, operand(), random.choice(("2", "3", "0.5", "1.5"))
    return (symbol, operand(), operand()) if symbol in BINARY else (symbol, operand())


def several(random: Random) -> Case | None:
    """Graphs of two to six nodes of sums and products, where one parameter stands in all."""
    nodes, parameters = _names(random)
    common = next(parameters)
    texts: list[str] = []
    for i, node in enumerate(nodes[:random.randint(2, 6)]):
        first, second = random.choices((*nodes[:i], INPUTS[0]), k=2)
        form = random.choice(("{p}*{x} + {c}", "{c}*{x} - {y}", "{p} - {c}*{x}*{y}"))
        texts.append(f"{node} = " + form.format(p=next(parameters), c=common, x=first, y=second))
    return _with_numbers(random, texts, (), tame=True)


def paths(shape: Shape) -> Draw:
    """Graphs of this shape: a chain, unless it says otherwise."""
    return partial(_paths, shape)


def _paths(shape: Shape, random: Random) -> Case | None:
    nodes, fresh = _names(random)
    common = next(fresh)
    count = random.randint(4, 9) if shape.shared else random.randint(2, 7)
    reads = _arcs(random, nodes, count, shape)
    texts = []
    for i, variables in enumerate(reads):
        terms = [random.choice(LINKS).format(x=name, p=next(fresh)) for name in variables]
        if shape.reused and (i in (0, count - 1) or random.random() < 0.5):
            terms.append(common)
        elif random.random() < 0.5:
            terms.append(next(fresh))
        texts.append(f"{nodes[i]} = {random.choice(AROUND).format(' + '.join(terms))}")
    inner: tuple[str, ...] = ()
    if shape.outputs and any(nodes[count - 2] in read for read in reads):
        inner = (random.choice(nodes[:count - 1]),)
    return _with_numbers(random, texts, inner, tame=False)


def _names(random: Random) -> tuple[tuple[str, ...], Iterator[str]]:
    """Names of nodes, and of parameters: as many as are needed, in an order that is drawn."""
    more = (f"p{i}" for i in range(100))
    return tuple(random.sample(X, len(X))), iter([*random.sample(P, len(P)), *more])


def _arcs(
    random: Random, nodes: Sequence[str], count: int, shape: Shape
) -> list[tuple[str, ...]]:
    """What each node reads; where nodes are shared, the first by two, whose readers meet again."""
    reads: list[tuple[str, ...]] = [INPUTS[:1]]
    for i in range(1, count):
        before = nodes[i - 1]
        if not shape.shared:
            apart = shape.outputs and i == count - 1 and random.random() < 0.5
            reads.append(INPUTS[:1] if apart else (before,))
        elif i <= 2:
            reads.append((nodes[0], before) if i == 2 and random.random() < 0.5 else (nodes[0],))
        else:
            unread = [one for one in nodes[:i] if not any(one in read for read in reads)]
            reads.append(tuple(dict.fromkeys([*unread, random.choice(nodes[:i]), before])))
    return reads


def _with_numbers(
    random: Random, texts: Sequence[str], inner: Sequence[str], *, tame: bool
) -> Case | None:
    unread = Graph.of(texts).outputs
    graph = Graph.of(texts, tuple(dict.fromkeys((*inner, *unread))))
    case = Case(
        tuple(texts), graph.outputs,
        tuple(random.choices(NUMBERS, k=len(graph.inputs) + len(graph.parameters))),
        tuple(random.choices(ERRORS, k=len(graph.outputs))),
    )
    good = is_tame(case) if tame else max(map(abs, case.known.values())) < 1000
    return case if good else None
