"""The baselines are what they say: torch's own losses, plain SGD, the rule with other rounding."""

import numpy as np
import pytest
import torch

from cgp_harness.kinds.optimizer.task import CONVENTIONS
from cgp_harness.kinds.optimizer.trainings import baselines as module
from cgp_harness.kinds.optimizer.trainings import runs
from cgp_harness.kinds.optimizer.trainings.baselines import baselines
from cgp_harness.kinds.optimizer.trainings.runs import ROUNDING
from cgp_harness.probing.statistics.paired import compared
from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.network import LayeredNetwork
from cgp_reference.optimizers import RULES, sgd
from cgp_reference.problems import PROBLEMS
from cgp_reference.train import train, uniform_start
from cgp_reference.train.torch_baseline import (
    OneNeuronNet,
    SigmoidNet,
    load,
    one_thread,
    train_stacked,
)
from tests.harness.rules.right.lecture_rules import torch_convention
from tests.harness.rules.training.convergence_context import specified_as

SEEDS = (7, 8, 9)
LR = 0.03
HYPERPARAMETERS = {
    "sgd_plus": {"lr": LR, "mu": 0.9}, "adagrad": {"lr": LR, "eps": 1e-8},
    "rmsprop": {"lr": LR, "rho": 0.9, "eps": 1e-8},
    "adam": {"lr": LR, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
}
TORCH = {
    "sgd_plus": lambda p: torch.optim.SGD(p, lr=LR, momentum=0.9),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=LR, eps=1e-8),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=LR, alpha=0.9, eps=1e-8),
    "adam": lambda p: torch.optim.Adam(p, lr=LR, betas=(0.9, 0.999), eps=1e-8),
}
NETWORKS = {
    "one_neuron": ((4, 1), OneNeuronNet), "multi_neuron": ((4, 2, 1), SigmoidNet),
}
TORCH_STEPS = 300


def of(family, problem="one_neuron", convention=None, seeds=SEEDS, sgd_lr=LR):
    return baselines(PROBLEMS[problem], seeds, specified_as(family),
                     convention or CONVENTIONS[family][0], HYPERPARAMETERS[family], sgd_lr)


def batches():
    return Batches(two_gaussians(dimensions=4, size=5000, seed=0), size=8)


@pytest.mark.parametrize("problem", NETWORKS)
@pytest.mark.parametrize("family", TORCH)
def test_the_torch_baseline_is_torch_itself(family, problem):
    layers, net = NETWORKS[problem]
    start = uniform_start(LayeredNetwork(layers).size, SEEDS)
    modules = [net() for _ in SEEDS]
    for one, parameters in zip(modules, start.T, strict=True):
        load(one, parameters)
    with one_thread():
        losses = train_stacked(modules, TORCH[family], batches(), TORCH_STEPS, SEEDS).numpy()
    ours = of(family, problem).torch
    assert ours.shape == (PROBLEMS[problem].iterations, len(SEEDS))
    np.testing.assert_allclose(ours[:TORCH_STEPS], losses, rtol=1e-12)


def test_the_names_are_those_of_torch():
    for family, made in TORCH.items():
        tensors = [torch.zeros(1, requires_grad=True)]
        assert specified_as(family).torch_name == f"torch.optim.{type(made(tensors)).__name__}"


@pytest.mark.parametrize("problem", NETWORKS)
def test_sgd_and_the_reference_are_the_engine_s_own_trainings(problem):
    layers, _ = NETWORKS[problem]
    count = PROBLEMS[problem].iterations
    found = of("adam", problem, "eps_inside_root", sgd_lr=0.01)
    for losses, rule, given, tolerance in (
        (found.sgd, sgd, {"lr": 0.01}, 1e-9),
        (found.reference, RULES["adam"], HYPERPARAMETERS["adam"], 1e-3),
    ):
        trained = train(LayeredNetwork(layers), batches(), rule, given, count, SEEDS).losses
        np.testing.assert_allclose(losses, trained, rtol=tolerance)


def test_the_reference_has_another_rounding_and_no_other_result_where_paths_do_not_part():
    found = of("sgd_plus", convention=torch_convention("sgd_plus"))
    difference = np.abs(found.reference - found.torch) / found.torch
    # Steps of 1000 iterations, each off by up to 6e-8, in either direction.
    assert ROUNDING / 100 < difference.max() < 1000 * ROUNDING
    assert np.abs(compared(found.reference, found.torch).differences).max() < 10 * ROUNDING


def test_where_paths_part_rounding_alone_makes_a_difference():
    found = of("rmsprop", "sparse", torch_convention("rmsprop"))
    assert np.abs(compared(found.reference, found.torch).differences).max() > 1000 * ROUNDING


def test_what_was_computed_is_shared_and_cannot_be_changed():
    first, again = of("adam"), of("adam")
    assert first.sgd is again.sgd is of("rmsprop").sgd      # SGD is the same for all families
    assert first.torch is of("adam", convention="eps_outside_root").torch
    assert first.torch is not of("adam", seeds=(7, 8, 10)).torch
    with pytest.raises(ValueError, match="read-only"):
        first.reference[0, 0] = 0.0


def test_the_store_is_bounded():
    where = runs.Where(PROBLEMS["ravine"].course, PROBLEMS["ravine"].size, 2, (7, 8))

    def asked(count, **more):
        return [runs.Asked(module.SGD, (("lr", 1e-3 * i),), **more) for i in range(count)]

    runs.trained(where, asked(runs.MOST + 3))
    assert len(runs._known) == runs.MOST
    runs.trained(where, asked(runs.MOST_RECORDED + 3, recorded=True))
    assert sum(one.recorded for _, one in runs._known) == runs.MOST_RECORDED


def test_a_seed_gets_among_others_what_it_gets_alone():
    among, alone = of("adam"), of("adam", seeds=SEEDS[1:2])
    for name in ("sgd", "torch"):
        np.testing.assert_allclose(
            getattr(among, name)[:, 1:2], getattr(alone, name), rtol=1e-9)
