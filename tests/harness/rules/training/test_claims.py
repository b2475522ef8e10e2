"""When a claim is asked, when it is met, and what counts as divergence."""

import numpy as np
import pytest

from cgp_harness.kinds.optimizer.trainings.claims import MARGIN, Claim, diverged
from cgp_harness.kinds.optimizer.trainings.trainings import SEEDS
from cgp_harness.probing.statistics.paired import GATE, Paired, needed_effect


def pairs_with(effect, margin=0.0, seeds=SEEDS):
    """Differences whose effect size is just that."""
    draws = np.random.default_rng(0).normal(size=seeds)
    draws = (draws - draws.mean()) / draws.std(ddof=1)
    return Paired(margin + 0.01 * (draws - effect))


@pytest.mark.parametrize("margin", [0.0, MARGIN])
def test_a_claim_is_asked_from_1_3_times_the_needed_effect_on(margin):
    bound = GATE * needed_effect(SEEDS)
    assert bound == pytest.approx(1.3 * 1.18, rel=0.01)
    for effect, asked in ((bound + 1e-6, True), (bound - 1e-6, False), (-9.0, False)):
        claim = Claim("SGD", margin, pairs_with(0.0), pairs_with(effect, margin))
        assert claim.asked is asked
    assert not Claim("SGD", 0.0, pairs_with(9), pairs_with(9), diverging="SGD").asked


def test_a_claim_is_met_where_the_test_says_so():
    # The quantile of 0.005 at 31 degrees is 2.744: an effect of 0.485.
    for effect, met in ((0.486, True), (0.484, False), (-2.0, False)):
        assert Claim("SGD", 0.0, pairs_with(effect), pairs_with(9.0)).met is met


def test_divergence_is_counted_in_seeds():
    losses = np.ones((4, 5))
    losses[2, 0], losses[3, 1], losses[0, 1], losses[1, 4] = np.nan, np.inf, np.nan, 1e31
    assert diverged(losses) == 3
