"""The statistics of paired runs: against tables, against simulation, against each other."""

import math
import re

import numpy as np
import pytest

from cgp_harness.probing.statistics.paired import (
    ALPHA,
    CEILING,
    FAILURE,
    FLOOR,
    Paired,
    compared,
    final_loss,
    needed_effect,
    scores,
    steps_to,
)
from cgp_harness.probing.statistics.student_t import failure_rate, incomplete_beta, quantile, tail

# Upper quantiles as printed in every table of the distribution.
TABLE = {
    (0.10, 1): 3.078, (0.05, 1): 6.314, (0.025, 1): 12.706, (0.005, 1): 63.657,
    (0.05, 2): 2.920, (0.005, 3): 5.841, (0.005, 7): 3.499, (0.01, 10): 2.764,
    (0.005, 15): 2.947, (0.05, 30): 1.697, (0.005, 30): 2.750, (0.0005, 30): 3.646,
    (0.005, 60): 2.660, (0.025, 120): 1.980,
}


@pytest.mark.parametrize(("alpha", "degrees"), TABLE)
def test_quantiles_are_those_of_the_tables(alpha, degrees):
    assert quantile(alpha, degrees) == pytest.approx(TABLE[alpha, degrees], abs=5e-4)


@pytest.mark.parametrize("t", [-3.0, -0.4, 0.0, 0.1, 0.9, 1.1, 2.5, 40.0, 1e4])
def test_the_tails_that_have_a_closed_form_are_exact(t):
    assert tail(t, 1) == pytest.approx(0.5 - math.atan(t) / math.pi, rel=1e-9)
    assert tail(t, 2) == pytest.approx(0.5 - t / (2 * math.sqrt(2 + t * t)), rel=1e-7)
    angle = math.atan(t / math.sqrt(3))
    closed = 0.5 - (angle + math.sin(angle) * math.cos(angle)) / math.pi
    assert tail(t, 3) == pytest.approx(closed, rel=1e-7, abs=1e-14)


def test_a_far_tail_keeps_its_digits():
    # P(T > t) -> t^-nu nu^(nu/2 - 1) / B(nu/2, 1/2) as t grows.
    nu, t = 7, 1e6
    log_beta = math.lgamma(nu / 2) + math.lgamma(0.5) - math.lgamma((nu + 1) / 2)
    limit = math.exp((nu / 2 - 1) * math.log(nu) - nu * math.log(t) - log_beta)
    assert tail(t, nu) == pytest.approx(limit, rel=1e-9, abs=0)
    assert (tail(math.inf, nu), tail(-math.inf, nu)) == (0.0, 1.0)


@pytest.mark.parametrize("degrees", [3, 7, 31])
def test_the_two_ways_to_the_distribution_agree(degrees):
    for t in (-2.0, 0.3, 2.7, 6.0):
        assert failure_rate(t, degrees, 0.0) == pytest.approx(1 - tail(t, degrees), abs=1e-9)


def test_the_incomplete_beta_function_is_symmetric_and_exact_where_it_is_a_polynomial():
    for x in (0.0, 0.2, 0.5, 0.7, 1.0):
        assert incomplete_beta(x, 3, 1) == pytest.approx(x**3, abs=1e-15)
        assert incomplete_beta(x, 2, 2) == pytest.approx(3 * x**2 - 2 * x**3, abs=1e-14)
        assert incomplete_beta(x, 15.5, 0.5) == pytest.approx(
            1 - incomplete_beta(1 - x, 0.5, 15.5), abs=1e-14)


@pytest.mark.parametrize(("seeds", "effect"), [(8, 3.08), (16, 1.82), (32, 1.18), (64, 0.81)])
def test_the_needed_effect_is_the_measured_one(seeds, effect):
    # Found beforehand by simulation, of right rules that fail once in 10,000.
    assert needed_effect(seeds) == pytest.approx(effect, rel=0.03)


@pytest.mark.parametrize("seeds", [8, 32])
@pytest.mark.parametrize("effect", [0.0, 0.5, 1.0])
def test_the_failure_rate_is_that_of_simulated_tests(seeds, effect):
    draw = np.random.default_rng(seeds)
    runs = draw.normal(-effect, 1.0, (40_000, seeds))
    failed = np.mean([not Paired(row).below() for row in runs[:4000]])
    t = -runs.mean(axis=1) / runs.std(axis=1, ddof=1) * math.sqrt(seeds)
    rate = failure_rate(quantile(ALPHA, seeds - 1), seeds - 1, effect * math.sqrt(seeds))
    for observed, count in ((np.mean(t <= quantile(ALPHA, seeds - 1)), 40_000), (failed, 4000)):
        # Five standard errors: once in a million for a fresh seed, never for this one.
        assert abs(observed - rate) <= 5 * math.sqrt(rate * (1 - rate) / count)


