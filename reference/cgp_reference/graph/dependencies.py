"""The graph that a list of expressions makes: what each node depends on, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cgp_reference.activation import ACTIVATIONS, Activation
from cgp_reference.errors import meant
from cgp_reference.expressions.expression import Exp, parse
from cgp_reference.expressions.syntax import is_variable, linear_terms
from cgp_reference.graph.operator_graph import OperatorGraph
from cgp_reference.graph.topological_order import GraphError, in_order

__all__ = ["Graph", "GraphError"]


@dataclass(frozen=True)
class Graph:
    """A directed acyclic graph: nodes are variables, arcs lead from what an expression reads.

    Make one by `Graph.of`. Every mapping and tuple is in an order that the texts alone decide.

    Args:
        expressions: in topological order; where that leaves a choice, as they were given.
        inputs: the variables that have no expression.
        outputs: the variables whose error is the loss.
        variables: by first appearance in the texts as they were given.
        parameters: likewise.
    """

    expressions: tuple[Exp, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    variables: tuple[str, ...]
    parameters: tuple[str, ...]

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        outputs: Sequence[str] | None = None,
        inputs: Sequence[str] | None = None,
        activations: Mapping[str, Activation] = ACTIVATIONS,
    ) -> Graph:
        """Read a graph.

        Args:
            texts: one expression for each node, in any order.
            outputs: nodes; without it, those that no expression reads.
            inputs: every variable without an expression, in the order wanted; without it, by
                first appearance.
            activations: what expressions may call, by name.

        Raises:
            ExpressionError: a text cannot be read.
            GraphError: a variable is defined twice or by itself, or an output or input is none.

        >>> Graph.of(["xy=ab*xx+ac*xa", "xx=xa^2"]).depends_on
        {'xx': ('xa',), 'xy': ('xa', 'xx')}
        """
        if isinstance(texts, str) or not texts:
            raise GraphError(
                "there are no expressions" if not texts else "the expressions are one text",
                expected="a list of texts, one for each node: ['xx=xa^2', 'xy=ab*xx']",
            )
        expressions = in_order(given := [parse(text, activations) for text in texts])
        names = dict.fromkeys(
            name for exp in given for name in (exp.dependent_var, *exp.names)
        )
        variables = tuple(name for name in names if is_variable(name))
        free = _without(variables, [exp.dependent_var for exp in given])
        unread = _without([exp.dependent_var for exp in given],
                          [name for exp in given for name in exp.right_vars])
        return cls(
            expressions=expressions,
            inputs=free if inputs is None else _given_inputs(inputs, free),
            outputs=unread if outputs is None else _given_outputs(outputs, expressions),
            variables=variables,
            parameters=tuple(name for name in names if not is_variable(name)),
        )

    @property
    def order(self) -> tuple[str, ...]:
        """The variables in topological order: the inputs, then the nodes."""
        return (*self.inputs, *(exp.dependent_var for exp in self.expressions))

    @property
    def depends_on(self) -> dict[str, tuple[str, ...]]:
        """Node -> the variables that its expression reads, in topological order."""
        place = {name: i for i, name in enumerate(self.order)}
        return {
            exp.dependent_var: tuple(sorted(exp.right_vars, key=place.__getitem__))
            for exp in self.expressions
        }

    @property
    def leads_to(self) -> dict[str, tuple[str, ...]]:
        """Variable -> the nodes whose expressions read it, in topological order."""
        readers: dict[str, list[str]] = {name: [] for name in self.order}
        for exp in self.expressions:
            for name in exp.right_vars:
                readers[name].append(exp.dependent_var)
        return {name: tuple(nodes) for name, nodes in readers.items() if nodes}

    @property
    def var_to_var_param(self) -> dict[str, dict[str, str]]:
        """Node -> {variable: the parameter that multiplies it}, from its terms `p*x`.

        A term is a part of the sum that the expression is, or of the sum inside the one activation
        that it is; of several terms with one variable, the first counts.
        """
        return {exp.dependent_var: linear_terms(exp.tree) for exp in self.expressions}

    def operators(self) -> OperatorGraph:
        """The same computation as Autograd sees it: every operator is a node."""
        return OperatorGraph.of(
            {exp.dependent_var: exp.tree for exp in self.expressions},
            self.order, self.parameters,
        )


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    excluded = set(others)
    return tuple(name for name in names if name not in excluded)


def _given_outputs(outputs: Sequence[str], expressions: Sequence[Exp]) -> tuple[str, ...]:
    nodes = [exp.dependent_var for exp in expressions]
    if not outputs:
        raise GraphError("there are no outputs", expected=f"one of {', '.join(nodes)}")
    return _given("output", outputs, nodes)


def _given_inputs(inputs: Sequence[str], free: Sequence[str]) -> tuple[str, ...]:
    found = _given("input", inputs, free)
    if missing := _without(free, found):
        raise GraphError(
            f"{missing[0]!r} is neither an input nor has it an expression",
            expected=f"the inputs {', '.join(free)}",
        )
    return found


def _given(kind: str, names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """`names`, each once, if all of them are `known`."""
    for name in (names,) if isinstance(names, str) else names:
        if name not in known:
            raise GraphError(
                f"{name!r} cannot be an {kind}",
                expected=f"one of {', '.join(known)}" if known else "none: there is no such node",
                fix=meant(str(name), known),
            )
    return tuple(dict.fromkeys([names] if isinstance(names, str) else names))
