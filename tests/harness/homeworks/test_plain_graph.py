"""The graph that students get evaluates as the engine does, and says what is missing."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings

from cgp_harness.kinds.backprop.contract.plain_graph import OPERATIONS, GraphValueError, Node
from cgp_harness.kinds.backprop.probes.case import plain
from cgp_reference.activation import ACTIVATIONS
from cgp_reference.expressions.arithmetic import OPERATORS
from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from tests.reference.graph.random_graphs import graphs, points, tame


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(graphs(), points)
def test_nodes_in_order_have_the_values_of_the_engine(drawn, point):
    graph = tame(drawn[0], point)
    values = {name: point[name] for name in (*graph.inputs, *graph.parameters)}
    for node in plain(graph).nodes:
        assert not set(node.arguments) - set(values)        # each comes after those that it reads
        values[node.name] = node.value(values)
    assert values == pytest.approx(forward(graph, point), rel=1e-12)


def test_every_operator_and_activation_of_the_engine_is_there():
    assert set(OPERATIONS) == {*OPERATORS, *ACTIVATIONS}


@pytest.mark.parametrize("symbol", ["/", "^"])
def test_quotients_and_powers_are_those_of_numpy_even_where_python_raises(symbol):
    numbers = [0.0, -0.0, 2.0, -8.0, 0.5, -1.0, 3.0, 1e200, -1e200, math.inf, math.nan]
    for a in numbers:
        for b in numbers:
            with np.errstate(all="ignore"):
                expected = OPERATORS[symbol].value(np.float64(a), np.float64(b))
            if symbol == "^" and a == 0 and b < 0 and math.copysign(1, a) < 0:
                continue        # numpy has -inf at (-0.0)^-1, to which no difference comes
            np.testing.assert_equal(OPERATIONS[symbol](a, b), float(expected), f"{a} {symbol} {b}")


def test_activations_do_not_overflow():
    assert OPERATIONS["sigmoid"](1000.0) == 1.0
    assert OPERATIONS["sigmoid"](-1000.0) == 0.0
    assert [OPERATIONS["relu"](x) for x in (-1.0, 0.0, 2.0)] == [0.0, 0.0, 2.0]


def test_nothing_of_a_graph_can_be_changed_and_no_partial_is_in_it():
    graph = plain(Graph.of(["xp = a*xa", "xq = sigmoid(ab*xp)"]))
    with pytest.raises(dataclasses.FrozenInstanceError):
        graph.nodes[0].name = "xz"
    assert {field.name for field in dataclasses.fields(Node)} == {
        "name", "text", "arguments", "parameters", "program"}
    program = ("ab", "xp", ("*", (0, 1)), ("sigmoid", (2,)))
    assert graph.nodes[1] == Node("xq", "xq = sigmoid(ab*xp)", ("xp",), ("ab",), program)
    assert (graph.inputs, graph.parameters, graph.outputs) == (("xa",), ("a", "ab"), ("xq",))


@pytest.mark.parametrize(("values", "message"), [
    ({"ab": 1.0}, "there is no value of 'xa' to evaluate 'xp = ab*xa' at\n"
                  "  expected a number for each of xa, ab"),
    ({"ab": None, "xa": 1.0}, "the value of 'ab' is None, for 'xp = ab*xa'\n"
                              "  expected a number for each of xa, ab"),
    ({"ab": 1j, "xa": 1.0}, "the value of 'ab' is 1j, for 'xp = ab*xa'\n"
                            "  expected a number for each of xa, ab"),
])
def test_what_cannot_be_evaluated_is_named(values, message):
    node = plain(Graph.of(["xp = ab*xa"])).nodes[0]
    with pytest.raises(GraphValueError) as caught:
        node.value(values)
    assert str(caught.value) == message