def test_at_the_needed_effect_one_right_rule_in_ten_thousand_fails():
    seeds = 8
    draw = np.random.default_rng(3)
    runs = draw.normal(needed_effect(seeds), 1.0, (400_000, seeds))
    t = runs.mean(axis=1) / runs.std(axis=1, ddof=1) * math.sqrt(seeds)
    failures = int((t <= quantile(ALPHA, seeds - 1)).sum())
    assert abs(failures - FAILURE * len(runs)) <= 5 * math.sqrt(FAILURE * len(runs))


def test_the_test_by_hand():
    pairs = Paired(np.array([-3.0, -1.0, -2.0, -2.0]))
    sd = math.sqrt(2 / 3)
    assert (pairs.mean, pairs.sd, pairs.seeds) == (-2.0, pytest.approx(sd), 4)
    assert pairs.effect() == pytest.approx(2 / sd)
    assert pairs.effect(margin=-1.0) == pytest.approx(1 / sd)
    assert pairs.p() == pytest.approx(tail(4 / sd, 3))
    assert not pairs.below()                            # t = 4.9, the quantile is 5.84
    assert pairs.below(alpha=0.01)
    assert pairs.below(margin=1.0)                      # t = 7.3


@pytest.mark.parametrize(("value", "margin", "effect", "below"), [
    (-0.25, 0.0, math.inf, True), (0.25, 0.0, -math.inf, False),
    (0.0, 0.0, 0.0, False), (0.0, 0.005, math.inf, True), (0.01, 0.005, -math.inf, False),
])
def test_equal_differences_are_certain_and_no_division_by_zero(value, margin, effect, below):
    pairs = Paired(np.full(8, value))
    assert pairs.effect(margin) == effect
    assert pairs.below(margin) is below
    assert pairs.interval == (value, value)


def test_the_bootstrap_interval_holds_the_mean_as_often_as_it_says():
    draw = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        low, high = Paired(draw.normal(0.3, 1.0, 32)).interval
        inside += low < 0.3 < high
    # 93 to 94 % for 32 seeds in theory; percentile intervals are a little short.
    assert 0.90 <= inside / 400 <= 0.97


def test_the_bootstrap_interval_is_the_same_every_time():
    values = np.random.default_rng(6).normal(size=16)
    low, high = Paired(values).interval
    assert Paired(values.copy()).interval == (low, high)
    assert low < values.mean() < high


def test_a_score_is_the_area_under_the_logarithmic_curve():
    losses = np.array([[1.0, 0.1], [0.01, 0.1]])
    np.testing.assert_allclose(scores(losses), [-1.0, -1.0])
    other = np.array([[10.0, 0.1], [0.1, 0.001]])
    np.testing.assert_allclose(compared(losses, other).differences, [-1.0, 1.0])


@pytest.mark.parametrize(("loss", "decades"), [
    (0.0, math.log10(FLOOR)), (1e-300, math.log10(FLOOR)), (math.inf, math.log10(CEILING)),
    (math.nan, math.log10(CEILING)), (1e200, math.log10(CEILING)), (-math.inf, math.log10(FLOOR)),
])
def test_a_loss_that_has_no_logarithm_counts_as_the_bound_on_its_side(loss, decades):
    np.testing.assert_allclose(scores(np.full((3, 2), loss)), decades)


def test_one_diverged_seed_loses_both_claims():
    better = np.full((100, 32), 0.01)
    better[:, 3] = np.nan
    other = np.random.default_rng(0).uniform(0.09, 0.11, (100, 32))
    assert not compared(better, other).below()
    assert compared(np.delete(better, 3, axis=1), np.delete(other, 3, axis=1)).below()


@pytest.mark.parametrize("shapes", [((5, 1), (5, 1)), ((5,), (5,)), ((5, 3), (5, 4))])
def test_what_is_no_pair_is_refused(shapes):
    ours, theirs = (np.ones(shape) for shape in shapes)
    message = f"losses of shapes {shapes[0]} and {shapes[1]}: no pairs of (T, S)"
    with pytest.raises(ValueError, match=re.escape(message)):
        compared(ours, theirs)


def test_steps_to_a_target_average_a_fortieth_of_the_run_and_may_never_end():
    falling = np.full(200, 1.0)                         # so 5 losses are averaged
    falling[0], falling[-1] = 9.0, 0.0
    losses = np.stack([falling, np.full(200, 9.0), np.full(200, np.nan), falling], axis=1)
    losses[0, 3] = np.inf
    target = np.array([1.1, 1.1, 1.1, 0.9])
    np.testing.assert_array_equal(steps_to(losses, target), [6, np.inf, np.inf, 200])
    np.testing.assert_array_equal(
        steps_to(losses, np.array([3.0, 9.1, np.nan, 0.0])), [5, 5, np.inf, np.inf])
    np.testing.assert_array_equal(steps_to(losses[:3, :2], np.array([1.1, 9.0])), [2, np.inf])


def test_the_final_loss_is_the_mean_of_the_last_tenth():
    losses = np.arange(20.0)[:, None]
    assert final_loss(losses) == 18.5
    assert final_loss(losses[:4]) == 3.0
