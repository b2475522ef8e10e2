"""The demos of what the lecture only says: what they show is so, computed in another way."""

import numpy as np
import pytest
import torch

from cgp_reference.demos import sparse
from cgp_reference.demos.classifiers import learning_rate
from cgp_reference.demos.classifiers.classifier import batches
from cgp_reference.demos.descent import reference
from cgp_reference.demos.graphs import operators, static_dynamic
from cgp_reference.demos.loss_surfaces import local_minimum
from cgp_reference.expressions.syntax import Apply
from cgp_reference.train.torch_baseline import MultiNeuronNet, load, packed

SEEDS = range(12)


def test_a_rate_is_that_of_the_lecture_s_script_whose_loss_is_a_sum_over_the_batch():
    start = learning_rate.start([3])[:, 0]
    inputs, labels = batches(3, 1)
    module = MultiNeuronNet()
    load(module, start)
    x, y = torch.tensor(inputs[:, 0, :, 0].T), torch.tensor(labels[0])
    torch.nn.MSELoss(reduction="sum")(module(x), y).backward()
    torch.optim.SGD(module.parameters(), lr=1e-3).step()
    descent = learning_rate.follow(reference("sgd", "SGD", 1e-3, 13), 3, 1)
    np.testing.assert_allclose(descent.points[1], packed(module), rtol=1e-13)


def test_a_network_begins_where_torch_s_may():
    drawn, bound = learning_rate.start(range(200)), np.repeat([0.5, 2**-0.5], [10, 3])
    assert (np.abs(drawn) <= bound[:, None]).all()
    assert (np.abs(drawn).max(axis=1) > 0.95 * bound).all()
    module = MultiNeuronNet()
    for layer, reach in ((module.linear1, 0.5), (module.linear2, 2**-0.5)):
        assert max(layer.weight.abs().max(), layer.bias.abs().max()) <= reach


def test_the_decreasing_rate_is_half_after_its_half_and_a_third_after_twice_it():
    rate = learning_rate.decreasing.function
    assert [rate(1.0, k, lr=6.0, half=100) for k in (1, 101, 201)] == [6.0, 3.0, 2.0]


def test_1e_3_and_a_decreasing_rate_end_far_below_1e_6_and_5e_2():
    ends = {one.method.label: np.median(one.others[-100:].mean(axis=0))
            for one in learning_rate.references(0, 3000)}
    assert max(ends["rate 1e-3"], ends["decreasing"]) < 0.13
    assert min(ends["rate 1e-6"], ends["rate 5e-2"]) > 0.25


def test_the_local_minimum_is_one_and_no_batch_s():
    here = local_minimum.STUCK
    assert np.abs(local_minimum.gradient(here)).max() < 1e-3
    step = 1e-4 * np.eye(2)
    hessian = [(local_minimum.gradient(here + e) - local_minimum.gradient(here - e)) / 2e-4
               for e in step]
    assert np.linalg.eigvalsh(hessian).min() > 0.5
    assert local_minimum.loss(here) == pytest.approx(1.588, abs=5e-4)
    for rows in local_minimum.batches(0, 20):
        assert np.linalg.norm(local_minimum.gradient(here, rows)) > 0.1
        assert local_minimum.loss(local_minimum.MINIMUM, rows) == 0


