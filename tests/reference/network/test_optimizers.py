"""The reference rules: numbers by hand, torch's own where the conventions meet, the defaults."""

import doctest

import numpy as np
import pytest
import torch

from cgp_harness.assignment import load
from cgp_reference import optimizers
from cgp_reference.optimizers import RULES, adagrad, adam, rmsprop, sgd, sgd_plus
from tests.harness.rules.right.lecture_rules import HYPERPARAMETERS

TORCH = {
    "sgd": lambda p, lr, eps: torch.optim.SGD(p, lr=lr),
    "sgd_plus": lambda p, lr, eps: torch.optim.SGD(p, lr=lr, momentum=0.9),
    "adagrad": lambda p, lr, eps: torch.optim.Adagrad(p, lr=lr, eps=eps),
    "rmsprop": lambda p, lr, eps: torch.optim.RMSprop(p, lr=lr, alpha=0.9, eps=eps),
    "adam": lambda p, lr, eps: torch.optim.Adam(p, lr=lr, betas=(0.9, 0.999), eps=eps),
}
ADAPTIVE = ("adagrad", "rmsprop", "adam")


def gradients(steps=50, smallest=1e-3):
    """Signed, and far from 0, where sqrt(x + eps) and sqrt(x) + eps are close."""
    rng = np.random.default_rng(3)
    size = np.exp(rng.uniform(np.log(smallest), np.log(3), (steps, 4)))
    return size * rng.choice([-1, 1], (steps, 4))


def ours(name, sequence, arrays=np.asarray, **hyperparameters):
    run = RULES[name].run([0 * arrays(sequence[0])])
    steps = [run.step([arrays(g)], hyperparameters)[0] for g in sequence]
    return np.array([np.asarray(step) for step in steps])


def theirs(name, sequence, lr=1e-3, eps=0.0):
    parameter = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    optimizer = TORCH[name]([parameter], lr, eps)
    steps = []
    for g in sequence:
        parameter.grad = torch.tensor(g)
        optimizer.step()
        steps.append(-parameter.detach().clone().numpy())
        with torch.no_grad():
            parameter.zero_()       # the step itself, without the rounding of a position
    return np.array(steps)


def test_two_steps_by_hand():
    assert sgd(8.0, lr=0.25) == 2.0
    assert sgd_plus(2.0, 0.0, lr=0.5, mu=0.5) == (1.0, 1.0)
    assert sgd_plus(2.0, 1.0, lr=0.5, mu=0.5) == (1.5, 1.5)
    assert adagrad(3.0, 0.0, lr=1.0, eps=0.0) == (1.0, 9.0)
    assert adagrad(4.0, 9.0, lr=1.0, eps=0.0) == (0.8, 25.0)                # 4 / sqrt(9 + 16)
    assert rmsprop(4.0, 0.0, lr=1.0, rho=0.75, eps=0.0) == (2.0, 4.0)       # 4 / sqrt(16 / 4)
    assert rmsprop(4.0, 4.0, lr=1.0, rho=0.75, eps=9.0) == (1.0, 7.0)       # 4 / sqrt(3 + 4 + 9)
    betas = {"beta1": 0.5, "beta2": 0.5}
    assert adam(4.0, 1, 0.0, 0.0, lr=1.0, eps=0.0, **betas) == (1.0, 2.0, 8.0)
    # m = 1 + 0, v = 4 + 0; m_hat = 1 / 0.75, v_hat = 4 / 0.75, eps makes the root 2.5
    step, m, v = adam(0.0, 2, 2.0, 8.0, lr=1.0, eps=6.25 - 4 / 0.75, **betas)
    assert (m, v) == (1.0, 4.0)
    assert step == pytest.approx(1 / 0.75 / 2.5, rel=1e-15)


def test_the_first_step_of_adam_is_lr_whatever_the_gradient():
    for g in (1e-3, -7.0, 1e5):
        assert adam(g, 1, 0.0, 0.0, eps=0.0)[0] == pytest.approx(1e-3 * np.sign(g), rel=1e-14)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_torchs_own_where_no_epsilon_tells_them_apart(name):
    sequence = gradients()
    named = {"eps": 0.0} if name in ADAPTIVE else {}
    # Another order of operations: 1e-14 was the largest difference over 3000 steps.
    np.testing.assert_allclose(ours(name, sequence, **named), theirs(name, sequence), rtol=1e-13)


@pytest.mark.parametrize("name", ADAPTIVE)
def test_epsilon_inside_the_root_is_not_torchs_epsilon(name):
    sequence = gradients(smallest=0.1)
    inside, outside = ours(name, sequence, eps=1e-2), theirs(name, sequence, eps=1e-2)
    assert np.max(np.abs(inside / outside - 1)) > 1e-3
    # sqrt(x + eps) with eps = d (2 sqrt(x) + d) is sqrt(x) + d: at one number they meet.
    first = {"adagrad": 1.0, "rmsprop": 0.1, "adam": 1.0}[name] * sequence[0, 0] ** 2
    meets = 1e-2 * (2 * first**0.5 + 1e-2)
    assert ours(name, sequence[:1], eps=meets)[0, 0] == pytest.approx(outside[0, 0], rel=1e-13)


@pytest.mark.parametrize("name", ADAPTIVE)
def test_a_gradient_that_was_always_zero_moves_nothing(name):
    assert np.all(ours(name, np.zeros((3, 4))) == 0)


def test_momentum_multiplies_only_this_steps_gradient_by_the_rate():
    run = sgd_plus.run([0.0])
    assert run.step([1.0], {"lr": 1.0, "mu": 0.5}) == [1.0]
    assert run.step([0.0], {"lr": 100.0, "mu": 0.5}) == [0.5]       # torch: 100 * 0.5


@pytest.mark.parametrize("name", RULES)
def test_numbers_arrays_and_tensors_give_the_same_steps(name):
    sequence = gradients(10)
    arrays = ours(name, sequence)
    tensors = ours(name, sequence, arrays=torch.tensor)
    numbers = np.stack([ours(name, sequence[:, i].tolist(), arrays=float) for i in range(4)], 1)
    np.testing.assert_allclose(tensors, arrays, rtol=1e-14)
    np.testing.assert_allclose(numbers, arrays, rtol=1e-14)


@pytest.mark.parametrize("task", load("step_size").tasks, ids=lambda task: task.id)
def test_the_defaults_are_those_of_the_assignment(task):
    assert dict(RULES[task.id].hyperparameters) == HYPERPARAMETERS[task.id]


def test_the_examples_in_the_docstrings_are_right_and_every_rule_has_one():
    examples = doctest.DocTestFinder().find(optimizers)
    assert {test.name.rpartition(".")[2] for test in examples if test.examples} == set(RULES)
    assert doctest.testmod(optimizers) == (0, len(RULES))
