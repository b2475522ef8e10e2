"""Gauss-Newton and Levenberg-Marquardt: known minima, and jumps taken only where the loss falls."""

import numpy as np
import pytest

from cgp_reference.data import two_gaussians
from cgp_reference.network import LayeredNetwork
from cgp_reference.train.least_squares import (
    gauss_newton,
    gradient_descent,
    levenberg_marquardt,
    network_problem,
)

POINTS = np.linspace(0, 2, 12)


def rosenbrock(p):
    """The narrow valley as errors: 10 (y - x^2) and 1 - x; the minimum is 0 at (1, 1)."""
    x, y = p
    return np.array([10 * (y - x * x), 1 - x]), np.array([[-20 * x, 10.0], [-1.0, 0.0]])


def line(p):
    """Y - F of a straight line through points that lie on 3 - 2x."""
    return 3 - 2 * POINTS - (p[0] + p[1] * POINTS), -np.stack([np.ones(12), POINTS], axis=1)


def decay(p):
    """Y - F of 2 exp(-1.5 t), with the two parameters unknown."""
    shape = np.exp(-p[1] * POINTS)
    errors = 2 * np.exp(-1.5 * POINTS) - p[0] * shape
    return errors, -np.stack([shape, -p[0] * POINTS * shape], axis=1)


def arctangent(p):
    """One error whose plain Gauss-Newton jump leads away from the minimum beyond |p| = 1.39."""
    return np.arctan(p), np.diag(1 / (1 + p * p))


def undetermined(p):
    """Only the sum of the two parameters matters."""
    return np.array([4 - p[0] - p[1]]), np.array([[-1.0, -1.0]])


def test_gauss_newton_solves_a_line_in_one_jump():
    path = gauss_newton(line, np.array([10.0, 10.0]), steps=1)
    assert path.points[1] == pytest.approx([3, -2], rel=1e-12)
    assert path.losses[1] == pytest.approx(0, abs=1e-24)
    assert path.accepted == (True,)


def test_gauss_newton_jumps_out_of_a_basin_and_levenberg_marquardt_does_not():
    # |p| > 1.3917: each jump lands farther out than it began
    away = gauss_newton(arctangent, np.array([2.0]), steps=3)
    assert np.all(np.diff(np.abs(away.points[:, 0])) > 0)
    path = levenberg_marquardt(arctangent, np.array([2.0]), steps=30)
    assert path.points[-1] == pytest.approx([0], abs=1e-12)
    assert False in path.accepted


@pytest.mark.parametrize("start", [(-1.2, 1.0), (5.0, 5.0), (-3.0, -4.0), (0.0, 0.0)])
def test_levenberg_marquardt_follows_the_narrow_valley_to_its_end(start):
    path = levenberg_marquardt(rosenbrock, np.array(start), steps=100)
    assert path.points[-1] == pytest.approx([1, 1], abs=1e-10)
    assert path.losses[-1] < 1e-20


def test_levenberg_marquardt_fits_a_decay():
    path = levenberg_marquardt(decay, np.array([0.5, 0.1]), steps=50)
    assert path.points[-1] == pytest.approx([2, 1.5], rel=1e-10)


@pytest.mark.parametrize("problem", [rosenbrock, decay])
def test_only_jumps_that_lower_the_loss_are_taken(problem):
    path = levenberg_marquardt(problem, np.array([-1.2, 1.0]), steps=40, damping=1e-9)
    for k, taken in enumerate(path.accepted):
        if taken:
            assert path.losses[k + 1] < path.losses[k]
        else:
            assert path.losses[k + 1] == path.losses[k]
            assert np.array_equal(path.points[k + 1], path.points[k])
    assert path.losses == pytest.approx(
        [problem(point)[0] @ problem(point)[0] for point in path.points], rel=1e-12)


def test_jump_to_where_the_errors_are_not_numbers_is_not_taken():
    def root(p):
        with np.errstate(invalid="ignore"):
            return np.sqrt(p) - 0.01, np.diag(0.5 / np.sqrt(p))

    path = levenberg_marquardt(root, np.array([4.0]), steps=40, damping=1e-3)
    assert not path.accepted[0]
    assert path.points[-1] == pytest.approx([1e-4], rel=1e-8)


def test_what_the_data_do_not_determine_stays_where_it_is():
    for method in (gauss_newton, levenberg_marquardt):
        path = method(undetermined, np.array([0.0, 1.0]), 20)
        assert path.points[-1] == pytest.approx([1.5, 2.5], abs=1e-6)