def test_its_gradient_is_the_complex_step():
    point, rows = np.array([-0.7, 0.2]), np.array([3, 1, 1, 8])
    exact = [np.imag(local_minimum.loss(point + 1e-30j * e, rows)) / 1e-30 for e in np.eye(2)]
    np.testing.assert_allclose(local_minimum.gradient(point, rows), exact, rtol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_gd_is_stuck_where_sgd_leaves_from_the_same_start_at_the_same_rate(seed):
    gd, sgd = local_minimum.references(seed, 150)
    np.testing.assert_allclose(gd.points[-1], local_minimum.STUCK, atol=1e-3)
    np.testing.assert_allclose(sgd.points[-1], local_minimum.MINIMUM, atol=1e-3)


def test_the_count_of_those_that_left_is_that_of_their_own_descents():
    own = sum(local_minimum.follow(reference("sgd", "SGD", 0.03), 5 + i, 100).points[-1, 0] > 0
              for i in range(1, 33))
    assert local_minimum.left(0.03, 5, 100) == own
    assert 0 < own < 32


def test_adagrad_s_rate_is_lr_over_the_root_of_all_squares_and_never_rises():
    _, adagrad, rmsprop = sparse.references(0, 400)
    gradients = np.array([sparse.measured(point, k, 0, 400)[1]
                          for k, point in enumerate(adagrad.points[:-1], 1)])
    for feature in (sparse.OFTEN, sparse.RARE):
        found = sparse.rates(adagrad, feature, 0)
        there = np.abs(gradients[:, feature]) > 1e-9
        wanted = 0.1 / np.sqrt(np.cumsum(gradients[:, feature] ** 2) + 1e-8)
        np.testing.assert_allclose(found[there], wanted[there], rtol=1e-6)
        assert (np.diff(found[there]) <= 1e-9).all()
        assert (np.diff(sparse.rates(rmsprop, feature, 0)[there]) > 0).any()


def test_four_in_five_entries_of_a_gradient_are_0_and_the_truth_turns_half_way():
    samples, truth = sparse.data(0, 401)
    assert np.mean(~samples.any(axis=2)) == pytest.approx(0.8, abs=0.01)
    assert sparse.measured(truth, 200, 0, 400)[0] == 0
    assert sparse.measured(truth, 201, 0, 400)[0] > 0
    assert sparse.measured(-truth, 201, 0, 400)[0] == 0


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_graphs_made_anew_and_kept_are_the_same_and_a_padded_one_is_another(seed):
    each, kept, padded = static_dynamic.references(seed, 500)
    np.testing.assert_array_equal(each.points, kept.points)
    assert each.losses[-100:].mean() < 1e-3
    assert padded.losses[-100:].mean() > 0.01


@pytest.mark.parametrize("length", [1, 3, 6])
def test_the_recurrent_unit_is_torch_s(length):
    unit = torch.nn.RNNCell(1, 1, dtype=torch.float64)
    with torch.no_grad():
        for tensor, value in ((unit.weight_ih, 0.7), (unit.weight_hh, -0.4), (unit.bias_ih, 0.2),
                              (unit.bias_hh, 0.0)):
            tensor.fill_(value)
    inputs = np.linspace(-0.9, 0.8, length)
    state = torch.zeros(1, 1, dtype=torch.float64)
    for number in inputs:
        state = unit(torch.tensor([[number]]), state)
    (1.5 * state).backward()
    graph = static_dynamic.made(length)
    results, answer = static_dynamic._answer(graph, inputs, np.array([0.7, -0.4, 0.2, 1.5]))
    assert answer == pytest.approx(1.5 * state.item(), rel=1e-13)
    gradient = graph.backward(results, {"xo": 1.0})
    assert gradient["w"] == pytest.approx(unit.weight_ih.grad.item(), rel=1e-12)
    if length > 1:
        assert gradient["u"] == pytest.approx(unit.weight_hh.grad.item(), rel=1e-12)


def test_every_operator_above_a_parameter_is_a_node_of_torch_of_its_name():
    results, gradients = operators.of_torch(0)
    names = {"+": "AddBackward0", "*": "MulBackward0", "^": "PowBackward0"}
    steps = operators.OPERATORS.steps
    for step, result in zip(steps, results, strict=True):
        if isinstance(step, Apply):
            wanted = names[step.operator.symbol] if result.requires_grad else "-"
            assert operators._called(result) == wanted
    engine = operators.OPERATORS.backward(
        operators.OPERATORS.forward(operators.point(0)), {"xw": 1.0})
    assert gradients == pytest.approx({name: engine[name] for name in ("ab", "ac", "bc", "cd")})
