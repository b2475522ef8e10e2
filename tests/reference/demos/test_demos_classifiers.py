"""The demos of the classifiers: their numbers by independent arithmetic, what a figure shows."""

import numpy as np
import pytest

from cgp_reference.data import two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.demos import figure, mean_losses
from cgp_reference.demos.classifiers import classifier, jacobian, multi_neuron, one_neuron
from cgp_reference.demos.classifiers import verify_torchnn as verify
from cgp_reference.demos.descent import FAR, Descent, Method, reference
from cgp_reference.demos.loss_table import table
from cgp_reference.optimizers import RULES
from cgp_reference.train import displayed, torch_baseline, train
from cgp_reference.train.least_squares import Path

CLASSIFIERS = [one_neuron.NEURON, multi_neuron.NETWORK]
NAMES = ["SGD", "SGD+", "AdaGrad", "RMSProp", "Adam"]


def drawn(demo, descents, seed=0):
    with figure.look():
        made = figure.blank()
        demo.draw(made, descents, seed)
        made.canvas.draw()
    return made


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_sgd_on_one_neuron_is_equation_21_written_by_hand():
    sgd, *_ = one_neuron.NEURON.references(3, 20)
    inputs, labels = classifier.batches(3, 21)
    point = sgd.points[0]
    for k in range(20):
        x, y = inputs[:, k, :, 0], labels[k, :, 0]
        predicted = sigmoid(point[:4] @ x + point[4])
        slope = -2 / 8 * (y - predicted) * predicted * (1 - predicted)
        np.testing.assert_allclose(sgd.points[k], point, rtol=1e-12)
        np.testing.assert_allclose(sgd.losses[k], np.mean((y - predicted) ** 2), rtol=1e-12)
        point = point - 1e-3 * np.array([*(x @ slope), slope.sum()])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("network", CLASSIFIERS, ids=["4-1", "4-2-1"])
def test_every_rule_goes_where_the_engine_s_training_goes(network, rule):
    trained = train(network.network, Batches(two_gaussians(4, 5000, 0)), RULES[rule],
                    {"lr": network.learning_rate}, 150, [5])
    found = network.references(5, 150)[list(RULES).index(rule)]
    np.testing.assert_allclose(found.losses[:150], trained.losses[:, 0], rtol=1e-9)
    np.testing.assert_allclose(found.points[-1], trained.parameters[:, 0], rtol=1e-9)


@pytest.mark.parametrize("network", CLASSIFIERS, ids=["4-1", "4-2-1"])
def test_all_rules_have_one_start_the_same_batches_and_the_same_rate(network):
    descents = network.references(2, 5)
    assert [one.method.label for one in descents] == NAMES
    assert {one.method.learning_rate for one in descents} == {network.learning_rate}
    assert len({one.losses[0] for one in descents}) == 1
    assert all((one.points[0] == network.start(2)).all() for one in descents)
    assert ((network.start(2) >= 0) & (network.start(2) < 1)).all()


def test_the_further_seeds_are_the_next_ones_each_as_if_alone():
    network = multi_neuron.NETWORK
    adam = network.references(4, 12)[-1]
    assert adam.others.shape == (13, 32)
    for column, seed in ((0, 5), (31, 36)):
        alone = network.follow(reference("adam", "Adam", 9e-2, 13), seed, 12)
        np.testing.assert_allclose(adam.others[:, column], alone.losses, rtol=1e-9)


def test_averaged_losses_are_those_that_the_lecture_prints():
    losses = np.random.default_rng(0).uniform(size=501)
    averaged = mean_losses.trailing(losses, 100)
    # The lecture's first line has one iteration more in its mean.
    np.testing.assert_allclose(averaged[200:501:100], displayed(losses, 100)[1:])
    np.testing.assert_allclose(averaged[:3], [losses[0], losses[:2].mean(), losses[:3].mean()])


def test_ten_of_the_lecture_s_lines_are_printed_the_first_and_the_last_among_them():
    lines = mean_losses.printed(np.arange(5000.0), 100)
    assert len(lines) == 10
    assert (lines[0], lines[-1]) == ("[iter=101]  loss = 50.0000", "[iter=4901]  loss = 4850.5000")


def test_the_last_column_is_the_spread_of_further_seeds_where_there_are_such():
    losses = np.array([1.0, 0.5])
    others = np.array([np.ones(21), np.arange(21.0)])
    assert table([
        Descent(Method("with", "x", 0.1), np.zeros((2, 1)), losses, 1, others),
        Descent(Method("without", "x", None), np.zeros((2, 1)), losses, 1),
        Descent(Method("gone", "x", 0.1), np.zeros((1, 1)), losses[:1], 1, others),
    ]) == [
        "rule      lr  step 0    1  median (5 to 95 %)",
        "with     0.1       1  0.5  10.000 (1.000 to 19.000)",
        "without    -       1  0.5",
        "gone     0.1       1    -  diverged at step 1",
    ]


