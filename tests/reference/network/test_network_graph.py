"""A network as a graph: the lecture's names, LayeredNetwork's rows, values and gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cgp_reference.activation import ACTIVATIONS, SIGMOID, Activation
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.expressions.tokens import ExpressionError
from cgp_reference.graph import Graph
from cgp_reference.graph.backpropagation import backpropagate
from cgp_reference.graph.forward import forward
from cgp_reference.network import LayeredNetwork, NetworkError
from cgp_reference.network.as_graph import by_name, network_graph, neuron, packed
from cgp_reference.optimizers import adam, sgd_plus
from cgp_reference.train import train
from cgp_reference.train.graphs import train_graph
from tests.reference.network.network_cases import case


@st.composite
def networks(draw):
    layers = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    names = st.sampled_from(list(ACTIVATIONS))
    return LayeredNetwork(tuple(layers), [draw(names) for _ in layers[1:]])


def values_of(network, parameters, inputs):
    graph = network_graph(network)
    return graph, forward(graph, {
        **by_name(graph.inputs, inputs), **by_name(graph.parameters, parameters)})


def test_the_lectures_networks_have_its_names():
    assert [exp.exp for exp in network_graph(LayeredNetwork((4, 1))).expressions] == [
        "xw=sigmoid(ab*xa+bc*xb+cd*xc+ac*xd+bias_xw)",
    ]
    graph = network_graph(LayeredNetwork((4, 2, 1), ["tanh", "sigmoid"]))
    assert [exp.exp for exp in graph.expressions] == [
        "xw=tanh(ap*xp+aq*xq+ar*xr+as*xs+bias_xw)",
        "xz=tanh(bp*xp+bq*xq+br*xr+bs*xs+bias_xz)",
        "xo=sigmoid(cp*xw+cq*xz+bias_xo)",
    ]
    assert graph.inputs == ("xp", "xq", "xr", "xs")
    assert graph.outputs == ("xo",)
    assert graph.var_to_var_param["xo"] == {"xw": "cp", "xz": "cq"}


@given(networks())
@settings(max_examples=30, deadline=None)
def test_parameters_in_order_of_appearance_are_the_rows(network):
    graph = network_graph(network)
    sizes = [len(graph.inputs), *np.unique([
        name.split("_")[0] for name in graph.order[len(graph.inputs):]], return_counts=True)[1]]
    assert len(graph.parameters) == network.size
    if network.layers in {(4, 1), (4, 2, 1)}:   # these have the lecture's names
        return
    assert tuple(sizes) == network.layers
    for layer, units in enumerate(network.layers[1:], 1):
        for unit in range(units):
            assert graph.parameters[network.bias_row(layer, unit)] == f"bias_x{layer}_{unit}"
            for source in range(network.layers[layer - 1]):
                row = network.row(layer, unit, source)
                assert graph.parameters[row] == f"w{layer}_{unit}_{source}"


@given(networks(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_outputs_and_gradients_are_the_layered_networks(network, seed):
    parameters, inputs, labels = case(network, seed=seed)
    graph, values = values_of(network, parameters, inputs)
    predictions = packed(graph.outputs, values)
    assert predictions == pytest.approx(network.outputs(parameters, inputs), rel=1e-12, abs=1e-14)
    errors = (predictions - labels) * (2 / inputs.shape[1])
    by_sample = backpropagate(graph, values, by_name(graph.outputs, errors))
    gradient = packed(graph.parameters, by_sample).sum(axis=1)
    expected = network.gradient(parameters, inputs, labels)[1]
    assert gradient == pytest.approx(expected, rel=1e-12, abs=1e-12 * np.abs(expected).max())


@pytest.mark.parametrize("rule", [sgd_plus, adam], ids=lambda rule: rule.name)
@pytest.mark.parametrize("layers", [(4, 1), (4, 2, 1), (4, 3, 2, 1)], ids=str)
def test_training_the_graph_is_training_the_network(layers, rule):
    network, seeds, count = LayeredNetwork(layers, "tanh"), [4, 9], 100
    batches = Batches(two_gaussians(dimensions=4, size=200, seed=0), size=8)
    blocks = list(batches.blocks(seeds, count))
    inputs = np.concatenate([block.inputs for block in blocks], axis=1).reshape(4, -1, len(seeds))
    labels = np.concatenate([block.labels for block in blocks]).reshape(1, -1, len(seeds))
    graph = network_graph(network)
    ours = train_graph(
        graph, by_name(graph.inputs, inputs), by_name(graph.outputs, labels),
        rule, {"lr": 1e-2}, batch=8, iterations=count, seeds=seeds,
    )
    theirs = train(network, batches, rule, {"lr": 1e-2}, count, seeds)
    assert ours.losses == pytest.approx(theirs.losses, rel=1e-10)
    assert packed(graph.parameters, ours.parameters) == pytest.approx(
        theirs.parameters, rel=1e-10, abs=1e-12)


def test_a_registered_activation_is_called_by_its_name():
    square = Activation("square", lambda x: x * x, lambda x, y: 2 * x)
    network = LayeredNetwork((2, 2, 1), [square, "identity"])
    parameters, inputs, _ = case(network)
    graph, values = values_of(network, parameters, inputs)
    assert graph.expressions[0].exp == "x1_0=square(w1_0_0*x0_0+w1_0_1*x0_1+bias_x1_0)"
    assert values["x2_0"] == pytest.approx(network.outputs(parameters, inputs)[0], rel=1e-12)


def test_two_activations_of_one_name_are_refused():
    other = Activation("sigmoid", lambda x: x, lambda x, y: 1.0)
    with pytest.raises(NetworkError) as caught:
        network_graph(LayeredNetwork((2, 2, 1), [SIGMOID, other]))
    assert str(caught.value) == (
        "two activations are called 'sigmoid'\n  expected names that tell them apart")


def test_an_activation_whose_name_is_none_is_shown_in_its_place():
    with pytest.raises(ExpressionError) as caught:
        network_graph(LayeredNetwork((1, 1), Activation("3x", abs, lambda x, y: 1.0)))
    assert str(caught.value) == (
        "'x' cannot follow '3'\n"
        "  at column 7\n"
        "    x1_0=3x(w1_0_0*x0_0+bias_x1_0)\n"
        "          ^\n"
        "  expected one of + - * / ^, or the end")


def test_a_neuron_is_the_lectures_sum_with_bias_and_activation():
    assert neuron(" xw = ab*xa", "relu") == " xw =relu( ab*xa+bias_xw)"
    assert Graph.of([neuron(" xw = ab*xa")]).parameters == ("ab", "bias_xw")


def test_packing_is_undone_by_name():
    network = LayeredNetwork((4, 2, 1))
    graph, parameters = network_graph(network), case(network)[0]
    named = by_name(graph.parameters, parameters)
    assert (packed(graph.parameters, named) == parameters).all()
    assert (named["cq"] == parameters[network.row(layer=2, unit=0, source=1)]).all()
    packed(graph.parameters, named)[:] = 7
    assert not (parameters == 7).any()


def test_planes_that_are_too_few_are_refused():
    with pytest.raises(NetworkError) as caught:
        by_name(("xa", "xb"), np.zeros((1, 5, 3)))
    assert str(caught.value) == (
        "an array of shape (1, 5, 3) for xa, xb\n  expected a first axis of 2: one plane per name")


def test_values_that_are_missing_are_refused():
    with pytest.raises(NetworkError) as caught:
        packed(("ab", "bc", "cd"), {"bc": 1.0})
    assert str(caught.value) == (
        "there is no value for ab, cd\n  expected one for each of ab, bc, cd")
