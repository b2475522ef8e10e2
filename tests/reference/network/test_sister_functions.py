"""Functions that do the same for networks, graphs and data refuse the same, in the same words."""

import numpy as np
import pytest

from cgp_reference.data import DataError, bivariate, dag_inputs, two_gaussians
from cgp_reference.data.batches import Batches
from cgp_reference.graph import Graph
from cgp_reference.network import LayeredNetwork, NetworkError
from cgp_reference.optimizers import sgd
from cgp_reference.quantization.network import QuantizedNetwork, train_quantized
from cgp_reference.train import TrainingError, displayed, train
from cgp_reference.train.graphs import train_graph
from cgp_reference.train.least_squares import (
    gauss_newton,
    gradient_descent,
    levenberg_marquardt,
    network_problem,
)
from cgp_reference.train.torch_baseline import SigmoidNet, load

SAMPLES = two_gaussians(dimensions=4, size=20, seed=0)
NETWORK = LayeredNetwork((4, 2, 1))
SQUARES = network_problem(NETWORK, SAMPLES.values, SAMPLES.labels)
HERE = np.zeros(13)


def network(iterations, seeds=(0,)):
    return train(NETWORK, Batches(SAMPLES), sgd, {}, iterations, seeds)


def graph(iterations, seeds=(0,)):
    return train_graph(Graph.of(["xw=ab*xa"]), {"xa": [1.0]}, {"xw": [2.0]}, sgd, {},
                       seeds=seeds, iterations=iterations)


def quantized(iterations, seeds=(0,)):
    return train_quantized(
        QuantizedNetwork(), bivariate(5, seed=0), sgd, {}, iterations, seeds)


TRAININGS = (network, graph, quantized)
METHODS = (
    lambda steps: gradient_descent(SQUARES, HERE, steps, 0.1),
    lambda steps: gauss_newton(SQUARES, HERE, steps),
    lambda steps: levenberg_marquardt(SQUARES, HERE, steps),
)


@pytest.mark.parametrize("trained", [*TRAININGS, *METHODS])
def test_fewer_than_no_steps(trained):
    with pytest.raises(TrainingError) as refused:
        trained(-1)
    assert str(refused.value) == "a training of -1 iterations\n  expected 0 or more"
    trained(0)


@pytest.mark.parametrize("trained", TRAININGS)
def test_no_seeds(trained):
    with pytest.raises(TrainingError) as refused:
        trained(1, seeds=())
    assert str(refused.value).startswith("there is nothing to train\n  expected at least one seed")


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: two_gaussians(1, 1, seed=0), DataError,
     "no data of 1 dimensions and 1 samples can be drawn\n"
     "  expected at least 1 dimension and 2 samples, one of each class"),
    (lambda: bivariate(0, seed=0), DataError,
     "no data of 0 samples for each class can be drawn\n  expected at least 1"),
    (lambda: dag_inputs(0, 5, seed=0), DataError,
     "no data of 0 variables and 5 samples can be drawn\n  expected at least 1 of both"),
    (lambda: dag_inputs(1, 0, seed=0), DataError,
     "no data of 1 variables and 0 samples can be drawn\n  expected at least 1 of both"),
    (lambda: Batches(SAMPLES, size=0), DataError,
     "batches of 0 samples\n  expected at least 1"),
    (lambda: displayed(np.ones(5), 0), TrainingError,
     "a line every 0 iterations\n  expected 1 or more"),
    (lambda: levenberg_marquardt(SQUARES, HERE, 1, damping=0.0), TrainingError,
     "a damping of 0.0\n  expected a positive number"),
    (lambda: levenberg_marquardt(SQUARES, HERE, 1, damping=np.nan), TrainingError,
     "a damping of nan\n  expected a positive number"),
    (lambda: network_problem(NETWORK, SAMPLES.values, SAMPLES.labels[1:]), NetworkError,
     "labels of shape (19,)\n  expected (1, 20)"),
    (lambda: load(SigmoidNet(), np.zeros(14)), TrainingError,
     "parameters of shape (14,)\n  expected (13,)"),
])
def test_what_cannot_be_is_refused_at_once(make, error, message):
    with pytest.raises(error) as refused:
        make()
    assert str(refused.value) == message


def test_a_start_of_whole_numbers_is_a_start():
    trained = train(NETWORK, Batches(SAMPLES), sgd, {}, 1, [0], start=np.zeros((13, 1), int))
    assert trained.losses.tolist() == [[0.25]]
