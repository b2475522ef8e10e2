"""The quantizer that extends Autograd, and the networks with it: torch, numpy and differences."""

import numpy as np
import pytest
import torch

from cgp_reference.data import Samples, bivariate
from cgp_reference.optimizers import RULES
from cgp_reference.quantization import QuantizationError, quantize
from cgp_reference.quantization.autograd_extension import (
    QuantizeWithErrorFeedback,
    quantize_with_error_feedback,
    train_by_autograd,
)
from cgp_reference.quantization.network import QuantizedNetwork, train_quantized
from cgp_reference.train import TrainingError

NETWORKS = [QuantizedNetwork(), QuantizedNetwork("input"), QuantizedNetwork("hidden"),
            QuantizedNetwork("hidden", feedback=False)]
IDS = ["straight", "input", "hidden", "no feedback"]
each_network = pytest.mark.parametrize("network", NETWORKS, ids=IDS)


def sgd(network, samples, iterations, seeds, rate=1e-3, **options):
    return train_quantized(
        network, samples, RULES["sgd"], {"lr": rate}, iterations, seeds, **options)


def arriving(x, g):
    leaf = torch.tensor(x, requires_grad=True)
    torch.autograd.backward(quantize_with_error_feedback(leaf), torch.tensor(g))
    return leaf.grad.numpy()


def differences(function, at, step=2.0**-10):
    """Central ones; exact for a quadratic but for rounding."""
    slopes = [(function(at + row) - function(at - row)) / (2 * step)
              for row in step * np.eye(len(at))]
    return np.array(slopes)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (0,), (2, 0, 3)])
def test_forward_is_the_whole_part_as_float64(dtype, shape):
    x = torch.rand(shape, dtype=dtype, generator=torch.Generator().manual_seed(1)) * 255
    found = quantize_with_error_feedback(x)
    assert (found.dtype, found.shape) == (torch.float64, x.shape)
    np.testing.assert_array_equal(found.numpy(), np.floor(x.double().numpy()))
    np.testing.assert_array_equal(quantize(x.double().numpy()), found.numpy())


def test_what_lies_between_minus_one_and_zero_becomes_zero():
    values = np.array([-0.999, -0.5, -1e-9, 0.0, 0.999, 255.999])
    assert quantize_with_error_feedback(torch.tensor(values)).tolist() == [0, 0, 0, 0, 0, 255]
    assert (quantize(values) == [0, 0, 0, 0, 0, 255]).all()


@pytest.mark.parametrize(("value", "named"), [
    (-1.0, "-1"), (-1.5, "-1.5"), (256.0, "256"), (1e9, "1e+09"), (np.inf, "inf"),
    (-np.inf, "-inf"), (np.nan, "nan"),
])
@pytest.mark.parametrize("of", [lambda x: quantize_with_error_feedback(torch.tensor(x)), quantize],
                         ids=["torch", "numpy"])
def test_what_a_byte_cannot_hold_is_refused_rather_than_wrapped(of, value, named):
    with pytest.raises(QuantizationError) as caught:
        of(np.array([3.0, value, 7.0]))
    assert str(caught.value) == (
        f"{named} does not fit into a byte\n"
        "  expected numbers in (-1, 256): what uint8 makes of others depends on the device\n"
        "  fix: clamp(0, 255) before quantizing"
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_that_is_passed_on_is_g_plus_what_was_cut_off(dtype, seed):
    random = np.random.default_rng(seed)
    x, g = random.uniform(0, 255, (2, 3)).astype(dtype), random.normal(size=(2, 3))
    found = arriving(x, g)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, (g + (x.astype(float) - np.floor(x))).astype(dtype))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_gradient_of_straight_through_plus_commitment(seed):
    random = np.random.default_rng(seed)
    x, g = random.uniform(0, 20, 6), 3 * random.normal(size=6)
    q = np.floor(x)
    slopes = differences(lambda z: g @ z + 0.5 * np.sum((z - q) ** 2), x)
    np.testing.assert_allclose(arriving(x, g), slopes, rtol=0, atol=1e-9)


@pytest.mark.parametrize("wrong", [
    lambda g, x, q: g, lambda g, x, q: x - q, lambda g, x, q: g - (x - q),
    lambda g, x, q: g + x, lambda g, x, q: g + 2 * (x - q), lambda g, x, q: g * (x - q),
    lambda g, x, q: g + q,
], ids=["straight-through alone", "ignores g", "sign", "forgets q", "factor 2", "product", "byte"])
def test_no_wrong_backward_is_that_gradient(wrong):
    random = np.random.default_rng(0)
    x, g = random.uniform(0, 20, 6), 3 * random.normal(size=6)
    q = np.floor(x)
    slopes = differences(lambda z: g @ z + 0.5 * np.sum((z - q) ** 2), x)
    assert np.abs(wrong(g, x, q) - slopes).max() > 0.1


