"""Cuts a graph on which something fails down to the smallest on which it still does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from cgp_harness.kinds.backprop.probes.case import Case
from cgp_harness.kinds.backprop.probes.grammar import Tree, leaves, names, replaced, text
from cgp_reference.graph import Graph

CALLS, SECONDS = 400, 10.0
"""Graphs that are tried, and the time for them where a submission is slow."""
PLAIN = 0.5
NODES = ("xp", "xq", "xr", "xs", "xt", "xu")
INPUTS = ("xa", "xb", "xc", "xd")
PARAMETERS = ("a", "b", "c", "d", "e", "f", "g", "h")


def smallest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A smaller graph on which `fails` is true, or the same.

    Args:
        case: it fails.
        fails: asked once for each graph that is tried.
    """
    left, end = CALLS, time.monotonic() + SECONDS
    seen = {case}

    def still(other: Case) -> bool:
        nonlocal left
        if other in seen or left == 0 or time.monotonic() > end:
            return False
        seen.add(other)
        left -= 1
        return fails(other)

    while found := next((
        one for one in _simpler(case) if _weight(one) < _weight(case) and still(one)
    ), None):
        case = found
    plain = renamed(case, _plain_names(case))
    return plain if still(plain) else case


def renamed(case: Case, names_of: Mapping[str, str]) -> Case:
    """The same graph with other names."""
    trees = [_with_names(tree, names_of) for tree in case.trees]
    return Case(
        tuple(f"{names_of[node.name]} = {text(tree)}"
              for node, tree in zip(case.graph.nodes, trees, strict=True)),
        tuple(names_of[name] for name in case.outputs), case.values, case.errors, case.far)


def _weight(case: Case) -> tuple[int, int, int, int]:
    nodes, letters, digits = case.size
    odd = sum((number != PLAIN) + (abs(number) != PLAIN) for number in (*case.values, *case.errors))
    return nodes + len(case.outputs), letters, odd, digits


def _simpler(case: Case) -> Iterator[Case]:
    yield from _without_a_node(case)
    if len(case.outputs) > 1:
        for name in case.outputs:
            yield _made(case, dict(zip(_nodes(case), case.trees, strict=True)),
                        {one: error for one, error in case.error_of.items() if one != name})
    for one_of in case.graph.nodes:
        for name in (*one_of.arguments, *one_of.parameters):
            if one_of.name not in case.outputs:  # what read the node reads this in its place
                trees = {
                    one: _with_names(tree, {one_of.name: name})
                    for one, tree in zip(_nodes(case), case.trees, strict=True)
                    if one != one_of.name}
                yield _made(case, trees, case.error_of)
    for i, node in enumerate(_nodes(case)):
        for tree in replaced(case.trees[i], _cuts):
            if names(tree):
                trees = dict(zip(_nodes(case), case.trees, strict=True)) | {node: tree}
                yield _made(case, trees, case.error_of)
    for i in range(len(case.values)):
        for number in (PLAIN, -PLAIN, 1.5):
            yield replace(case, values=(*case.values[:i], number, *case.values[i + 1:]))
    for i in range(len(case.errors)):
        yield replace(case, errors=(*case.errors[:i], PLAIN, *case.errors[i + 1:]))


def _without_a_node(case: Case) -> Iterator[Case]:
    """What read the node has an input in its place, of the same number."""
    for name in reversed(_nodes(case)):
        trees = dict(zip(_nodes(case), case.trees, strict=True))
        del trees[name]
        errors = {one: error for one, error in case.error_of.items() if one != name}
        if errors:
            yield _made(case, trees, errors)
        else:
            for other in reversed(trees):
                yield _made(case, trees, {other: PLAIN})


def _cuts(tree: Tree) -> Iterator[Tree]:
    """One of a part's operands, or one of its leaves, in its place."""
    if isinstance(tree, tuple):
        yield from tree[1:]
        yield from dict.fromkeys(leaves(tree))


def _made(case: Case, trees: Mapping[str, Tree], errors: Mapping[str, float]) -> Case:
    texts = [f"{name} = {text(tree)}" for name, tree in trees.items()]
    graph = Graph.of(texts, tuple(errors))
    return Case(
        tuple(texts), graph.outputs,
        tuple(case.known[name] for name in (*graph.inputs, *graph.parameters)),
        tuple(errors[name] for name in graph.outputs), case.far)


def _nodes(case: Case) -> list[str]:
    return [node.name for node in case.graph.nodes]


def _plain_names(case: Case) -> dict[str, str]:
    more = [f"{i}" for i in range(2, 100)]
    return {
        name: plain
        for found, prepared, stem in (
            (_nodes(case), NODES, "xp"), (case.graph.inputs, INPUTS, "xa"),
            (case.graph.parameters, PARAMETERS, "a"))
        for name, plain in zip(found, (*prepared, *(f"{stem}{i}" for i in more)), strict=False)
    }


def _with_names(tree: Tree, names_of: Mapping[str, str]) -> Tree:
    if isinstance(tree, str):
        return names_of.get(tree, tree)
    return (tree[0], *(_with_names(operand, names_of) for operand in tree[1:]))
