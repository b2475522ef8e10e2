"""Layered networks: gradients against the complex step and torch, many seeds against one."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, note, settings
from hypothesis import strategies as st

from cgp_reference.activation import ACTIVATIONS, SIGMOID, Activation
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.network import LayeredNetwork, NetworkError, passes
from cgp_reference.network.products import seeds_first
from cgp_reference.optimizers import sgd
from cgp_reference.train import train
from cgp_reference.train.torch_baseline import load, packed, squared_error
from tests.reference.network.network_cases import by_hand, case, squared

STEP = 1e-30        # of the complex step: exact to rounding, since nothing is subtracted
COMPLEX = {
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "relu": lambda x: x * (x.real > 0),
    "identity": lambda x: x,
}
TORCH = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu,
         "identity": lambda x: x}


@st.composite
def networks(draw):
    layers = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=5)))
    names = st.sampled_from(sorted(ACTIVATIONS))
    activation = tuple(draw(names) for _ in layers[1:])
    return LayeredNetwork(layers, activation)


@given(networks(), st.integers(1, 3), st.integers(0, 99))
@example(LayeredNetwork((4, 1)), 1, 0).via("the lecture's one neuron")
@example(LayeredNetwork((4, 2, 1)), 1, 0).via("error passed back without the sigmoid's derivative")
@example(LayeredNetwork((2, 3, 3, 2)), 2, 0).via("several paths, several outputs")
@settings(max_examples=60, deadline=None, derandomize=True)
def test_gradient_is_the_complex_step_and_torchs_own(network, seeds, seed):
    parameters, inputs, labels = case(network, seeds=seeds, seed=seed)
    loss, gradient = network.gradient(parameters, inputs, labels)
    names = [each.name for each in network.activations]
    for s in range(seeds):
        exact = []
        for row in range(network.size):
            nudged = parameters[:, s] + 1j * STEP * (np.arange(network.size) == row)
            found = by_hand(network, nudged, inputs[..., s] + 0j, [COMPLEX[name] for name in names])
            exact.append(np.imag(squared(labels[..., s], found)) / STEP)
        leaf = torch.tensor(parameters[:, s], requires_grad=True)
        predicted = by_hand(network, leaf, torch.tensor(inputs[..., s]), [TORCH[n] for n in names])
        theirs = squared(torch.tensor(labels[..., s]), predicted)
        theirs.backward()
        note(f"got {gradient[:, s]}, complex step {exact}, torch {leaf.grad}")
        assert loss[s] == pytest.approx(theirs.item(), rel=1e-12)
        for expected in (np.array(exact), leaf.grad.numpy()):
            scale = np.max(np.abs(expected))        # where two paths cancel, so do the digits
            assert gradient[:, s] == pytest.approx(expected, rel=1e-10, abs=1e-12 * scale + 1e-300)


@given(networks(), st.integers(0, 99))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_jacobian_gives_the_gradient_of_the_loss(network, seed):
    # Eq. 7: dL/dp = 2 J'e / B, with e = prediction - label, over all outputs
    parameters, inputs, labels = case(network, batch=6, seed=seed)
    jacobian = network.jacobian(parameters, inputs)
    assert jacobian.shape == (network.layers[-1], 6, network.size, 3)
    errors = network.outputs(parameters, inputs) - labels
    expected = 2 / 6 * np.einsum("kbds,kbs->ds", jacobian, errors)
    gradient = network.gradient(parameters, inputs, labels)[1]
    assert gradient == pytest.approx(expected, rel=1e-10, abs=1e-13)


@given(networks(), st.integers(2, 40), st.integers(0, 99))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_seeds_at_once_are_each_alone(network, seeds, seed):
    parameters, inputs, labels = case(network, seeds=seeds, seed=seed)
    loss, gradient = network.gradient(parameters, inputs, labels)
    jacobian = network.jacobian(parameters, inputs)
    outputs = network.outputs(parameters, inputs)
    for s in range(seeds):
        one = np.s_[..., s:s + 1]
        alone = network.gradient(parameters[one], inputs[one], labels[one])
        assert loss[s] == pytest.approx(alone[0][0], rel=1e-12)
        scale = np.max(np.abs(gradient[:, s]))
        assert gradient[:, s] == pytest.approx(alone[1][:, 0], rel=1e-12, abs=1e-13 * scale)
        assert outputs[one] == pytest.approx(
            network.outputs(parameters[one], inputs[one]), rel=1e-12, abs=1e-14)
        assert jacobian[one] == pytest.approx(
            network.jacobian(parameters[one], inputs[one]), rel=1e-12, abs=1e-13)


def test_one_neuron_is_equation_18_by_hand():
    network = LayeredNetwork((2, 1))
    parameters = np.array([[0.5], [-1.0], [0.25]])
    inputs = np.array([[[1.0], [0.5]], [[0.75], [-0.5]]])       # two samples: (1, .75), (.5, -.5)
    labels = np.array([[1.0], [0.0]])
    y = 1 / (1 + np.exp(-np.array([0.5 - 0.75 + 0.25, 0.25 + 0.5 + 0.25])))     # sums 0 and 1
    delta = -2 * (labels[:, 0] - y) * y * (1 - y) / 2                           # batch of 2
    expected = [delta @ [1.0, 0.5], delta @ [0.75, -0.5], delta.sum()]
    loss, gradient = network.gradient(parameters, inputs, labels)
    assert loss == pytest.approx(((labels[:, 0] - y) ** 2).mean(), rel=1e-15)
    assert gradient[:, 0] == pytest.approx(expected, rel=1e-14)


def test_rows_name_every_parameter_once():
    network = LayeredNetwork((3, 2, 4))
    rows = [network.row(layer, unit, source) for layer in (1, 2)
            for unit in range(network.layers[layer]) for source in range(network.layers[layer - 1])]
    biases = [network.bias_row(layer, unit) for layer in (1, 2)
              for unit in range(network.layers[layer])]
    assert sorted(rows + biases) == list(range(network.size)) == list(range(20))
    parameters = np.arange(40.0).reshape(20, 2)
    hidden, output = network.by_layer(parameters)
    assert np.array_equal(hidden[1, 2], parameters[network.row(1, 1, 2)])
    assert np.array_equal(output[3, 2], parameters[network.bias_row(2, 3)])
    hidden[0, 0] = -1                   # views, so that a layer can be set
    assert parameters[0].tolist() == [-1, -1]


def test_four_two_one_has_thirteen_parameters():
    assert LayeredNetwork().size == 13
    assert LayeredNetwork((4, 1)).size == 5


def test_registered_activation_is_used_like_any_other():
    swish = Activation("swish", lambda x: x / (1 + np.exp(-x)),
                       lambda x, y: (1 + np.exp(-x) + x * np.exp(-x)) / (1 + np.exp(-x)) ** 2)
    network = LayeredNetwork((3, 2, 1), (swish, "identity"))
    parameters, inputs, labels = case(network)
    leaf = torch.tensor(parameters[:, 1], requires_grad=True)
    predicted = by_hand(network, leaf, torch.tensor(inputs[..., 1]),
                        [torch.nn.functional.silu, TORCH["identity"]])
    squared(torch.tensor(labels[..., 1]), predicted).backward()
    gradient = network.gradient(parameters, inputs, labels)[1]
    assert gradient[:, 1] == pytest.approx(leaf.grad.numpy(), rel=1e-10)


def test_fast_sigmoid_is_the_general_one_and_never_overflows():
    x = np.concatenate([np.linspace(-700, 700, 2801), [-1e300, -800.0, 0.0, 800.0, 1e300]])
    y, slope = np.empty_like(x), np.empty_like(x)
    passes._sigmoid(x.copy(), y, slope)
    assert y == pytest.approx(SIGMOID.value(x), rel=1e-15, abs=1e-307)
    assert slope == pytest.approx(y * SIGMOID.value(-x), rel=1e-15, abs=1e-307)


def test_results_are_the_callers_own():
    network = LayeredNetwork()
    parameters, inputs, labels = case(network)
    kept = [parameters.copy(), inputs.copy(), labels.copy()]
    first = network.gradient(parameters, inputs, labels)[1], network.outputs(parameters, inputs)
    copies = [array.copy() for array in first]
    network.gradient(parameters + 1, inputs, labels)
    network.outputs(parameters + 1, inputs)
    for array, copy in zip([*first, parameters, inputs, labels], copies + kept, strict=True):
        assert np.array_equal(array, copy)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: LayeredNetwork((4,)), (
        "a network of layers (4,)\n  expected inputs and at least one layer, each of 1 unit or more"
    )),
    (lambda: LayeredNetwork((4, 0, 1)), (
        "a network of layers (4, 0, 1)\n"
        "  expected inputs and at least one layer, each of 1 unit or more")),
    (lambda: LayeredNetwork((4, 2, 1), ("relu",)), (
        "1 activations for layers (4, 2, 1)\n"
        "  expected 2, one for each layer after the inputs")),
    (lambda: LayeredNetwork(activation="sigmoi"), (
        "there is no activation called 'sigmoi'\n"
        "  expected one of sigmoid, relu, tanh, identity\n"
        "  fix: did you mean 'sigmoid'?")),
    (lambda: LayeredNetwork().outputs(np.zeros((12, 1)), np.zeros((4, 8, 1))), (
        "parameters of shape (12, 1)\n  expected (13, seeds) for layers (4, 2, 1)")),
    (lambda: LayeredNetwork().outputs(np.zeros((13, 2)), np.zeros((4, 8, 1))), (
        "inputs of shape (4, 8, 1)\n  expected (4, batch, 2), one sample or more")),
    (lambda: LayeredNetwork((4, 2)).gradient(
        np.zeros((10, 1)), np.zeros((4, 8, 1)), np.zeros((8, 1))), (
        "labels of shape (8, 1)\n  expected (2, 8, 1)")),
    (lambda: LayeredNetwork().outputs(np.zeros((13, 1)), np.zeros((4, 8))), (
        "inputs of shape (4, 8)\n  expected (4, batch, 1), one sample or more")),
    (lambda: LayeredNetwork().jacobian(np.zeros((13, 1)), np.zeros((4, 0, 1))), (
        "inputs of shape (4, 0, 1)\n  expected (4, batch, 1), one sample or more")),
])
def test_what_does_not_fit_is_refused(make, message):
    with pytest.raises(NetworkError) as refused:
        make()
    assert str(refused.value) == message


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_relu_that_is_off_stops_what_is_infinite_as_torch_s_does(seeds):
    network, draw = LayeredNetwork((2, 3, 1), ("relu", "identity")), np.random.default_rng(0)
    parameters = np.repeat(draw.normal(size=(network.size, 1)), seeds, axis=1)
    parameters[:3] = -1.0                       # the first unit is off
    parameters[9:12] = 1e200                    # what it and its neighbours have to say
    inputs, labels = np.full((2, 1, seeds), 1e200), np.zeros((1, seeds))
    with np.errstate(over="ignore", invalid="ignore"):
        _, gradient = network.gradient(parameters, inputs, labels)
    module = torch.nn.Sequential(
        torch.nn.Linear(2, 3, dtype=torch.float64), torch.nn.ReLU(),
        torch.nn.Linear(3, 1, dtype=torch.float64))
    load(module, parameters[:, 0])
    squared_error(module(torch.tensor(inputs[:, :, 0].T)), torch.tensor(labels[:, :1])).backward()
    wanted = packed(module, lambda tensor: tensor.grad)
    assert not np.isfinite(wanted).all()
    assert wanted[:3].tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_array_equal(gradient, np.repeat(wanted[:, None], seeds, axis=1))


def test_a_training_that_diverges_shows_and_does_not_warn():
    network = LayeredNetwork((4, 2, 1), ("relu", "identity"))
    batches = Batches(two_gaussians(dimensions=4, size=100, seed=0), 8)
    trained = train(network, batches, sgd, {"lr": 10.0}, 300, [0, 1])
    assert np.isnan(trained.losses[-1]).all()


@pytest.mark.parametrize(("layers", "seeds"), [((6, 33, 32, 2), 3), ((40, 32), 2)])
def test_a_wide_layer_s_products_are_those_of_each_seed_alone(layers, seeds):
    network, draw = LayeredNetwork(layers, "tanh"), np.random.default_rng(0)
    parameters = draw.normal(0, 0.3, (network.size, seeds))
    inputs, labels = draw.normal(size=(layers[0], 24, seeds)), draw.normal(
        size=(layers[-1], 24, seeds))
    assert seeds_first(32, layers[-2] + 1, 24, seeds)
    loss, gradient = network.gradient(parameters, inputs, labels)
    for i in range(seeds):
        one = slice(i, i + 1)
        alone, of_one = network.gradient(
            parameters[:, one], inputs[..., one], labels[..., one])
        np.testing.assert_allclose(loss[one], alone, rtol=1e-13)
        np.testing.assert_allclose(gradient[:, one], of_one, rtol=1e-11, atol=1e-14)


def test_seeds_are_put_first_where_a_layer_is_wide_and_its_numbers_are_few():
    # Units, sources, batch, seeds: measured by `python -m benchmarks.engine`.
    assert not seeds_first(32, 33, 32, 1)               # nothing to run along
    assert not seeds_first(2, 5, 8, 256)                # the lecture's hidden layer
    assert seeds_first(32, 33, 32, 64)
    assert not seeds_first(64, 65, 8, 256)              # 10 MB to move, 6 products a number
