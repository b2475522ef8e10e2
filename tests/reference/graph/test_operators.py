import numpy as np
import pytest
from hypothesis import example, given, settings

from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.graph.operator_graph import OperatorNode
from tests.reference.graph.random_graphs import graphs, points, tame

POINT = {"xa": 0.7, "xab": -0.4, "x": 1.1, "a": 0.9, "ab": -1.3, "abc": 0.6, "b": 1.2}


def test_every_operator_is_a_node_and_every_name_a_single_leaf():
    operators = Graph.of(["xb=ab*xa-2", "xw=tanh(-xb)*ab"]).operators()
    assert operators.nodes == (
        OperatorNode("input", (), "xa"),
        OperatorNode("parameter", (), "ab"),
        OperatorNode("*", (1, 0), "*"),
        OperatorNode("number", (), "2"),
        OperatorNode("-", (2, 3), "- → xb"),
        OperatorNode("neg", (4,), "-"),
        OperatorNode("tanh", (5,), "tanh"),
        OperatorNode("*", (6, 1), "* → xw"),
    )
    assert operators.edges == (
        (1, 2), (0, 2), (2, 4), (3, 4), (4, 5), (5, 6), (6, 7), (1, 7),
    )
    assert operators.labels == ("xa", "ab", "*", "2", "- → xb", "-", "tanh", "* → xw")


def test_a_node_that_only_renames_has_a_gradient_of_its_own():
    graph = Graph.of(["xb=xa", "xk=2", "xw=xb*xa*xk"])
    operators = graph.operators()
    gradient = operators.backward(operators.forward({"xa": 3.0}), {"xw": 1.0})
    assert gradient == {"xa": 12.0, "xb": 6.0, "xk": 9.0, "xw": 1.0}
    assert gradient == backpropagate(graph, forward(graph, {"xa": 3.0}), {"xw": 1.0})


@settings(max_examples=60, deadline=None, derandomize=True)
@given(graphs(), points)
@example((["xb=ab*xa+ab*xa^2"], "xb"), POINT)
@example((["xb=xa^2", "xc=xb", "xd=xb+xc"], "xd"), POINT)
def test_operators_and_expressions_give_the_same_values_and_gradients(drawn, point):
    texts, output = drawn
    graph = tame(texts, point)
    operators = graph.operators()
    values, results = forward(graph, point), operators.forward(point)
    for name, position in operators.positions.items():
        assert results[position] == values[name]
    seed = {output: 1.0, graph.order[-1]: 2.0, graph.inputs[0]: 3.0} if graph.inputs else {
        output: 1.0
    }
    expected, gradient = backpropagate(graph, values, seed), operators.backward(results, seed)
    # The same sums of the same products, in another order.
    size = max(abs(each) for each in expected.values())
    assert gradient == pytest.approx(expected, rel=1e-12, abs=1e-14 * size)


def test_batches_and_seeds_go_through_operators_as_well():
    graph = Graph.of(["xk=ab+a", "xb=tanh(ab*xa+a)*xk", "xw=xb/(1+xb^2)"])
    point = {"xa": np.linspace(-1, 1, 3), "ab": np.array([0.3, -0.8, 1.1]), "a": 0.4}
    operators = graph.operators()
    seed = {"xw": np.array([1.0, 2.0, 3.0])}
    gradient = operators.backward(operators.forward(point), seed)
    expected = backpropagate(graph, forward(graph, point), seed)
    for name, value in expected.items():
        assert gradient[name].shape == (3, 3)
        np.testing.assert_allclose(gradient[name], value, rtol=1e-13, atol=1e-15)