class Context:
    """What Autograd hands over, with a record of what is saved."""

    def __init__(self, needed):
        self.needs_input_grad, self.saved_tensors = (needed,), ()

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_what_was_cut_off_is_saved_only_where_a_gradient_is_needed(dtype):
    x, unneeded, needed = torch.tensor([2.5], dtype=dtype), Context(False), Context(True)
    for context in (unneeded, needed):
        assert QuantizeWithErrorFeedback.forward(context, x).tolist() == [2.0]
    assert unneeded.saved_tensors == ()
    assert [each.tolist() for each in needed.saved_tensors] == [[0.5]]
    found = QuantizeWithErrorFeedback.backward(needed, torch.tensor([1.0]).double())
    assert (found.tolist(), found.dtype) == ([1.5], dtype)


@pytest.mark.parametrize("needed", [False, True])
def test_the_result_needs_a_gradient_where_the_input_does(needed):
    assert quantize_with_error_feedback(torch.ones(4, requires_grad=needed)).requires_grad is needed


def test_nothing_given_is_changed():
    x, g = torch.tensor([1.5, 2.25], requires_grad=True), torch.tensor([1.0, -1.0]).double()
    torch.autograd.backward(quantize_with_error_feedback(x), g)
    assert (x.tolist(), g.tolist()) == ([1.5, 2.25], [1.0, -1.0])


