"""`learning`: no activation in use is refused, none that learns nothing passes.

Over 20 seeds: `python -m benchmarks.activations`.
"""

from dataclasses import replace

import numpy as np
import pytest

from cgp_harness.kinds.activation.checks import learning as module
from cgp_harness.kinds.activation.checks.activation import activation
from cgp_harness.kinds.activation.checks.learning import (
    ITERATIONS,
    RATE,
    SEEDS,
    learning,
    of_sigmoid,
    trained,
)
from cgp_harness.model import Status
from cgp_harness.probing.statistics.paired import Paired
from cgp_reference.activation import SIGMOID, TANH, Activation
from cgp_reference.problems import PROBLEMS
from tests.harness.activations.activation_forms import IN_USE, RIGHT, USELESS, tanh_slope
from tests.harness.in_process.activations import context_of

FITTING = {"fits": True}
SEE = '(see "value and derivative fit each other")'


@pytest.mark.parametrize("name", IN_USE)
def test_activations_in_use_learn_as_well_as_the_sigmoid(name):
    for seed in (0,) if name != "hard sigmoid" else (0, 1):     # the nearest to being refused
        done = learning(context_of(RIGHT[name], seed, learned=FITTING))
        assert (done.status, done.fraction) == (Status.PASSED, 1.0), done.message


@pytest.mark.parametrize("name", USELESS)
def test_what_learns_nothing_is_refused(name):
    done = learning(context_of(USELESS[name], learned=FITTING))
    assert (done.status, done.fraction) == (Status.FAILED, 0.0), done.message


RUNS = "Layers 4-2-1, 1500 iterations of SGD with lr {} on 32 paired seeds: "
BELOW = "; below 0 is better than the sigmoid."


def said(function, learned=None, **spec):
    return learning(context_of(function, learned=learned, **spec)).message


def test_what_is_said_of_each_outcome():
    assert said(RIGHT["tanh"], FITTING) == (
        "The network learns better than with the sigmoid.\n" + RUNS.format("0.5")
        + "-0.210 decades of loss, averaged over all iterations, 95 % interval -0.217 to -0.203"
        + BELOW)
    assert said(RIGHT["sigmoid"], FITTING) == (
        "The network learns as well as with the sigmoid.\n" + RUNS.format("0.5")
        + "+0.000 decades of loss, averaged over all iterations, 95 % interval +0.000 to +0.000"
        + BELOW)
    assert said(USELESS["0.001 x"], FITTING, lr=0.3) == (
        "The network learns worse than with the sigmoid, by more than 0.1 decades.\n"
        + RUNS.format("0.3")
        + "+0.163 decades of loss, averaged over all iterations, 95 % interval +0.150 to +0.176"
        + BELOW)


def test_a_wrong_derivative_earns_nothing_even_where_the_network_learns():
    at_value = context_of(lambda x: (np.tanh(x), tanh_slope(np.tanh(x))))
    done = learning(at_value)
    assert (done.status, done.fraction) == (Status.FAILED, 0.0)
    assert done.message.splitlines()[0] == (
        f"Refused: value and derivative do not fit each other {SEE}. So no points here; the "
        "network learns with it all the same.")
    uphill = learning(context_of(USELESS["tanh uphill"]))
    assert uphill.message.splitlines()[0] == (
        f"Refused: value and derivative do not fit each other {SEE}. So no points here; the "
        "network does not learn with it either.")


@pytest.mark.parametrize(("function", "why", "how"), [
    (lambda x: (0.1 * x, 0 * x + 0.1), "it is a straight line", "learns with it all the same"),
    (lambda x: (x, 0 * x + 1.0), "it is a straight line", "learns with it all the same"),
    (lambda x: (np.where(x == 0, 9.0, np.tanh(x)), tanh_slope(x)),
     "its value at one number stands apart from those beside it", "learns with it all the same"),
    (lambda x: (np.log(1 + np.exp(x)), 1 / (1 + np.exp(-x))), "it is not finite everywhere",
     "learns with it all the same"),
])
def test_what_activation_refused_for_another_reason_is_said_to_be_refused_for_that(
        function, why, how):
    given = context_of(function)
    done = learning(replace(given, learned=activation(given).learned))
    assert (done.status, done.message.splitlines()[0]) == (
        Status.FAILED, f"Refused: {why} {SEE}. So no points here; the network {how}.")


