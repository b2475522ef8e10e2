"""Known mistakes in a node's partials, and what each makes of an expression.

Partials are taken as the chain rule takes them, from the root of the expression to its names; a
mistake changes one factor on the way, or how the ways are put together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Set

from cgp_harness.kinds.backprop.contract.plain_graph import OPERATIONS, Graph, Instruction, Node
from cgp_harness.kinds.backprop.questions import Partials
from cgp_harness.probing.flag import flag

FLAGS = (
    flag("activation_derivative_dropped",
         "with the derivative of the activation left out",
         "A partial of g(u) is g'(u) times the partial of u, for arguments and parameters alike.",
         "activation", "Eq. 18", readings=2),
    flag("activation_derivative_dropped_for_arguments",
         "with the derivative of the activation left out of the partials for arguments",
         "What passes an error back needs g'(u) as much as what changes a parameter does: the "
         "error of a layer before is taken at its output, after the activation.",
         "activation", "Eqs. 24 and 30", readings=2),
    flag("activation_derivative_dropped_for_parameters",
         "with the derivative of the activation left out of the partials for parameters",
         "The gradient for a parameter inside g(u) has the factor g'(u).",
         "activation", "Eq. 29", readings=2),
    flag("activation_derivative_at_output",
         "with the derivative of the activation taken at its output, g'(g(u))",
         "It is taken at what goes in, u; the sigmoid's y*(1 - y) has it from the output y "
         "already.", "activation", "Eq. 26"),
    flag("activation_derivative_of_input",
         "with the derivative of the activation computed from its input as if that were the output",
         "In y*(1 - y) and 1 - y^2, y is the activation's output, not its input.",
         "activation", "Eq. 26"),
    flag("wrong_factor", "with the wrong factor of a product",
         "The partial of a*b for a is b.", "product", "Eq. 18"),
    flag("exponent_dropped", "with the exponent not brought down",
         "The partial of x^n for x is n*x^(n-1).", "power"),
    flag("exponent_not_lowered", "with the exponent not lowered by 1",
         "The partial of x^n for x is n*x^(n-1).", "power"),
    flag("exponent_as_constant", "with 0 for what stands in an exponent",
         "The partial of a^b for b is a^b*log(a).", "exponent"),
    flag("minus_lost", "with a minus lost", "The partial of a - b for b is -1.", "minus"),
    flag("quotient_sign", "with the sign of a denominator's partial lost",
         "The partial of a/b for b is -a/b^2.", "quotient"),
    flag("quotient_not_squared", "with the denominator not squared in its own partial",
         "The partial of a/b for b is -a/b^2.", "quotient"),
    flag("first_occurrence_only", "with only the first place of a name counted",
         "A name that stands in an expression several times has a partial that is the sum over "
         "all of its places.", "occurrences", "Eq. 18"),
    flag("last_occurrence_only", "with only the last place of a name counted",
         "A name that stands in an expression several times has a partial that is the sum over "
         "all of its places.", "occurrences", "Eq. 18"),
    flag("total_derivatives", "with paths through other nodes counted in",
         "A partial is at fixed other names: only the node's own expression counts, and "
         "backward() follows the rest of a path.", "paths", "Eq. 15", readings=2),
    flag("absolute_partials", "without their signs", "A partial may be negative.", "sign"),
    flag("sign_flipped", "with the sign flipped", "A partial is the change of the value, as it is.",
         "sign"),
    # Both at once is 0 everywhere, or a factor: a difference times its step is nearly that.
    flag("arguments_zero", "with 0 for every argument",
         "Without the partials for its arguments no error gets past a node.", "zero",
         "Eq. 24"),
    flag("parameters_zero", "with 0 for every parameter",
         "Parameters are names of the expression like any other.", "zero", "Eq. 29"),
)

Results = list[float]


def partials(graph: Graph, values: Mapping[str, float], switches: Set[str]) -> Partials:
    """The table of partials with these mistakes: identifiers, `~2` at a second reading.

    The second reading of a lost derivative of the activation: of the outermost only, which is the
    node's own where a node is g(sum).
    """
    table = {node.name: _of_node(node, values, switches) for node in graph.nodes}
    if "total_derivatives" in switches or "total_derivatives~2" in switches:
        return _total(graph, table, arguments="total_derivatives~2" in switches)
    return table


def _of_node(node: Node, values: Mapping[str, float], switches: Set[str]) -> dict[str, float]:
    results = run(node, values)
    arguments = _swept(node, results, switches, "activation_derivative_dropped_for_arguments")
    parameters = _swept(node, results, switches, "activation_derivative_dropped_for_parameters")
    row = {name: arguments[name] for name in node.arguments}
    row |= {name: parameters[name] for name in node.parameters}
    for zero, names in (("arguments_zero", node.arguments), ("parameters_zero", node.parameters)):
        if zero in switches:
            row |= dict.fromkeys(names, 0.0)
    if "absolute_partials" in switches:
        row = {name: abs(value) for name, value in row.items()}
    if "sign_flipped" in switches:
        row = {name: -value for name, value in row.items()}
    return row


def run(node: Node, values: Mapping[str, float]) -> Results:
    """The result of every instruction of the node's program."""
    results: Results = []
    for one in node.program:
        if isinstance(one, str):
            results.append(values[one])
        elif isinstance(one, float):
            results.append(one)
        else:
            results.append(OPERATIONS[one[0]](*[results[i] for i in one[1]]))
    return results


