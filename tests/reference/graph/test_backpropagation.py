import numpy as np
import pytest
import torch
from hypothesis import example, given, note, settings

from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate, jacobian
from cgp_reference.graph.forward import forward
from cgp_reference.graph.values import MissingValueError, ValuesError
from tests.reference.graph.random_graphs import (
    INPUTS,
    NAMES,
    PARAMETERS,
    complex_step,
    graphs,
    points,
    python,
    tame,
)

POINT = {"xa": 0.7, "xab": -0.4, "x": 1.1, "a": 0.9, "ab": -1.3, "abc": 0.6, "b": 1.2}
DAG = ["xx=xa^2", "xy=ab*xx+ac*xa", "xz=bc*xx+xy", "xw=cd*xx+xz^3"]
TORCH = {
    name: lambda x, f=f: f(torch.as_tensor(x, dtype=torch.float64))
    for name, f in {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
                    "identity": lambda x: x}.items()
}
# 1e-10 of the derivative, or 1e-12: both sides round sums of products of numbers up to 100.
SAME = {"rel": 1e-10, "abs": 1e-12}


def gradient_of(texts, output, point=None):
    graph = Graph.of(texts)
    return backpropagate(graph, forward(graph, point or POINT), {output: 1.0})


def autograd(texts, point, output):
    tensors = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in point.items()
    }
    result = torch.as_tensor(python(texts, tensors, TORCH)[output])
    if result.requires_grad:
        result.backward()
    return {name: 0.0 if t.grad is None else t.grad.item() for name, t in tensors.items()}


def test_a_parameter_on_two_paths_gets_both():
    texts = ["xb=ab*xa", "xc=ab*xb+ab^2"]
    assert gradient_of(texts, "xc")["ab"] == pytest.approx(2 * -1.3 * 0.7 + 2 * -1.3, rel=1e-14)


SELECTED = [
    (["xw=relu(xa)^0.5"], "xa"), (["xw=relu(ab*xa)^0.5"], "ab"), (["xw=relu(xa)"], "xa"),
    (["xr=relu(xa)", "xw=xr^0.5"], "xa"), (["xr=relu(ab*xa)", "xw=xr^-1"], "ab"),
    (["xw=relu(xa)*ab"], "xa"),
]


@pytest.mark.parametrize("at", [-1.0, 0.0, 2.0, np.inf, np.nan])
@pytest.mark.parametrize(("texts", "name"), SELECTED)
def test_a_relu_selects_as_torch_s_does(texts, name, at):
    graph, point = Graph.of(texts), {"xa": at, "ab": 0.5}
    with np.errstate(divide="ignore", invalid="ignore"):
        values = forward(graph, {"xa": np.array([at, 3.0]), "ab": 0.5})
        found = backpropagate(graph, values, {"xw": 1.0})[name][0]
        operators = graph.operators()
        swept = operators.backward(
            operators.forward({"xa": at, "ab": 0.5}), {"xw": 1.0})[name]
    wanted = autograd(texts, point, "xw")[name]
    np.testing.assert_allclose([found, swept], [wanted, wanted], rtol=1e-15, atol=0)


def test_a_name_twice_in_one_expression_gets_both():
    assert gradient_of(["xb=xa*xa"], "xb")["xa"] == pytest.approx(1.4, rel=1e-14)


def test_a_node_reached_twice_passes_its_gradient_on_once():
    texts = ["xb=xa^2", "xc=xb", "xd=xb+xc"]
    assert gradient_of(texts, "xd")["xa"] == pytest.approx(2 * 1.4, rel=1e-14)


