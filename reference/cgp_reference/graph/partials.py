"""Partial derivatives of each node for the names in its own expression, exact or by differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from cgp_reference.expressions.expression import Exp
from cgp_reference.expressions.syntax import Name, is_variable, names_below, run, sweep, terms
from cgp_reference.graph.dependencies import Graph
from cgp_reference.graph.values import aligned, spread

Method = Literal["exact", "finite"]
GRAD_DELTA = 1e-4
"""The lecture's step for finite differences; their error is half of it times the curvature."""


def partial_var_to_var(
    graph: Graph, values: Mapping[str, Any], method: Method = "exact",
    grad_delta: float = GRAD_DELTA,
) -> dict[str, dict[str, Any]]:
    r"""Partial of every variable for every variable, as the lecture prints them.

    Args:
        graph: any graph.
        values: as returned by `forward`.
        method: `exact`, or `finite` for the lecture's forward differences.
        grad_delta: step of the differences, in units of the variable.

    Returns:
        `[node][variable]`: :math:`\partial\,node/\partial\,variable` at fixed other names, of the
        node's shape; None where the node's own expression does not hold the variable.

    Raises:
        MissingValueError: a name has no value.
    """
    found = _partials(graph, values, method, grad_delta)
    return {node: {name: found[node].get(name) for name in graph.order} for node in graph.order}


def partial_var_to_param(
    graph: Graph, values: Mapping[str, Any], method: Method = "exact",
    grad_delta: float = GRAD_DELTA,
) -> dict[str, dict[str, dict[str, Any]]]:
    r"""Partial of every variable for every parameter, as the lecture prints them.

    The lecture files each under the variable that the parameter belongs to: `ab` of
    `xw=ab*xa+bc*xb` stands under `xa`. A parameter belongs to each variable with which it shares a
    term. The number is always the partial of the whole node, not to be summed over variables. A
    parameter that shares no term with any (a bias) is not among them: `backpropagate` has it.

    Returns:
        `[node][variable][parameter]`, else as `partial_var_to_var`.
    """
    found = _partials(graph, values, method, grad_delta)
    pairs = {exp.dependent_var: _sharing_a_term(exp) for exp in graph.expressions}
    return {
        node: {
            variable: {
                name: found[node][name] if (variable, name) in pairs.get(node, ()) else None
                for name in graph.parameters
            }
            for variable in graph.order
        }
        for node in graph.order
    }


def exact_partials(exp: Exp, values: Mapping[str, Any]) -> dict[str, Any]:
    """Derivative of `exp` for each of its names, at fixed others: one sweep from root to leaves.

    Parts that hold no name are left out: the exponent of `xa^2` would need the logarithm of `xa`.
    """
    arriving = sweep(exp.tree, run(exp.tree, values), {len(exp.tree) - 1: 1.0})
    partials: dict[str, Any] = dict.fromkeys(exp.names, 0.0)
    for step, change in zip(exp.tree, arriving, strict=True):
        if isinstance(step, Name) and change is not None:
            partials[step.name] = partials[step.name] + change
    return partials


def finite_partials(exp: Exp, values: Mapping[str, Any], grad_delta: float) -> dict[str, Any]:
    """Forward differences `(f(p + delta) - f(p)) / delta`, one evaluation per name."""
    at = exp.value(values)
    return {
        name: (exp.value({**values, name: values[name] + grad_delta}) - at) / grad_delta
        for name in exp.names
    }


def _partials(
    graph: Graph, values: Mapping[str, Any], method: Method, grad_delta: float
) -> dict[str, dict[str, Any]]:
    """Node -> {name of its expression: partial}, of the node's shape; inputs have none."""
    if method not in {"exact", "finite"}:
        raise ValueError(f"method is {method!r}, not 'exact' or 'finite'")
    if not grad_delta > 0:
        raise ValueError(f"grad_delta is {grad_delta}, not a positive number")
    known = aligned(values, graph.order, graph.parameters)
    found: dict[str, dict[str, Any]] = {name: {} for name in graph.inputs}
    for exp in graph.expressions:
        partials = (
            exact_partials(exp, known) if method == "exact"
            else finite_partials(exp, known, grad_delta)
        )
        shape = np.shape(known[exp.dependent_var])
        found[exp.dependent_var] = {
            name: spread(partial, shape) for name, partial in partials.items()
        }
    return found


def _sharing_a_term(exp: Exp) -> set[tuple[str, str]]:
    """The pairs (variable, parameter) that occur together in one term."""
    together = [names_below(exp.tree, position) for position in terms(exp.tree)]
    return {
        (variable, parameter)
        for names in together
        for variable in names if is_variable(variable)
        for parameter in names if not is_variable(parameter)
    }