def _swept(node: Node, results: Results, switches: Set[str], dropped: str) -> dict[str, float]:
    """Partials for all names; `dropped` is the mistake that holds for those asked for."""
    switches = switches | {
        one.replace(dropped, "activation_derivative_dropped") for one in switches
        if one.startswith(dropped)
    }
    arriving = [0.0] * len(results)
    arriving[-1] = 1.0
    places: dict[str, list[float]] = {}
    for position in range(len(results) - 1, -1, -1):
        one = node.program[position]
        if isinstance(one, str):
            places.setdefault(one, []).insert(0, arriving[position])
        elif not isinstance(one, float) and arriving[position]:
            outermost = position == len(results) - 1
            factors = _factors(one, results, results[position], switches, outermost=outermost)
            for i, factor in zip(one[1], factors, strict=True):
                arriving[i] += arriving[position] * factor
    if "first_occurrence_only" in switches:
        return {name: found[0] for name, found in places.items()}
    if "last_occurrence_only" in switches:
        return {name: found[-1] for name, found in places.items()}
    return {name: sum(found) for name, found in places.items()}


def _factors(
    one: Instruction, results: Results, y: float, switches: Set[str], *, outermost: bool
) -> tuple[float, ...]:
    """The partial of an operator's result for each operand."""
    assert isinstance(one, tuple)
    symbol, operands = one
    a = results[operands[0]]
    if len(operands) == 1:
        if symbol == "neg" or (outermost and "activation_derivative_dropped~2" in switches):
            return (-1.0 if symbol == "neg" else 1.0,)
        return (_slope(symbol, a, y, switches),)
    b = results[operands[1]]
    if symbol == "*":
        return (a, b) if "wrong_factor" in switches else (b, a)
    if symbol == "/":
        below = a / b if "quotient_not_squared" in switches else a / b**2
        return 1 / b, below if "quotient_sign" in switches else -below
    if symbol == "^":
        slope = 1.0 if "exponent_dropped" in switches else b
        lowered = OPERATIONS["^"](a, b if "exponent_not_lowered" in switches else b - 1)
        fixed = a <= 0 or "exponent_as_constant" in switches
        return slope * lowered if slope else 0.0, 0.0 if fixed else y * math.log(a)
    return 1.0, -1.0 if symbol == "-" and "minus_lost" not in switches else 1.0


def _slope(symbol: str, x: float, y: float, switches: Set[str]) -> float:
    """The derivative of an activation at `x`, where its value is `y`."""
    if "activation_derivative_dropped" in switches:
        return 1.0
    if "activation_derivative_at_output" in switches:
        return SLOPES[symbol](y, OPERATIONS[symbol](y))
    if "activation_derivative_of_input" in switches:
        return SLOPES[symbol](x, x)
    return SLOPES[symbol](x, y)


SLOPES: Mapping[str, Callable[[float, float], float]] = {
    "sigmoid": lambda x, y: y * (1 - y), "tanh": lambda x, y: 1 - y * y,
    "relu": lambda x, y: float(x > 0), "identity": lambda x, y: 1.0,
}


def _total(graph: Graph, table: Partials, *, arguments: bool) -> Partials:
    """Derivatives along all paths: for parameters, and for arguments too if asked for."""
    along: dict[str, dict[str, float]] = {}
    for node in graph.nodes:
        row = table[node.name]
        along[node.name] = found = dict(row)
        for name in node.arguments:
            for further, value in along.get(name, {}).items():
                found[further] = found.get(further, 0.0) + row[name] * value
    return {
        node.name: {
            name: along[node.name][name] if arguments or name in node.parameters
            else table[node.name][name]
            for name in table[node.name]
        }
        for node in graph.nodes
    }