@pytest.mark.parametrize("demo", [one_neuron.DEMO, multi_neuron.DEMO], ids=lambda demo: demo.name)
def test_one_panel_has_the_printed_seed_and_one_the_band_of_the_others(demo):
    descents = demo.reference(0, 40)
    made = drawn(demo, descents)
    one, others = made.axes
    assert [axes.get_title() for axes in made.axes] == [
        "one seed", "further seeds: median, 5 to 95 %"]
    assert (one.get_yscale(), one.get_ylabel()) == ("log", "mean loss of 4 iterations")
    for number, descent in enumerate(descents):
        x, y = one.lines[number].get_data()
        assert list(x) == [*range(0, 41, 4)]
        np.testing.assert_allclose(y, mean_losses.trailing(descent.losses, 4)[::4])
        means = mean_losses.trailing(descent.others, 4)[::4]
        np.testing.assert_allclose(others.lines[number].get_ydata(), np.median(means, axis=1))
        band = others.collections[number].get_paths()[0].vertices
        low, high = np.quantile(means[5], [0.05, 0.95])
        np.testing.assert_allclose(sorted({y for x, y in band if x == 20}), [low, high])
    assert [text.get_text() for text in made.legends[0].get_texts()] == [
        f"{name}, lr {demo.learning_rate('sgd'):g}" for name in NAMES]


def test_torch_s_same_networks_agree_with_the_engine_to_rounding_and_the_other_does_not():
    threads = torch_baseline.torch.get_num_threads()
    engine_1, one, engine_2, sigmoids, relu = verify.references(1, 200)
    assert torch_baseline.torch.get_num_threads() == threads
    assert one.method.label, sigmoids.method.label == ("OneNeuronNet", "SigmoidNet")
    np.testing.assert_allclose(engine_1.losses, one.losses, rtol=0, atol=1e-12)
    np.testing.assert_allclose(engine_2.losses, sigmoids.losses, rtol=0, atol=1e-12)
    assert np.abs(engine_2.losses - relu.losses).max() > 0.1
    assert {len(each.losses) for each in (one, sigmoids, relu)} == {201}


@pytest.mark.parametrize(("largest", "size"), [
    (0.0, "0"), (2.2e-16, "below 1e-15"), (1e-15, "below 1e-14"), (0.25, "below 1e+00"),
])
def test_a_difference_is_said_as_a_power_of_ten(largest, size):
    assert verify.difference("engine 4-1", "OneNeuronNet", np.array([0.0, -largest])) == (
        f"largest difference of a loss, engine 4-1 against OneNeuronNet: {size}")


def test_a_loss_that_is_apart_is_not_said_to_be_the_same():
    descents = verify.references(0, 5)
    descents[3].losses[2] += 0.03
    assert verify.lines(descents, 0)[-2] == (
        "largest difference of a loss, engine 4-2-1 against SigmoidNet: below 1e-01")


@pytest.mark.parametrize("seed", [0, 7])
def test_the_jacobian_is_equation_18_without_the_error_and_near_its_differences(seed):
    inputs, _ = classifier.batches(seed, 32)
    x = inputs[..., 0].reshape(4, -1)
    point = jacobian.start(seed)
    predicted = sigmoid(point[:4] @ x + point[4])
    by_hand = predicted * (1 - predicted) * np.vstack([x, np.ones(256)])
    found = jacobian.jacobian(seed)
    np.testing.assert_allclose(found, by_hand.T, rtol=1e-12)
    # The third derivative of a sigmoid is 1/8 at most: DELTA^2 / 6 / 8 = 2e-8.
    np.testing.assert_allclose(jacobian.differences(seed), found, rtol=0, atol=2.1e-8)


def test_a_student_s_gradient_descent_has_the_path_of_the_reference_s():
    gd, *_ = jacobian.references(2, 15)
    sgd = jacobian.follow(reference("sgd", "SGD", jacobian.GD_RATE, 5), 2, 15)
    np.testing.assert_allclose(sgd.points, gd.points, rtol=1e-9)
    np.testing.assert_allclose(sgd.losses, gd.losses, rtol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_levenberg_marquardt_never_climbs_and_ends_below_gradient_descent(seed):
    gd, _, damped = jacobian.references(seed, 30)
    assert (np.diff(damped.losses) <= 0).all()
    assert damped.losses[-1] < gd.losses[-1]


def test_gauss_newton_arrives_with_seed_0_and_climbs_with_seed_1():
    _, jumps, damped = jacobian.references(0, 30)
    np.testing.assert_allclose(jumps.losses[-1], damped.losses[-1], rtol=1e-6)
    _, jumps, _ = jacobian.references(1, 3)
    assert jumps.losses[2] > jumps.losses[0] > jumps.losses[1]


@pytest.mark.parametrize("far", [2 * FAR, np.inf, np.nan])
def test_a_jump_too_far_ends_a_path(far):
    points = np.array([[1.0], [2.0], [far], [3.0]])
    path = Path(points, np.arange(4.0), (True,) * 3)
    descent = jacobian.limited(Method("GN", "gn", None), path, 3)
    assert descent.diverged_at == 2
    assert descent.points.tolist() == [[1.0], [2.0]]


def test_the_jacobian_s_figure_has_the_losses_of_the_three_methods():
    descents = jacobian.references(0, 10)
    made = drawn(jacobian.DEMO, descents)
    [axes] = made.axes
    for line, descent in zip(axes.lines, descents, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), descent.losses)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss (sum of squared errors)")
    assert [text.get_text() for text in made.legends[0].get_texts()] == [
        "GD, lr 0.02", "Gauss-Newton", "Levenberg-Marquardt"]