def test_a_second_derivative_is_refused():
    x = torch.tensor([1.5], requires_grad=True)
    [slope] = torch.autograd.grad(
        quantize_with_error_feedback(x).square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        torch.autograd.backward(slope)


def test_a_subclass_that_changes_only_the_backward_finds_what_was_cut_off():
    class Halved(QuantizeWithErrorFeedback):
        @staticmethod
        def backward(ctx, g):
            cut_off, = ctx.saved_tensors
            return g + 0.5 * cut_off

    x = torch.tensor([1.5], dtype=torch.float64, requires_grad=True)
    torch.autograd.backward(Halved.apply(x), torch.tensor([2.0]).double())
    assert x.grad.tolist() == [2.25]


@each_network
@pytest.mark.parametrize("seed", [0, 1])
def test_the_engine_s_training_is_autograd_s(network, seed):
    samples = bivariate(60, seed=3)
    start = network.start([seed])
    trained = sgd(network, samples, 300, [seed])
    losses, parameters = train_by_autograd(network, samples, 1e-3, 300, start[:, 0])
    np.testing.assert_allclose(trained.losses[:, 0], losses, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(trained.parameters[:, 0], parameters, rtol=0, atol=1e-12)
    assert np.abs(parameters - start[:, 0]).max() > 0.01


def loss_by_hand(network, parameters, x, label, hidden=None):
    first, last = parameters[:20].reshape(2, 10), parameters[20:].reshape(10, 2)
    units = [max(0.0, sum(x[i] * first[i, j] for i in range(2))) for j in range(10)]
    given = units if hidden is None else hidden
    outputs = [sum(given[j] * last[j, k] for j in range(10)) for k in range(2)]
    return sum((output - label) ** 2 for output in outputs), np.array(units)


@pytest.mark.parametrize("place", ["nothing", "input"])
def test_the_gradient_of_the_network_is_the_difference_of_its_loss(place):
    network = QuantizedNetwork(place)
    point = network.start([4])
    [x] = network.inputs(Samples(np.array([[3.7], [2.2]]), np.array([2.0])))
    assert x.tolist() == ([3.0, 2.0] if place == "input" else [3.7, 2.2])
    loss, gradient = network.gradient(point, x, 2.0)
    assert loss[0] == pytest.approx(loss_by_hand(network, point[:, 0], x, 2.0)[0], rel=1e-13)
    slopes = differences(lambda p: loss_by_hand(network, p, x, 2.0)[0], point[:, 0])
    np.testing.assert_allclose(gradient[:, 0], slopes, rtol=1e-7, atol=1e-5)


@pytest.mark.parametrize("feedback", [True, False])
def test_with_hidden_bytes_the_gradient_is_that_of_the_two_terms(feedback):
    network = QuantizedNetwork("hidden", feedback)
    point, x = network.start([4])[:, 0], np.array([3.7, 2.2])
    _, units = loss_by_hand(network, point, x, 2.0)
    q = np.floor(units)
    # The loss as a function of the bytes; then the two terms as one of the first weights.
    g = differences(lambda h: loss_by_hand(network, point, x, 2.0, h)[0], q)

    def terms(first):
        moved = loss_by_hand(network, np.concatenate([first, point[20:]]), x, 2.0)[1]
        return g @ moved + feedback * 0.5 * np.sum((moved - q) ** 2)

    of_last = differences(
        lambda last: loss_by_hand(network, np.concatenate([point[:20], last]), x, 2.0, q)[0],
        point[20:])
    _, gradient = network.gradient(point[:, None], x, 2.0)
    np.testing.assert_allclose(gradient[:20, 0], differences(terms, point[:20]), atol=1e-6)
    np.testing.assert_allclose(gradient[20:, 0], of_last, rtol=1e-7, atol=1e-6)


def test_above_255_a_hidden_unit_counts_as_255_and_passes_no_gradient():
    network = QuantizedNetwork("hidden", layers=(1, 2, 1))
    # Units 300 and 30.5; the bytes are 255 and 30.
    point = np.array([[30.0], [3.05], [1.0], [2.0]])
    loss, gradient = network.gradient(point, np.array([10.0]), 1.0)
    error = 255 * 1.0 + 30 * 2.0 - 1.0
    assert loss.tolist() == [error**2]
    np.testing.assert_allclose(
        gradient[:, 0], [0.0, 10 * (2 * error * 2.0 + 0.5), 2 * error * 255, 2 * error * 30])
    samples = Samples(np.array([[10.0]]), np.array([1.0]))
    by_autograd = train_by_autograd(network, samples, 1e-6, 1, point[:, 0])[1]
    np.testing.assert_allclose(by_autograd, (point - 1e-6 * gradient)[:, 0], rtol=1e-14)


def test_the_input_zero_where_all_sums_tie_moves_no_first_weight():
    samples = Samples(np.array([[0.5], [0.25]]), np.array([1.0]))
    network = QuantizedNetwork("input")
    start = network.start([0])
    trained = sgd(network, samples, 1, [0])
    assert trained.losses.tolist() == [[2.0]]
    assert (trained.parameters == start).all()
    assert (train_by_autograd(network, samples, 1e-3, 1, start[:, 0])[1] == start[:, 0]).all()


@each_network
def test_each_seed_gets_what_it_gets_alone(network):
    samples = bivariate(50, seed=0)
    together = sgd(network, samples, 100, [3, 8, 5])
    for column, seed in enumerate([3, 8, 5]):
        alone = sgd(network, samples, 100, [seed])
        np.testing.assert_allclose(together.losses[:, column], alone.losses[:, 0], rtol=1e-9)
        np.testing.assert_allclose(together.parameters[:, column], alone.parameters[:, 0])


def test_after_the_last_sample_the_first_comes_again():
    samples, network = bivariate(4, seed=0), QuantizedNetwork()
    twice = Samples(np.tile(samples.values, 2), np.tile(samples.labels, 2))
    assert (sgd(network, samples, 16, [0]).losses == sgd(network, twice, 16, [0]).losses).all()


@pytest.mark.parametrize("rule", RULES)
def test_any_rule_trains_it(rule):
    samples, network = bivariate(20, seed=0), QuantizedNetwork("hidden")
    trained = train_quantized(network, samples, RULES[rule], {"lr": 1e-3}, 30, [0, 1])
    point = network.start([0, 1])
    stepping = RULES[rule].run([point])
    for x, label in zip(network.inputs(samples)[:30], samples.labels[:30], strict=True):
        point = point - stepping.step([network.gradient(point, x, label)[1]], {"lr": 1e-3})[0]
    np.testing.assert_allclose(trained.parameters, point, rtol=1e-12)


def test_a_seed_that_diverges_is_seen_in_its_losses_and_leaves_the_others_alone():
    samples, network = bivariate(50, seed=0), QuantizedNetwork()
    start = network.start([0, 1])
    start[:, 1] *= 1e160
    trained = sgd(network, samples, 60, [0, 1], start=start)
    assert not np.isfinite(trained.losses[-1, 1])
    np.testing.assert_allclose(trained.losses[:, 0], sgd(network, samples, 60, [0]).losses[:, 0])


def test_a_start_is_standard_normal_and_its_seed_s_own():
    starts = QuantizedNetwork().start(range(400))
    assert starts.shape == (40, 400)
    assert abs(starts.mean()) < 0.03
    assert abs(starts.std() - 1) < 0.03
    assert (QuantizedNetwork().start([7])[:, 0] == starts[:, 7]).all()
    assert not np.isin(starts[:, 0], bivariate(100, 0).values - 3.0).any()


def test_feedback_empties_the_hidden_layer_and_the_bytes_alone_do_not():
    samples, last = bivariate(500, seed=0), slice(-1000, None)
    straight, fed, unfed = (
        np.median(sgd(network, samples, 8000, range(8)).losses[last].mean(axis=0))
        for network in (NETWORKS[0], NETWORKS[2], NETWORKS[3]))
    # The answer 1.5 to all samples has the loss 2 * 0.5^2.
    assert 0.45 < fed < 0.65
    assert straight < unfed < 0.3


def test_progress_is_told_up_to_the_end():
    told = []
    sgd(QuantizedNetwork(), bivariate(5, 0), 250, [0], progress=told.append)
    assert (told[:2], told[-1]) == ([2, 4], 250)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: QuantizedNetwork("output"),
     "a network with 'output' quantized\n  expected 'nothing', 'input' or 'hidden'"),
    (lambda: sgd(NETWORKS[0], bivariate(5, 0), 1, []),
     "there is nothing to train\n  expected at least one seed and one sample"),
    (lambda: sgd(NETWORKS[0], Samples(np.ones((3, 4)), np.ones(4)), 1, [0]),
     "samples of 3 features\n  expected 2"),
    (lambda: sgd(NETWORKS[0], bivariate(5, 0), 1, [0], start=np.ones((40, 2))),
     "a start of shape (40, 2)\n  expected (40, 1): a row per parameter, a column per seed"),
])
def test_what_cannot_be_trained_is_said(call, message):
    with pytest.raises(TrainingError) as caught:
        call()
    assert str(caught.value) == message
