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
    r"""Partial of every variable for the variables in its own expression.

    Args:
        graph: any graph.
        values: as returned by `forward`.
        method: `exact`, or `finite` for the lecture's forward differences.
        grad_delta: step of the differences, in units of the variable.

    Returns:
        `[node][variable]`: :math:`\partial\,node/\partial\,variable` at fixed other names, of the
        node's shape. Every variable has a row, an input's is empty; what stands in no expression is
        left out: a table of all pairs would be as large as the square of the graph.

    Raises:
        MissingValueError: a name has no value.
    """
    return {
        node: {name: partial for name, partial in row.items() if is_variable(name)}
        for node, row in _partials(graph, values, method, grad_delta).items()
    }


def partial_var_to_param(
    graph: Graph, values: Mapping[str, Any], method: Method = "exact",
    grad_delta: float = GRAD_DELTA,
) -> dict[str, dict[str, dict[str, Any]]]:
    r"""Partial of every variable for the parameters in its own expression.

    The lecture files each under the variable that the parameter belongs to: `ab` of
    `xw=ab*xa+bc*xb` stands under `xa`. A parameter belongs to each variable with which it shares a
    term. The number is always the partial of the whole node, not to be summed over variables. A
    parameter that shares no term with any (a bias) is not among them: `backpropagate` has it.

    Returns:
        `[node][variable][parameter]`, else as `partial_var_to_var`.
    """
    found = _partials(graph, values, method, grad_delta)
    sharing = {exp.dependent_var: _sharing_a_term(exp) for exp in graph.expressions}
    return {
        node: {
            variable: {name: row[name] for name in names}
            for variable, names in sharing.get(node, {}).items()
        }
        for node, row in found.items()
    }


def exact_partials(exp: Exp, values: Mapping[str, Any]) -> dict[str, Any]:
    """Derivative of `exp` for each of its names, at fixed others."""
    return shares(exp, values, 1.0)


def shares(exp: Exp, values: Mapping[str, Any], arriving: Any) -> dict[str, Any]:
    """What of a loss's derivative for the node comes to each name: one sweep from root to leaves.

    Parts that hold no name are left out: the exponent of `xa^2` would need the logarithm of `xa`.
    `arriving` goes through the sweep, since an infinite one times a partial of 0 is no number,
    where a ReLU that is switched off lets nothing through.
    """
    passed = sweep(exp.tree, run(exp.tree, values), {len(exp.tree) - 1: arriving})
    found: dict[str, Any] = dict.fromkeys(exp.names, 0.0)
    for step, change in zip(exp.tree, passed, strict=True):
        if isinstance(step, Name) and change is not None:
            found[step.name] = found[step.name] + change
    return found


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


def _sharing_a_term(exp: Exp) -> dict[str, dict[str, None]]:
    """Variable -> the parameters that occur with it in one term, both as they appear."""
    found: dict[str, dict[str, None]] = {}
    for position in terms(exp.tree):
        names = names_below(exp.tree, position)
        parameters = dict.fromkeys(name for name in names if not is_variable(name))
        for variable in filter(is_variable, names) if parameters else ():
            found.setdefault(variable, {}).update(parameters)
    return found
