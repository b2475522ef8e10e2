"""A student's forward and backward on graphs, and what they may return. Runs in the worker."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cgp_harness.kinds.backprop.answers.lent import Lent
from cgp_harness.kinds.backprop.contract.plain_graph import Graph, Node
from cgp_harness.kinds.backprop.requests import (
    MOST_ABSENT,
    Absent,
    Backpropagated,
    GraphBackward,
    GraphForward,
    Propagated,
)
from cgp_harness.sandbox.worker.arrays import Floats
from cgp_harness.sandbox.worker.returned_words import shown
from cgp_reference.errors import ExplainedError

PAIR = "a pair: the value of every node, and the table of partials"
PARTIALS = "for every node, a dict from its own arguments and parameters to numbers"
GRADIENTS = "a dict from every parameter to the derivative of the loss for it"
LENT = Lent()


class MisfitError(ExplainedError):
    """What was returned is not what the contract asks for."""


def answer(
    request: GraphForward | GraphBackward, target: Any, payload: Floats
) -> tuple[Propagated | Backpropagated, bytes]:
    """Call the student's method on every graph, and take what it returns apart."""
    numbers = iter(payload.tolist())
    if isinstance(request, GraphForward):
        taken = [_forward(target, graph, numbers) for graph in request.graphs]
        return Propagated(), _bytes(taken)
    absent: list[Absent] = []
    taken = []
    for number, graph in enumerate(request.graphs):
        gradients, missing = _backward(target, graph, numbers)
        taken.append(gradients)
        if missing:
            absent.append(Absent(number, tuple(missing[:MOST_ABSENT])))
    return Backpropagated(tuple(absent)), _bytes(taken)


def _forward(target: Any, graph: Graph, numbers: Iterator[float]) -> list[float]:
    given = {name: next(numbers) for name in (*graph.inputs, *graph.parameters)}
    returned = target.forward(LENT.graph(graph), LENT.dict("values", given))
    if not isinstance(returned, (tuple, list)) or len(returned) != 2:
        raise MisfitError(
            f"forward() returned {shown(returned)}", expected=PAIR,
            fix="end it with `return values, partials`")
    values, partials = returned
    _require_mapping(values, "forward() returned as values", "a dict from every node to its value")
    _require_mapping(partials, "forward() returned as partials", PARTIALS)
    _refuse_unknown(values, "the values that forward() returned", _names(graph))
    _refuse_unknown(
        partials, "the partials that forward() returned",
        (*(node.name for node in graph.nodes), *graph.inputs))
    return [
        *(_value(values, node) for node in graph.nodes),
        *(one for node in graph.nodes for one in _of_node(partials, node, graph)),
    ]


def _value(values: Mapping[str, Any], node: Node) -> float:
    if node.name not in values:
        raise MisfitError(
            f"forward() returned no value of {node.name!r}, of {node.text!r}",
            expected="a value of every node")
    return _number(values[node.name], f"the value of {node.name!r}, of {node.text!r},")


def _of_node(partials: Mapping[str, Any], node: Node, graph: Graph) -> list[float]:
    of = f"of {node.name!r}, of {node.text!r}"
    if node.name not in partials:
        raise MisfitError(f"forward() returned no partials {of}", expected=PARTIALS)
    row = partials[node.name]
    _require_mapping(row, f"the partials {of}, are", PARTIALS)
    own = (*node.arguments, *node.parameters)
    _refuse_unknown(row, f"the partials {of}", _names(graph))
    for name, value in row.items():
        # The lecture's own tables have a place for every pair of names, empty where there is none.
        if name not in own and value is not None and value != 0:
            raise MisfitError(
                f"the partials {of}, hold {name!r}, which the expression does not",
                expected=f"its own names only: {', '.join(own)}",
                fix="leave it out; backward() follows the path to it")
    for name in own:
        if name not in row:
            raise MisfitError(
                f"forward() returned no partial {of}, for {name!r}",
                expected=f"one for each of {', '.join(own)}")
    return [_number(row[name], f"the partial {of}, for {name!r}") for name in own]


def _backward(
    target: Any, graph: Graph, numbers: Iterator[float]
) -> tuple[list[float], list[str]]:
    """The gradients, 0 for those that are missing, and which are."""
    partials = LENT.dict("partials", {})
    for place, node in enumerate(graph.nodes):
        partials[node.name] = LENT.dict(
            place, {name: next(numbers) for name in (*node.arguments, *node.parameters)})
    errors = LENT.dict("errors", {name: next(numbers) for name in graph.outputs})
    returned = target.backward(LENT.graph(graph), partials, errors)
    _require_mapping(
        returned, "backward() returned", GRADIENTS, "end it with `return gradients`")
    _refuse_unknown(returned, "the gradients that backward() returned", _names(graph))
    gradients = [
        _number(returned[name], f"the gradient for {name!r}") if name in returned else 0.0
        for name in graph.parameters
    ]
    return gradients, [name for name in graph.parameters if name not in returned]


def _names(graph: Graph) -> tuple[str, ...]:
    return (*graph.parameters, *graph.inputs, *(node.name for node in graph.nodes))


def _require_mapping(value: object, before: str, expected: str, fix: str = "") -> None:
    if not isinstance(value, Mapping):
        raise MisfitError(f"{before} {shown(value)}", expected=expected, fix=fix)


def _refuse_unknown(given: Mapping[Any, Any], which: str, known: Sequence[str]) -> None:
    """Names of the graph that are not asked for do no harm; other names are slips."""
    for name in given:
        if type(name) is Node:
            raise MisfitError(
                f"{which} have a node itself for a key", expected="the names of nodes",
                fix="write `node.name` where `node` is the key")
        if name not in known:
            raise MisfitError(
                f"{which} hold {name!r:.60}, which is no name of theirs",
                expected=f"names among {', '.join(known)}")


def _number(value: Any, which: str) -> float:
    """A real number as a float: numpy's and torch's kinds too, if there is one only."""
    if not isinstance(value, (str, bytes, bytearray, bool)) and not _is_complex(value):
        try:
            return float(value)
        except OverflowError:
            raise MisfitError(
                f"{which} is {shown(value)}", expected="a number of at most 1.8e308") from None
        except (TypeError, ValueError, RuntimeError):
            pass
    raise MisfitError(f"{which} is {shown(value)}", expected="a number")


def _is_complex(value: Any) -> bool:
    # float() drops the imaginary part of numpy's complex numbers, with no more than a warning.
    return getattr(getattr(value, "dtype", None), "kind", "") == "c"


def _bytes(rows: Sequence[Sequence[float]]) -> bytes:
    return array("d", [number for row in rows for number in row]).tobytes()