@pytest.mark.parametrize("texts", [DAG, DAG[::-1], [DAG[i] for i in (2, 0, 3, 1)]])
def test_the_gradient_does_not_depend_on_the_order_of_the_texts(texts):
    point = {"xa": 0.5, "ab": 1.0, "bc": 2.0, "cd": 3.0, "ac": 4.0}
    gradient = gradient_of(texts, "xw", point)
    # xx = 0.25, xz = 0.5 + 0.25 + 2 = 2.75, and dxw/dxz = 3 * 2.75^2
    assert gradient["ab"] == 3 * 2.75**2 * 0.25
    assert gradient["bc"] == 3 * 2.75**2 * 0.25
    assert gradient["ac"] == 3 * 2.75**2 * 0.5
    assert gradient["cd"] == 0.25
    assert gradient["xa"] == pytest.approx(3 * 1.0 + 3 * 2.75**2 * (3 * 1.0 + 4))


@pytest.mark.parametrize(("body", "derivative"), [
    ("ab+xa", 1.0), ("xa-ab", -1.0), ("-ab", -1.0), ("xa*ab", 0.7), ("ab*-xa", -0.7),
    ("ab/xa", 1 / 0.7), ("xa/ab", -0.7 / 1.69), ("ab^2", -2.6), ("ab^3", 3 * 1.69),
    ("ab^-1", -1 / 1.69), ("xa^ab", 0.7**-1.3 * np.log(0.7)), ("tanh(ab)", 1 - np.tanh(1.3)**2),
    ("sigmoid(ab)", np.exp(1.3) / (1 + np.exp(1.3))**2), ("relu(ab)", 0.0), ("relu(-ab)", -1.0),
    ("identity(ab)", 1.0), ("ab^0", 0.0), ("2", 0.0),
])
def test_every_operator_has_its_derivative(body, derivative):
    assert gradient_of([f"xw={body}+xa"], "xw")["ab" if "ab" in body else "xw"] == pytest.approx(
        derivative if "ab" in body else 1.0, rel=1e-14
    )


@settings(max_examples=100, deadline=None, derandomize=True)
@given(graphs(), points)
@example((["xb=ab*xa+ab*xa^2"], "xb"), POINT).via("one parameter on two paths")
@example((["xb=xa*xa"], "xb"), POINT).via("a gradient replaced, not added")
@example((["xb=xa^2", "xc=xb", "xd=xb+xc"], "xd"), POINT).via("a node reached twice")
@example((["xc=x", "xb=2"], "xc"), POINT).via("nodes that only rename or hold a number")
def test_the_gradient_is_the_complex_step_and_torch_autograd(drawn, point):
    texts, output = drawn
    graph = tame(texts, point)
    gradient = backpropagate(graph, forward(graph, point), {output: 1.0})
    torchs = autograd(texts, point, output)
    for name in (*graph.inputs, *graph.parameters):
        exact = complex_step(graph, point, output, name)
        note(f"d{output}/d{name}: got {gradient[name]}, complex {exact}, torch {torchs[name]}")
        assert gradient[name] == pytest.approx(exact, **SAME)
        assert gradient[name] == pytest.approx(torchs[name], **SAME)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(graphs(), points)
def test_several_outputs_add_up(drawn, point):
    texts, _ = drawn
    graph = tame(texts, point)
    values = forward(graph, point)
    seed = {name: float(i + 1) for i, name in enumerate(graph.order)}
    together = backpropagate(graph, values, seed)
    alone = [backpropagate(graph, values, {name: value}) for name, value in seed.items()]
    for name in together:
        size = sum(abs(each[name]) for each in alone)
        assert together[name] == pytest.approx(sum(each[name] for each in alone), abs=1e-13 * size)


def sampled(seed, shapes):
    draw = np.random.default_rng(seed)
    return {name: draw.uniform(-1, 1, shapes.get(name, ())) for name in NAMES}


TEXTS = ["xb=tanh(ab*xa+a*xab)", "xc=sigmoid(abc*xb-b*x)", "xd=xb*xc+a^2/(1+b^2)", "xk=a+b"]


