"""Problems: losses and gradients are torch's, seeds never meet, the same runs for every rule."""

import inspect
import types
from dataclasses import FrozenInstanceError, replace
from functools import partial

import numpy as np
import pytest

from cgp_reference.problems import (
    PROBLEMS,
    dag,
    multi_neuron,
    network_course,
    ravine,
    rosenbrock,
    sparse,
)
from cgp_reference.problems.problem import Problem
from cgp_reference.train import TrainingError
from tests.reference.problems.problem_losses import by_autograd

SEEDS = [5, 0, 8_000_000]
ITERATIONS = 150        # more than the 16 to 128 whose data are gathered at once
FAMILIES = {"sgd", "sgd_plus", "adagrad", "rmsprop", "adam"}
every_problem = pytest.mark.parametrize("name", PROBLEMS)


def assert_is_autograd(name, problem):
    course = problem.course(SEEDS, ITERATIONS)
    random = np.random.default_rng(0)
    for k in (0, 1, 131, ITERATIONS - 1):
        points = course.start + random.normal(0, 0.5, course.start.shape)
        losses, gradient = course.bound(points)(k)
        assert losses.shape == (3,)
        assert gradient.shape == (problem.size, 3)
        for column, seed in enumerate(SEEDS):
            loss, expected = by_autograd(name, points[:, column], seed, k)
            assert losses[column] == pytest.approx(loss, rel=1e-12)
            # Where terms cancel, rounding is that of the largest.
            largest = abs(expected).max()
            assert gradient[:, column] == pytest.approx(expected, rel=1e-12, abs=1e-13 * largest)


@every_problem
def test_losses_and_gradients_are_those_of_autograd(name):
    assert_is_autograd(name, PROBLEMS[name])


MISTAKES = {
    "loss summed over the batch": (network_course, "losses /= BATCH", "losses /= 1.0"),
    "a batch late": (network_course, "range(first, iter", "range(max(first - 1, 0), iter"),
    "labels of another batch": (
        network_course, "inside(labels)", "inside(labels[::-1])"),
    "the error left out": (dag, "errors * (2 / BATCH)", "errors * 0.0 + 2 / BATCH"),
    "the square's factor left out": (dag, "2 / BATCH", "1 / BATCH"),
    "a parameter's gradient in another's row": (
        dag, "enumerate(GRAPH.parameters)", "enumerate(GRAPH.parameters[::-1])"),
    "a valley ten times as steep": (ravine, "CONDITION * (across", "10.0 * (across"),
    "a valley that is not turned": (ravine, "[-along[1], along[0]]", "[along[1], along[0]]"),
    "one half left out": (ravine, "yield 0.5 * ", "yield "),
    "an optimum elsewhere": (ravine, "optima[first:]", "optima[first:] * 0.999"),
    "the factor 2 left out": (sparse, "2 / BATCH", "1 / BATCH"),
    "uphill": (sparse, "parameters - weights", "weights - parameters"),
    "the gap's sign": (rosenbrock, "- 2.0 * short", "+ 2.0 * short"),
    "the bend left out": (rosenbrock, "* above * x - 2.0", "* above - 2.0"),
    "x taken for y": (rosenbrock, "gradient[1::2] = 2.0 * STEEPNESS * above",
                      "gradient[1::2] = 2.0 * STEEPNESS * short"),
}


def planted(module, old, new):
    """The module's problem, with a mistake in its source."""
    source = inspect.getsource(module)
    assert source.count(old) == 1
    wrong = types.ModuleType(module.__name__)
    exec(source.replace(old, new), wrong.__dict__)
    if module is network_course:
        return replace(
            multi_neuron.MULTI_NEURON, course=partial(wrong.network_course, multi_neuron.NETWORK))
    [problem] = [each for each in vars(wrong).values() if isinstance(each, Problem)]
    return problem


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_problem_is_caught(mistake):
    problem = planted(*MISTAKES[mistake])
    with pytest.raises(AssertionError):
        assert_is_autograd(problem.name, problem)


@pytest.mark.parametrize("module", [network_course, dag, ravine, sparse, rosenbrock])
def test_nothing_is_caught_where_nothing_is_planted(module):
    problem = planted(module, '"""\n\nfrom __future__', '"""\nfrom __future__')
    assert_is_autograd(problem.name, problem)


def descent(problem, seeds, iterations=ITERATIONS):
    """Losses of SGD at a tenth of its rate."""
    course = problem.course(seeds, iterations)
    parameters = course.start.copy()
    evaluate, losses = course.bound(parameters), []
    for k in range(iterations):
        loss, gradient = evaluate(k)
        parameters -= 0.1 * problem.learning_rates["sgd"] * gradient
        losses.append(loss)
    return np.array(losses), parameters


@every_problem
def test_a_seed_gets_alone_what_it_gets_among_others(name):
    losses, parameters = descent(PROBLEMS[name], [7, 3, 7, *range(40)])
    alone, its_own = descent(PROBLEMS[name], [3])
    assert losses[:, [1]] == pytest.approx(alone, rel=1e-12)
    assert parameters[:, [1]] == pytest.approx(its_own, rel=1e-12)
    assert np.array_equal(losses[:, 0], losses[:, 2])
    assert len(np.unique(losses[0])) == 40      # 0 to 39, with 3 and 7 among them


