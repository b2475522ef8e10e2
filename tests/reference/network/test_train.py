"""Training: the loss falls, seeds do not meet, rules are paired, torch.optim agrees."""

import random

import numpy as np
import pytest
import torch

from cgp_reference.data import Samples, two_gaussians
from cgp_reference.data.batches import AllSamples, Batches
from cgp_reference.decorator import optimizer
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES, adagrad, adam, rmsprop, sgd, sgd_plus
from cgp_reference.rule import RuleError
from cgp_reference.train import (
    TrainingError,
    displayed,
    train,
    train_together,
    uniform_start,
)
from cgp_reference.train.torch_baseline import SigmoidNet, load, packed, train_module

SAMPLES = two_gaussians(dimensions=4, size=1000, seed=0)
BATCHES = Batches(SAMPLES, size=8)
NETWORKS = (LayeredNetwork((4, 1)), LayeredNetwork((4, 2, 1)))


# The reference rules have the lecture's epsilon, inside the root. These have torch's, outside.
@optimizer(s=0)
def torch_adagrad(g, s, lr=1e-2, eps=1e-10):
    s = s + g * g
    return lr * g / (s**0.5 + eps), s


@optimizer(v=0)
def torch_rmsprop(g, v, lr=1e-2, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g * g
    return lr * g / (v**0.5 + eps), v


@optimizer(m=0, v=0)
def torch_adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    return lr * m / (1 - beta1**k) / ((v / (1 - beta2**k)) ** 0.5 + eps), m, v


@optimizer(m=0, v=0)
def torch_adamw(g, k, p, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.5):
    step, m, v = torch_adam(g, k, m, v, lr, beta1, beta2, eps)
    return step + lr * weight_decay * p, m, v


@optimizer(v=0)
def torch_sgd_with_decay(g, p, v, lr=1e-3, mu=0.9, weight_decay=0.5):
    v = mu * v + g + weight_decay * p
    return lr * v, v


PAIRS = {
    "sgd": (sgd, lambda p: torch.optim.SGD(p, lr=3e-2)),
    "sgd_plus": (sgd_plus, lambda p: torch.optim.SGD(p, lr=3e-2, momentum=0.9)),
    "adagrad": (torch_adagrad, lambda p: torch.optim.Adagrad(p, lr=3e-2)),
    "rmsprop": (torch_rmsprop, lambda p: torch.optim.RMSprop(p, lr=3e-2)),
    "adam": (torch_adam, lambda p: torch.optim.Adam(p, lr=3e-2)),
    "adamw": (torch_adamw, lambda p: torch.optim.AdamW(p, lr=3e-2, weight_decay=0.5)),
    "sgd_with_decay": (torch_sgd_with_decay, lambda p: torch.optim.SGD(
        p, lr=3e-2, momentum=0.9, weight_decay=0.5)),
}


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("name", PAIRS)
def test_200_steps_are_torch_optims_own(name, network):
    rule, make = PAIRS[name]
    seeds = [3, 8]
    ours = train(network, BATCHES, rule, {"lr": 3e-2}, 200, seeds)
    start = uniform_start(network.size, seeds)
    for column, seed in enumerate(seeds):
        module = SigmoidNet(network.layers)
        load(module, start[:, column])
        losses = train_module(module, make(module.parameters()), BATCHES, 200, seed)
        assert ours.losses[:, column] == pytest.approx(losses, rel=1e-10)
        assert ours.parameters[:, column] == pytest.approx(packed(module), rel=1e-10, abs=1e-12)


def test_what_a_rule_keeps_or_changes_of_p_is_a_copy():
    kept = []

    @optimizer
    def keeping(g, p, lr=0.1):
        kept.append(p)
        return lr * g

    @optimizer
    def changing(g, p, lr=0.1):
        p *= 0
        return lr * g

    trained = train(NETWORKS[0], BATCHES, keeping, {}, 3, [0])
    plain = train(NETWORKS[0], BATCHES, sgd, {"lr": 0.1}, 3, [0])
    np.testing.assert_array_equal(trained.parameters, plain.parameters)
    np.testing.assert_array_equal(kept[0], uniform_start(5, [0]))
    assert (kept[1] != kept[0]).all()
    with pytest.raises(ValueError, match="read-only"):
        train(NETWORKS[0], BATCHES, changing, {}, 3, [0])


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("stream", ["raw", "lecture"])
def test_seeds_at_once_are_each_alone(name, stream):
    network, batches = LayeredNetwork((4, 2, 1)), Batches(SAMPLES, size=8, stream=stream)
    together = train(network, batches, RULES[name], {"lr": 3e-2}, 60, [5, 0, 7])
    for column, seed in enumerate([5, 0, 7]):
        alone = train(network, batches, RULES[name], {"lr": 3e-2}, 60, [seed])
        assert together.losses[:, column] == pytest.approx(alone.losses[:, 0], rel=1e-12)
        assert together.parameters[:, column] == pytest.approx(alone.parameters[:, 0], rel=1e-12)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
@pytest.mark.parametrize("name", RULES)
def test_the_loss_falls_for_every_seed(name, network):
    rate = {"sgd": 1.0, "sgd_plus": 0.1, "adagrad": 0.2}.get(name, 3e-2)
    losses = train(network, BATCHES, RULES[name], {"lr": rate}, 1000, range(8)).losses
    assert np.all(losses[-100:].mean(axis=0) < 0.7 * losses[:20].mean(axis=0))


def test_rules_in_lockstep_are_each_alone():
    network = LayeredNetwork((4, 2, 1))
    contestants = {
        "slow": (sgd, {"lr": 1e-3}), "fast": (sgd, {"lr": 0.3}), "adam": (adam, {}),
        "adagrad": (adagrad, {"lr": 0.1}), "rmsprop": (rmsprop, {"rho": 0.5}),
    }
    together = train_together(network, BATCHES, contestants, 50, range(4))
    assert list(together) == list(contestants)
    for name, (rule, hyperparameters) in contestants.items():
        alone = train(network, BATCHES, rule, hyperparameters, 50, range(4))
        assert np.array_equal(together[name].losses, alone.losses)
        assert np.array_equal(together[name].parameters, alone.parameters)
    starts = [trained.losses[0] for trained in together.values()]
    assert all(np.array_equal(loss, starts[0]) for loss in starts)


def test_full_batch_descent_is_equation_6_by_hand():
    network = LayeredNetwork((4, 1))
    trained = train(network, AllSamples(SAMPLES), sgd, {"lr": 0.5}, 3, [1, 2])
    parameters = uniform_start(5, [1, 2])
    inputs = np.repeat((SAMPLES.values / SAMPLES.values.max())[..., None], 2, axis=2)
    labels = np.repeat(SAMPLES.labels[:, None], 2, axis=1)
    for _ in range(3):
        parameters = parameters - 0.5 * network.gradient(parameters, inputs, labels)[1]
    assert trained.parameters == pytest.approx(parameters, rel=1e-12)
    assert np.all(np.diff(trained.losses, axis=0) < 0)


def test_rule_may_keep_the_gradient_it_was_given():
    @optimizer(last=0)
    def keeps(g, last, lr=0.1):
        return lr * (g + last), g       # the array itself, not a copy

    @optimizer(last=0)
    def copies(g, last, lr=0.1):
        return lr * (g + last), 1.0 * g

    network = LayeredNetwork((4, 2, 1))
    kept, copied = (train(network, BATCHES, rule, {}, 30, [0, 1]) for rule in (keeps, copies))
    assert np.array_equal(kept.parameters, copied.parameters)


def test_start_may_be_given_and_is_left_alone():
    network = LayeredNetwork((4, 1))
    start = np.zeros((5, 2))
    trained = train(network, BATCHES, sgd, {}, 10, [0, 1], start=start)
    assert trained.losses[0].tolist() == [0.25, 0.25]       # every output is 1/2
    assert not start.any()
    assert trained.parameters.any()


def test_uniform_starts_are_uniform_and_each_seeds_own():
    start = uniform_start(13, range(2000))
    assert np.array_equal(start[:, [41]], uniform_start(13, [41]))
    assert np.array_equal(start[:5, [41]], uniform_start(5, [41]))
    assert start.min() >= 0
    assert start.max() < 1
    # 4 standard errors of 26,000 draws
    assert start.mean() == pytest.approx(1 / 2, abs=4 * (1 / 12 / 26_000) ** 0.5)
    assert start.var() == pytest.approx(1 / 12, abs=4 * (1 / 180 / 26_000) ** 0.5)


def test_start_and_batches_of_a_seed_are_unrelated():
    words = uniform_start(64, [5])[:, 0]
    places = Batches(SAMPLES).raw_draw([5])(64)[:, 0] / 1000
    assert abs(np.corrcoef(words, places)[0, 1]) < 0.45     # 3.6 standard errors of 64 pairs


def test_displayed_losses_are_means_since_the_line_before():
    losses = np.arange(10.0)
    # lines at iterations 3, 6 and 9: mean of 0 to 3, of 4 to 6, of 7 to 9
    assert displayed(losses, 3).tolist() == [1.5, 5.0, 8.0]
    assert displayed(losses[:9], 3).tolist() == [1.5, 5.0]
    assert displayed(losses, 3, published=True).tolist() == [2.0, 5.0, 8.0]     # 6 / 3
    assert displayed(np.stack([losses, -losses], axis=1), 9).tolist() == [[4.5, -4.5]]
    assert displayed(losses, 10).shape == (0,)


def lecture_records(losses, every):
    """As the lecture's loop accumulates them."""
    records, total = [], 0.0
    for i, loss in enumerate(losses):
        total += loss
        if i > 0 and i % every == 0:
            records.append(total / every)
            total = 0.0
    return records


@pytest.mark.parametrize("count", [1, 100, 101, 1000, 1001])
def test_published_records_are_the_lectures_loop(count):
    losses = np.random.default_rng(0).uniform(size=count)
    assert displayed(losses, 100, published=True) == pytest.approx(
        np.array(lecture_records(losses, 100)), rel=1e-13)


def test_progress_is_told_how_many_iterations_are_done():
    told = []
    train(LayeredNetwork(), BATCHES, sgd, {}, 500, range(64), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 500
    assert len(told) >= 5
    train(LayeredNetwork(), BATCHES, sgd, {}, 0, [0], progress=told.append)
    assert told[-1] == 500


def test_no_iterations_leave_the_start():
    trained = train(LayeredNetwork(), BATCHES, adam, {}, 0, [0, 1])
    assert trained.losses.shape == (0, 2)
    assert np.array_equal(trained.parameters, uniform_start(13, [0, 1]))


def test_global_generators_are_neither_read_nor_moved():
    before = random.getstate(), np.random.get_state(legacy=False)
    train(LayeredNetwork(), BATCHES, adam, {}, 5, [0])
    assert before[0] == random.getstate()
    np.testing.assert_equal(before[1], np.random.get_state(legacy=False))


@pytest.mark.parametrize(("make", "message"), [
    (lambda: train(LayeredNetwork(), BATCHES, sgd, {}, 1, []), (
        "there is nothing to train\n  expected at least one seed")),
    (lambda: train(LayeredNetwork(), BATCHES, sgd, {}, 1, [0], start=np.zeros(13)), (
        "a start of shape (13,)\n  expected (13, 1): a row per parameter, a column per seed")),
    (lambda: train(LayeredNetwork((3, 1)), BATCHES, sgd, {}, 1, [0]), (
        "batches of 4 features and 1 label for layers (3, 1)\n  expected layers (4, …, 1)")),
    (lambda: train(LayeredNetwork((4, 2)), BATCHES, sgd, {}, 1, [0]), (
        "batches of 4 features and 1 label for layers (4, 2)\n  expected layers (4, …, 1)")),
    (lambda: train(LayeredNetwork((4, 2)), Batches(Samples(np.ones((1, 2)), np.array([0.0, 1]))),
                   sgd, {}, 1, [0]), (
        "batches of 1 features and 1 label for layers (4, 2)\n  expected layers (1, …, 1)")),
])
def test_what_cannot_be_trained_is_refused(make, message):
    with pytest.raises(TrainingError) as refused:
        make()
    assert str(refused.value) == message


def test_rule_that_returns_no_step_is_refused():
    @optimizer
    def nothing(g, lr=1e-3):
        step = lr * g
        del step

    with pytest.raises(RuleError) as refused:
        train(LayeredNetwork(), BATCHES, nothing, {}, 1, [0])
    assert str(refused.value) == (
        f"nothing() returned None\n  at {nothing.where}\n"
        "  expected one value, (step): the step to subtract\n"
        "  fix: end the function with `return step`")