def test_without_a_check_activation_it_finds_out_itself():
    alone = ("loads", "learning")
    assert learning(context_of(RIGHT["tanh"], checks=alone)).status is Status.PASSED
    assert learning(context_of(USELESS["tanh uphill"], checks=alone)).status is Status.FAILED


def test_the_worker_is_asked_once_for_each_iteration():
    context = context_of(RIGHT["tanh"], learned=FITTING)
    learning(context)
    assert context.subject.of("activation").asked == ITERATIONS


def test_an_activation_that_raises_ends_the_task():
    calls = []

    def tires(x):
        calls.append(x)
        if len(calls) > 5:
            raise RuntimeError("tired")
        return RIGHT["tanh"](x)

    done = learning(context_of(tires, learned=FITTING))
    assert (done.status, done.message, done.blocks) == (
        Status.STUDENT_ERROR, "mine raised RuntimeError: tired", True)


def test_it_trains_the_problem_s_own_network_on_its_own_batches():
    """With the sigmoid throughout it is the problem `multi_neuron`, whose gradient is tested."""
    course = PROBLEMS["multi_neuron"].course((5, 6), ITERATIONS)
    parameters = np.array(course.start)
    evaluate = course.bound(parameters)
    expected = []
    for k in range(200):
        losses, gradient = evaluate(k)
        expected.append(losses.copy())
        parameters -= RATE * gradient
    found = trained(SIGMOID, (5, 6), RATE)
    np.testing.assert_allclose(found[:200], expected, rtol=1e-12)


def test_the_engine_s_own_and_a_plugin_s_function_train_alike():
    own = Activation.of("tanh", RIGHT["tanh"])
    np.testing.assert_array_equal(trained(own, (5, 6), RATE), trained(TANH, (5, 6), RATE))


def test_a_run_that_is_no_number_counts_as_the_worst_there_is():
    broken = Activation.of("broken", lambda x: (x * np.nan, x))
    assert (trained(broken, (5, 6), RATE) == 1.0).all()


def test_the_baseline_is_computed_once(monkeypatch):
    seeds = tuple(range(900, 900 + SEEDS))
    first = of_sigmoid(seeds, RATE)
    monkeypatch.setattr(module, "trained", None)
    assert of_sigmoid(seeds, RATE) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0, 0] = 0
    # On the plateau at a quarter first, off it at the end: there is something to lose.
    assert np.median(first[:100]) > 0.2
    assert np.median(first[-100:]) < 0.15


def test_only_what_is_shown_to_be_worse_is_refused():
    spread = np.random.default_rng(0).normal(0, 1, SEEDS)
    spread -= spread.mean()
    assert not module.shown_worse(Paired(0.1 + 0.02 * spread))
    assert module.shown_worse(Paired(0.15 + 0.02 * spread))
    assert not module.shown_worse(Paired(0.15 + 0.5 * spread))


def test_the_figure_shows_both():
    done = learning(context_of(RIGHT["tanh"], learned=FITTING))
    [plot] = done.plots
    assert (plot.name, plot.title, plot.problem) == (
        "losses", "three neurons, 4-2-1: median and 5 to 95 % of 32 seeds", "multi_neuron")
    assert [(one.role, one.label) for one in plot.series] == [
        ("reference", "sigmoid"), ("student", "your activation")]
    reference, student = plot.series
    assert np.mean(np.log10(student.y)) < np.mean(np.log10(reference.y)) - 0.15
    assert (np.array(student.low) <= student.y).all()