def test_a_batch_is_each_sample_alone():
    graph = Graph.of(TEXTS)
    point = sampled(1, dict.fromkeys(INPUTS, (5,)))
    seed = {"xd": np.arange(1.0, 6.0), "xk": 1.0}
    gradient = backpropagate(graph, forward(graph, point), seed)
    assert {np.shape(each) for each in gradient.values()} == {(5,)}
    for i in range(5):
        alone = point | {name: point[name][i] for name in INPUTS}
        expected = backpropagate(graph, forward(graph, alone), {"xd": i + 1, "xk": 1})
        for name, value in gradient.items():
            assert value[i] == pytest.approx(expected[name], rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("batch", [4, 3])
def test_seeds_are_each_seed_alone_even_with_as_many_seeds_as_samples(batch):
    graph = Graph.of(TEXTS)
    point = sampled(2, dict.fromkeys(INPUTS, (batch,)) | dict.fromkeys(PARAMETERS, (3,)))
    point["xab"] = np.random.default_rng(3).normal(size=(batch, 3))
    values = forward(graph, point)
    gradient = backpropagate(graph, values, {"xd": np.arange(batch), "xk": 1.0})
    rows = jacobian(graph, values, "xd")
    assert {np.shape(each) for each in gradient.values()} == {(batch, 3)}
    assert rows.shape == (batch, 4, 3)
    for s in range(3):
        alone = point | {name: point[name][s] for name in PARAMETERS}
        alone["xab"] = point["xab"][:, s]
        own = forward(graph, alone)
        expected = backpropagate(graph, own, {"xd": np.arange(batch), "xk": 1.0})
        for name in graph.order:
            np.testing.assert_allclose(values[name][:, s], own[name], rtol=1e-13)
        for name, value in gradient.items():
            np.testing.assert_allclose(value[:, s], expected[name], rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(rows[:, :, s], jacobian(graph, own, "xd"), rtol=1e-13)


def test_the_jacobian_has_a_row_per_sample_and_a_column_per_parameter():
    graph = Graph.of(["xw=ab*xa^2+bc*xa+cd"])
    values = forward(graph, {"xa": [1.0, 2.0, 3.0], "ab": 5.0, "bc": 6.0, "cd": 7.0})
    assert jacobian(graph, values, "xw").tolist() == [[1, 1, 1], [4, 2, 1], [9, 3, 1]]


def test_a_single_point_is_a_batch_of_one_and_a_graph_may_have_no_parameter():
    graph = Graph.of(["xw=xa^2"])
    assert jacobian(graph, forward(graph, {"xa": 2.0}), "xw").shape == (1, 0)
    graph = Graph.of(["xw=ab*xa^2"])
    assert jacobian(graph, forward(graph, {"xa": 2, "ab": 1}), "xw").tolist() == [[4.0]]


def test_a_bias_gets_a_gradient_from_every_sample():
    graph = Graph.of(["xw=ab*xa+bias"])
    values = forward(graph, {"xa": np.ones(8), "ab": 1.0, "bias": 0.0})
    assert backpropagate(graph, values, {"xw": 1.0})["bias"].sum() == 8


def test_a_pole_off_the_loss_s_paths_leaves_no_trace():
    graph = Graph.of(["xb=ab*xa", "xc=xa^0.5"])
    values = forward(graph, {"xa": 0.0, "ab": 3.0})
    assert backpropagate(graph, values, {"xb": 1.0})["xa"] == 3.0


def test_a_seed_for_no_variable_is_refused():
    graph = Graph.of(DAG)
    values = forward(graph, {"xa": 1, "ab": 1, "bc": 1, "cd": 1, "ac": 1})
    with pytest.raises(ValuesError) as error:
        backpropagate(graph, values, {"xzz": 1.0})
    assert str(error.value) == (
        "the loss cannot depend on 'xzz'\n"
        "  expected one of xa, xx, xy, xz, xw\n"
        "  fix: did you mean 'xz'?"
    )


def test_values_of_the_nodes_are_needed():
    graph = Graph.of(DAG)
    with pytest.raises(MissingValueError) as error:
        backpropagate(graph, {"xa": 1, "ab": 1, "bc": 1, "cd": 1, "ac": 1}, {"xw": 1.0})
    assert str(error.value) == (
        "there is no value for xx, xy, xz, xw\n"
        "  expected one for each of xa, xx, xy, xz, xw, ab, ac, bc, cd"
    )