@every_problem
@pytest.mark.parametrize("seeds", [[2, 9, 5] * 3, [2, 9, 9, 2], [4, 4], [2, 9, 2]])
def test_a_seed_that_comes_again_gets_the_same_each_time(name, seeds):
    losses, parameters = descent(PROBLEMS[name], seeds, 40)
    for column, seed in enumerate(seeds):
        alone, its_own = descent(PROBLEMS[name], [seed], 40)
        assert losses[:, [column]] == pytest.approx(alone, rel=1e-12)
        assert parameters[:, [column]] == pytest.approx(its_own, rel=1e-12)


@every_problem
def test_the_same_seeds_get_the_same_runs_again(name):
    once, again = (descent(PROBLEMS[name], [2, 9], 30) for _ in range(2))
    assert np.array_equal(once[0], again[0])
    assert np.array_equal(once[1], again[1])


@every_problem
def test_a_run_begins_like_a_longer_one(name):
    assert np.array_equal(
        descent(PROBLEMS[name], [2, 9], 30)[0], descent(PROBLEMS[name], [2, 9], 140)[0][:30])


@every_problem
def test_any_iteration_may_be_asked_for_in_any_order(name):
    course = PROBLEMS[name].course([4, 1], ITERATIONS)
    evaluate = course.bound(course.start)
    in_order = [evaluate(k) for k in range(ITERATIONS)]
    for k in (149, 3, 3, 4, 70, 0):
        losses, gradient = evaluate(k)
        # Another place in a block, another alignment of memory: rounding may differ.
        assert losses == pytest.approx(in_order[k][0], rel=1e-13)
        assert gradient == pytest.approx(in_order[k][1], rel=1e-12, abs=1e-12)


@every_problem
def test_a_gradient_is_memory_of_its_own(name):
    course = PROBLEMS[name].course([4, 1], ITERATIONS)
    parameters = course.start.copy()
    evaluate = course.bound(parameters)
    gradients, copies = [], []
    for k in range(ITERATIONS):
        gradient = evaluate(k)[1]
        gradients.append(gradient)
        copies.append(gradient.copy())
        parameters += 1e-3
    assert np.array_equal(gradients, copies)
    assert not any(
        np.shares_memory(one, other)
        for one, other in zip(gradients, [*gradients[1:], parameters], strict=True))


@every_problem
def test_a_gradient_that_a_rule_overwrites_changes_nothing_after_it(name):
    course = PROBLEMS[name].course([4, 1], 100)
    evaluate, untouched = course.bound(course.start), course.bound(course.start)
    for k in range(100):
        gradient = evaluate(k)[1]
        assert np.array_equal(gradient, untouched(k)[1])
        gradient[:] = np.nan


@every_problem
def test_what_counts_are_the_numbers_at_the_time_of_the_call(name):
    course = PROBLEMS[name].course([4, 1], 10)
    parameters = np.zeros_like(course.start)
    evaluate = course.bound(parameters)
    evaluate(0)
    parameters += course.start
    assert np.array_equal(evaluate(1)[1], course.bound(course.start)(1)[1])


@every_problem
def test_a_start_cannot_be_changed(name):
    with pytest.raises(ValueError, match="read-only"):
        PROBLEMS[name].course([0], 1).start[0] = 0.0


@every_problem
def test_a_rate_that_diverges_does_not_warn(name):
    course = PROBLEMS[name].course([0, 1], 20)
    parameters = course.start.copy()
    evaluate = course.bound(parameters)
    for k, value in enumerate((1e100, -1e200, 1e308, -np.inf, np.nan)):
        parameters[:] = value
        evaluate(k)


@every_problem
def test_parameters_of_another_shape_are_refused(name):
    problem = PROBLEMS[name]
    with pytest.raises(TrainingError) as caught:
        problem.course([0, 1], 5).bound(np.zeros((problem.size, 3)))
    assert str(caught.value) == (
        f"parameters of shape ({problem.size}, 3)\n"
        f"  expected ({problem.size}, 2), that of the start"
    )


@every_problem
@pytest.mark.parametrize("k", [-1, 5])
def test_there_is_no_iteration_beyond_the_course(name, k):
    course = PROBLEMS[name].course([0], 5)
    with pytest.raises(IndexError) as caught:
        course.bound(course.start)(k)
    assert str(caught.value) == f"iteration {k} of a course of 5"


@every_problem
def test_a_problem_says_what_it_is(name):
    problem = PROBLEMS[name]
    assert problem.name == name
    assert problem.course([0, 1], 1).start.shape == (problem.size, 2)
    assert set(problem.learning_rates) == FAMILIES
    assert problem.chaotic_for <= FAMILIES
    for text in (problem.summary, problem.optimum, problem.difficulty):
        assert text.endswith(".")
    with pytest.raises(FrozenInstanceError):
        problem.size = 0


def test_problems_come_in_a_fixed_order():
    assert [(name, problem.size, problem.iterations) for name, problem in PROBLEMS.items()] == [
        ("one_neuron", 5, 1000), ("multi_neuron", 13, 1500), ("dag", 4, 1000), ("ravine", 2, 400),
        ("sparse", 32, 1000), ("rosenbrock", 8, 1000),
    ]
