import re

import numpy as np
import pytest
from hypothesis import given, settings

from cgp_reference.graph import Graph
from cgp_reference.graph.forward import forward
from cgp_reference.graph.partials import partial_var_to_param, partial_var_to_var
from tests.reference.graph.random_graphs import INPUTS, graphs, points, tame

DAG = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
# The lecture's sample 1000. Its parameters are read off the printed partials: `xw=cd*xx+…` is
# linear in xx, so that dxw/dxx is cd.
PRINTED = {
    "xa": 0.8933787891895923, "cd": 0.8134345602339721, "ab": 0.6303669260676603,
    "ac": 0.6490757788568668, "bc": 0.08453220669404904,
}
# A difference of numbers near 2, each rounded to 2.2e-16 of itself, divided by 1e-4: 5e-12.
DIGITS = {"rel": 0, "abs": 1e-11}


def printed():
    graph = Graph.of(DAG)
    return graph, forward(graph, PRINTED)


def test_the_lecture_s_printed_prediction_is_reproduced():
    _, values = printed()
    assert values["xw"] == pytest.approx(2.1718835784922437, **DIGITS)


def test_the_lecture_s_printed_partials_for_variables_are_reproduced():
    found = partial_var_to_var(*printed(), method="finite", grad_delta=1e-4)
    assert found["xa"] == {}
    assert found["xx"] == {"xa": 1.786857578379708}  # 2 * xa + 1e-4
    assert found["xy"] == pytest.approx(
        {"xx": 0.6303669260676603, "xa": 0.6490757788568668}, **DIGITS
    )
    assert found["xz"] == pytest.approx(
        {"xx": 0.08453220669404904, "xy": 0.9999999999998899}, **DIGITS
    )
    assert found["xw"] == pytest.approx(
        {"xx": 0.8134345602339721, "xz": 3.970949898415288}, **DIGITS
    )


def test_the_lecture_s_printed_partials_for_parameters_are_reproduced():
    found = partial_var_to_param(*printed(), method="finite", grad_delta=1e-4)
    assert found["xw"]["xx"] == pytest.approx({"cd": 0.7981256609745913}, **DIGITS)
    assert found["xy"]["xx"] == pytest.approx({"ab": 0.798125660973481}, **DIGITS)
    assert found["xy"]["xa"] == pytest.approx({"ac": 0.8933787891896}, **DIGITS)
    assert found["xx"] == found["xa"] == {}


def test_exact_partials_are_the_derivatives_by_hand():
    graph, values = printed()
    found = partial_var_to_var(graph, values)
    assert found["xx"]["xa"] == 2 * PRINTED["xa"]
    assert found["xw"]["xz"] == pytest.approx(3 * values["xz"]**2, rel=1e-15)
    assert partial_var_to_param(graph, values)["xz"]["xx"]["bc"] == values["xx"]


def test_every_variable_has_a_row_and_it_holds_what_its_expression_does():
    graph, values = printed()
    found = partial_var_to_var(graph, values)
    assert tuple(found) == graph.order
    assert {node: tuple(row) for node, row in found.items()} == {
        "xa": (), "xx": ("xa",), "xy": ("xx", "xa"), "xz": ("xx", "xy"), "xw": ("xx", "xz")}
    rows = partial_var_to_param(graph, values)
    assert tuple(rows) == graph.order
    assert {node: {name: tuple(row) for name, row in each.items()}
            for node, each in rows.items()} == {
        "xa": {}, "xx": {}, "xy": {"xx": ("ab",), "xa": ("ac",)}, "xz": {"xx": ("bc",)},
        "xw": {"xx": ("cd",)}}


def test_a_chain_s_partials_are_as_many_as_its_arcs():
    graph = Graph.of([f"x{i + 1}=a{i}*x{i}" for i in range(300)])
    values = forward(graph, {"x0": 1.0, **dict.fromkeys(graph.parameters, 1.0)})
    found = partial_var_to_param(graph, values)
    assert sum(len(row) for each in found.values() for row in each.values()) == 300
    assert sum(map(len, partial_var_to_var(graph, values).values())) == 300


def test_a_parameter_stands_under_each_variable_of_its_term():
    graph = Graph.of(["xw=tanh(ab*xa*xb - bc*xb + bias) "])
    values = forward(graph, {"xa": 0.5, "xb": 2.0, "ab": 1.0, "bc": 1.0, "bias": 0.0})
    found = partial_var_to_param(graph, values)["xw"]
    slope = 1 - np.tanh(-1.0)**2
    assert found["xa"] == pytest.approx({"ab": slope})
    assert found["xb"] == pytest.approx({"ab": slope, "bc": -2 * slope})


@pytest.mark.parametrize("method", ["exact", "finite"])
def test_a_batch_is_each_sample_alone_and_constants_fill_it(method):
    graph = Graph.of(["xb=2*xa", "xc=sigmoid(ab*xb)+xa^2"])
    xa = np.array([-1.0, 0.2, 0.9])
    found = partial_var_to_var(graph, forward(graph, {"xa": xa, "ab": 0.7}), method)
    assert found["xb"]["xa"] == pytest.approx(np.full(3, 2.0))
    for i in range(3):
        alone = partial_var_to_var(graph, forward(graph, {"xa": xa[i], "ab": 0.7}), method)
        assert found["xc"]["xb"][i] == alone["xc"]["xb"]
        assert found["xc"]["xa"][i] == alone["xc"]["xa"]


def test_seeds_are_each_seed_alone():
    graph = Graph.of(["xc=sigmoid(ab*xa)"])
    values = forward(graph, {"xa": [0.5, 1.0, 2.0], "ab": [0.1, 0.2, 0.3]})
    found = partial_var_to_param(graph, values)["xc"]["xa"]["ab"]
    assert found.shape == (3, 3)
    y = values["xc"]
    np.testing.assert_allclose(found, y * (1 - y) * np.array([[0.5], [1.0], [2.0]]), rtol=1e-14)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(graphs(), points)
def test_finite_differences_are_right_to_their_own_error(drawn, point):
    graph = tame(drawn[0], point)
    delta = 1e-4
    values = forward(graph, point)
    exact = partial_var_to_var(graph, values)
    finite = partial_var_to_var(graph, values, "finite", delta)
    for exp in graph.expressions:
        node = exp.dependent_var
        for name in set(exp.right_vars) & set(INPUTS):
            moved = {**values, name: values[name] + delta}
            there = partial_var_to_var(graph, moved)[node][name]
            # The difference is the slope somewhere on the way: half the slope's change off.
            bound = abs(there - exact[node][name]) + 1e-7 * (1 + abs(there))
            assert abs(finite[node][name] - exact[node][name]) <= bound


@pytest.mark.parametrize(("named", "text"), [
    ({"method": "central"}, "method is 'central', not 'exact' or 'finite'"),
    ({"method": "finite", "grad_delta": 0}, "grad_delta is 0, not a positive number"),
])
def test_an_unknown_method_or_a_step_of_nothing_is_refused(named, text):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        partial_var_to_var(*printed(), **named)