def test_parameter_without_influence_stays_finite():
    def first_only(p):
        return np.array([3 - p[0]]), np.array([[-1.0, 0.0]])

    path = levenberg_marquardt(first_only, np.array([0.0, 7.0]), steps=20)
    assert path.points[-1] == pytest.approx([3, 7], abs=1e-10)


def test_gradient_descent_is_equation_6():
    path = gradient_descent(line, np.array([1.0, 1.0]), steps=400, rate=0.02)
    errors, jacobian = line(path.points[0])
    assert path.points[1] == pytest.approx(path.points[0] - 0.04 * jacobian.T @ errors, rel=1e-15)
    assert np.all(np.diff(path.losses[:100]) < 0)       # later ones are rounding
    assert path.points[-1] == pytest.approx([3, -2], abs=1e-10)


def test_network_problem_has_the_networks_loss_and_gradient():
    network = LayeredNetwork((3, 2, 1))
    samples = two_gaussians(dimensions=3, size=60, seed=1)
    point = np.random.default_rng(0).uniform(size=network.size)
    errors, jacobian = network_problem(network, samples.values / 10, samples.labels)(point)
    loss, gradient = network.gradient(
        point[:, None], samples.values[..., None] / 10, samples.labels[:, None])
    assert jacobian.shape == (60, network.size)
    assert errors @ errors / 60 == pytest.approx(loss[0], rel=1e-12)
    assert 2 * jacobian.T @ errors / 60 == pytest.approx(gradient[:, 0], rel=1e-10)     # Eq. 7


def test_levenberg_marquardt_trains_a_network_in_fewer_steps_than_descent():
    network = LayeredNetwork((4, 2, 1))
    samples = two_gaussians(dimensions=4, size=400, seed=0)
    problem = network_problem(network, samples.values / samples.values.max(), samples.labels)
    start = np.random.default_rng(1).uniform(size=13)
    jumps = levenberg_marquardt(problem, start, steps=30)
    descent = gradient_descent(problem, start, steps=300, rate=1e-3)
    assert jumps.losses[-1] < 0.6 * descent.losses[-1] < 0.6 * descent.losses[0]


def test_meyers_problem_is_solved():
    """A long curved valley: from Moré, Garbow and Hillstrom's collection, whose minimum it has."""
    resistance = np.array([
        34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820,
        3307, 2872.0])
    t = 45 + 5 * np.arange(1, 17.0)

    def meyer(p):
        with np.errstate(all="ignore"):
            shape = np.exp(p[1] / (t + p[2]))
            by = np.stack([shape, p[0] * shape / (t + p[2]), -p[0] * shape * p[1] / (t + p[2])**2])
        return resistance - p[0] * shape, -by.T

    path = levenberg_marquardt(meyer, np.array([0.02, 4000, 250]), steps=200)
    assert path.losses[-1] == pytest.approx(87.9458, rel=1e-6)
    assert path.points[-1] == pytest.approx([0.00560964, 6181.346, 345.2236], rel=1e-5)


def test_most_starts_of_a_network_are_not_stuck():
    """With the damping of 1963, and each jump's own scale, 14 of the 20 were."""
    network = LayeredNetwork((4, 2, 1))
    samples = two_gaussians(dimensions=4, size=400, seed=0)
    problem = network_problem(network, samples.values / samples.values.max(), samples.labels)
    ends = [levenberg_marquardt(
        problem, np.random.default_rng(seed).uniform(-1, 1, size=13), steps=300).losses[-1]
        for seed in range(20)]
    assert sum(end > 15 for end in ends) <= 4


def test_steps_after_the_end_change_nothing():
    path = levenberg_marquardt(rosenbrock, np.array([-1.2, 1.0]), steps=3000)
    assert path.points[-1] == pytest.approx([1, 1], abs=1e-12)
    assert np.isfinite(path.points).all()


def test_what_is_no_number_is_not_solved_for():
    def lost(p):
        return np.array([np.nan, 1.0]), np.ones((2, 1))

    assert np.isnan(gauss_newton(lost, np.array([1.0]), steps=2).points[1:]).all()
    path = levenberg_marquardt(lost, np.array([1.0]), steps=2)
    assert (path.points.tolist(), path.accepted) == ([[1.0]] * 3, (False, False))
