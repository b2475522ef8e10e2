"""Where the published DAG code looks for a parameter: one path from the output, if it finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from cgp_reference.as_published.linear import PublishedError
from cgp_reference.as_published.terms import Term


@dataclass(frozen=True)
class Path:
    """What is multiplied for one parameter.

    Args:
        arcs: terms whose partial for their variable is a factor, from the output on.
        last: the term of the parameter, whose partial for the parameter is the last factor.
    """

    arcs: tuple[Term, ...]
    last: Term


def paths_to_parameters(nodes: Mapping[str, tuple[Term, ...]], output: str) -> dict[str, Path]:
    """Parameter -> its path, by first appearance."""
    return {
        term.parameter: Path(tuple(_arcs(nodes, _walk(nodes, output, node), term)), term)
        for node, terms in nodes.items() for term in terms if term.parameter is not None
    }


def _walk(nodes: Mapping[str, tuple[Term, ...]], output: str, node: str) -> list[str]:
    """The nodes from the output to `node`: at most two arcs away, else only `node` itself.

    The parameter of a node further away is moved as if its node were the output.
    """
    if node == output or node in _read_by(nodes, output):
        return list(dict.fromkeys([output, node]))
    if inputs := [name for name in _read_by(nodes, output) if name not in nodes]:
        raise PublishedError(
            f"the output reads the input {inputs[0]!r}, and a parameter stands behind other nodes",
            expected="an output that reads nodes only: the published search for paths stops there",
        )
    between = [name for name in _read_by(nodes, output) if node in _read_by(nodes, name)]
    return [*(name for middle in reversed(between) for name in (output, middle)), node]


def _arcs(
    nodes: Mapping[str, tuple[Term, ...]], walk: list[str], last: Term
) -> list[Term]:
    """The term of each arc; of several with one variable, the published code keeps the last."""
    arcs = []
    for node, variable in pairwise([*walk, last.variable]):
        found = [term for term in nodes[node] if term.variable == variable]
        if not found:
            raise PublishedError(
                f"two paths lead from {walk[0]!r} to {last.parameter!r}",
                expected="one: the published code multiplies them into one and stops",
            )
        arcs.append(found[-1])
    return arcs


def _read_by(nodes: Mapping[str, tuple[Term, ...]], node: str) -> list[str]:
    return [term.variable for term in nodes[node]]
