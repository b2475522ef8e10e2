"""What each problem is for: which rules gain on it, and how far rounding takes them."""

import numpy as np
import pytest

from cgp_reference.optimizers import RULES
from cgp_reference.problems import PROBLEMS

SEEDS = range(32)
NEEDED = 1.18 * 1.3     # d that a paired t-test of 32 seeds finds but once in 10,000, with a margin


def run(name, family, lr=None, iterations=None, seeds=SEEDS, scale=1.0):
    """Losses `(T, S)` and final parameters `(D, S)` of a reference rule."""
    problem = PROBLEMS[name]
    iterations = iterations or problem.iterations
    course = problem.course(seeds, iterations)
    parameters = course.start * scale
    evaluate, stepping = course.bound(parameters), RULES[family].run([parameters])
    rate = {"lr": lr or problem.learning_rates[family]}
    losses = np.empty((iterations, len(seeds)))
    with np.errstate(all="ignore"):
        for k in range(iterations):
            losses[k], gradient = evaluate(k)
            parameters -= stepping.step([gradient], rate)[0]
    return losses, parameters


def gain(name, family, lr=None, sgd_lr=None):
    """Effect size d by which a rule's mean log10 loss is below SGD's, seed by seed."""
    areas = [np.log10(run(name, each, rate)[0]).mean(axis=0)
             for each, rate in (("sgd", sgd_lr), (family, lr))]
    difference = areas[0] - areas[1]
    return difference.mean() / difference.std(ddof=1)


@pytest.mark.parametrize("family", ["sgd_plus", "rmsprop", "adam"])
@pytest.mark.parametrize("name", ["one_neuron", "multi_neuron"])
def test_on_the_networks_three_rules_beat_sgd_at_its_own_rate(name, family):
    assert gain(name, family, 3e-2, 3e-2) > 2 * NEEDED


def test_adagrad_at_sgd_s_rate_is_behind_sgd():
    assert gain("one_neuron", "adagrad", 1e-2, 1e-2) < -NEEDED


@pytest.mark.parametrize(("name", "family"), [
    *((name, "adagrad") for name in PROBLEMS if name not in {"dag", "ravine"}),
    ("ravine", "sgd_plus"), ("ravine", "adam"), ("sparse", "rmsprop"), ("sparse", "adam"),
    ("rosenbrock", "sgd_plus"), ("rosenbrock", "rmsprop"), ("rosenbrock", "adam"),
])
def test_a_rule_at_its_rate_beats_sgd_at_its_own(name, family):
    assert gain(name, family) > NEEDED


def test_on_the_ravine_momentum_gains_most():
    gains = {each: gain("ravine", each) for each in ("sgd_plus", "adagrad", "rmsprop", "adam")}
    assert max(gains, key=gains.get) == "sgd_plus"


def test_four_of_five_entries_of_a_sparse_gradient_are_exactly_zero():
    course = PROBLEMS["sparse"].course(SEEDS, 200)
    evaluate = course.bound(course.start)
    share = np.mean([evaluate(k)[1] == 0 for k in range(200)])
    assert share == pytest.approx(0.80, abs=0.01)


def test_sgd_stays_on_the_plateau_of_the_three_neurons_and_adam_leaves_it():
    last = {family: run("multi_neuron", family)[0][-50:].mean() for family in ("sgd", "adam")}
    assert last == pytest.approx({"sgd": 0.244, "adam": 0.107}, abs=0.002)


def test_the_ravine_has_its_condition_number_and_its_optimum_its_least_loss():
    course = PROBLEMS["ravine"].course(SEEDS, 1)
    columns = []
    for unit in np.eye(2):
        lines = [course.bound(course.start + shift)(0)[1] for shift in (0, unit[:, None])]
        columns.append(lines[1] - lines[0])
    matrices = np.moveaxis(np.array(columns), 2, 0)
    assert np.linalg.cond(matrices) == pytest.approx([100] * 32)
    offset = np.linalg.solve(matrices, course.bound(course.start)(0)[1].T[..., None])[..., 0].T
    assert course.bound(course.start - offset)(0)[0] == pytest.approx([0] * 32, abs=1e-25)
    assert (np.linalg.norm(offset, axis=0) > 1.98).all()
    assert (np.linalg.norm(offset, axis=0) < 4.05).all()


def test_rosenbrock_is_least_at_ones():
    course = PROBLEMS["rosenbrock"].course([0], 1)
    [loss], gradient = course.bound(np.ones((8, 1)))(0)
    assert (loss, abs(gradient).max()) == (1e-12, 0)


def test_adam_finds_what_the_dag_s_data_determine():
    _, (ab, ac, bc, cd) = run("dag", "adam", 5e-2, 4000, range(8))
    found = [np.median(each) for each in (ab + bc, ac, cd)]
    assert found == pytest.approx([3, 4, 3], abs=0.05)
    assert np.ptp(ab) > 0.2         # alone it is not determined


def parted(name, family, lr=None, iterations=200, seeds=SEEDS):
    """How far 1e-14 at the start takes two runs apart, at most, relative to a seed's parameters."""
    one, other = (run(name, family, lr, iterations, seeds, scale)[1] for scale in (1, 1 + 1e-14))
    with np.errstate(invalid="ignore"):
        apart = abs(one - other).max(axis=0) / abs(one).max(axis=0)
    return np.nanmax(apart)


@pytest.mark.parametrize(("name", "family"), [
    (problem.name, family) for problem in PROBLEMS.values() if not problem.chaotic
    for family in problem.learning_rates if family not in problem.chaotic_for
])
def test_where_nothing_is_chaotic_rounding_stays_rounding(name, family):
    assert parted(name, family) < 1e-11


def test_rmsprop_on_rosenbrock_s_valleys_is_chaotic():
    assert parted("rosenbrock", "rmsprop") > 1e-4


def test_the_dag_is_chaotic():
    assert parted("dag", "sgd_plus", 3e-5, 1000, range(100)) > 1e-4
