"""The torch networks: the engine's numbers where the architecture is the engine's."""

import numpy as np
import pytest
import torch

from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import AllSamples, Batches
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import sgd
from cgp_reference.train import train, uniform_start
from cgp_reference.train.torch_baseline import (
    MultiNeuronNet,
    OneNeuronNet,
    SigmoidNet,
    load,
    packed,
    squared_error,
    train_module,
    train_stacked,
)

BATCHES = Batches(two_gaussians(dimensions=4, size=400, seed=0), size=8)
OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=1e-2),
    "Adam": lambda p: torch.optim.Adam(p, lr=1e-2),
}


@pytest.mark.parametrize(("make", "network"), [
    (OneNeuronNet, LayeredNetwork((4, 1))),
    (MultiNeuronNet, LayeredNetwork((4, 2, 1), ("relu", "identity"))),
    (SigmoidNet, LayeredNetwork((4, 2, 1))),
    (lambda: SigmoidNet((4, 5, 3, 2)), LayeredNetwork((4, 5, 3, 2))),
])
def test_module_and_engine_are_one_network(make, network):
    random = np.random.default_rng(0)
    module, parameters = make(), random.uniform(-1, 1, (network.size, 1))
    load(module, parameters[:, 0])
    assert np.array_equal(packed(module), parameters[:, 0])
    inputs = random.uniform(-1, 1, (4, 6, 1))
    labels = random.uniform(0, 1, (network.layers[-1], 6, 1))
    predictions = module(torch.tensor(inputs[..., 0].T))
    np.testing.assert_allclose(
        predictions.detach().numpy().T, network.outputs(parameters, inputs)[..., 0], rtol=1e-13)
    loss = squared_error(predictions, torch.tensor(labels[..., 0].T))
    loss.backward()
    ours, gradient = network.gradient(parameters, inputs, labels)
    assert loss.item() == pytest.approx(ours[0], rel=1e-12)
    assert packed(module, lambda tensor: tensor.grad) == pytest.approx(
        gradient[:, 0], rel=1e-10, abs=1e-14)


def test_loss_is_torchs_mean_squared_error_for_one_output():
    predictions, labels = torch.rand(2, 8, 1, dtype=torch.float64)
    assert squared_error(predictions, labels).item() == pytest.approx(
        torch.nn.MSELoss()(predictions, labels).item(), rel=1e-14)


def test_modules_of_the_lecture_are_trained_on_the_engines_batches():
    for make in (OneNeuronNet, MultiNeuronNet):
        module = make()
        load(module, np.full(len(packed(module)), 0.1))
        optimizer = torch.optim.Adam(module.parameters(), lr=2e-2)
        losses = train_module(module, optimizer, BATCHES, iterations=250, seed=2)
        assert len(losses) == 250
        assert np.mean(losses[-50:]) < 0.8 * np.mean(losses[:20])


def test_sum_over_the_batch_is_a_rate_as_many_times_larger():
    ours = train(LayeredNetwork((4, 1)), BATCHES, sgd, {"lr": 8 * 1e-3}, 40, [0])
    module = OneNeuronNet()
    load(module, uniform_start(5, [0])[:, 0])
    optimizer = torch.optim.SGD(module.parameters(), lr=1e-3)
    summed = train_module(module, optimizer, BATCHES, 40, 0,
                          criterion=torch.nn.MSELoss(reduction="sum"))
    assert packed(module) == pytest.approx(ours.parameters[:, 0], rel=1e-12)
    assert np.array(summed) / 8 == pytest.approx(ours.losses[:, 0], rel=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_stacked_modules_are_each_alone(name):
    seeds, make = [0, 4, 9], OPTIMIZERS[name]
    start = uniform_start(13, seeds)
    together, alone = ([SigmoidNet((4, 2, 1)) for _ in seeds] for _ in range(2))
    for column in range(len(seeds)):
        load(together[column], start[:, column])
        load(alone[column], start[:, column])
    losses = train_stacked(together, make, BATCHES, 50, seeds)
    assert losses.shape == (50, 3)
    for column, seed in enumerate(seeds):
        expected = train_module(
            alone[column], make(alone[column].parameters()), BATCHES, 50, seed)
        assert losses[:, column].numpy() == pytest.approx(expected, rel=1e-12)
        assert packed(together[column]) == pytest.approx(packed(alone[column]), rel=1e-12)


def test_all_samples_are_a_batch_for_torch_too():
    source = AllSamples(BATCHES.samples)
    ours = train(LayeredNetwork((4, 2, 1)), source, sgd, {"lr": 0.5}, 20, [3])
    module = SigmoidNet((4, 2, 1))
    load(module, uniform_start(13, [3])[:, 0])
    losses = train_module(module, torch.optim.SGD(module.parameters(), lr=0.5), source, 20, 3)
    assert ours.losses[:, 0] == pytest.approx(losses, rel=1e-12)
