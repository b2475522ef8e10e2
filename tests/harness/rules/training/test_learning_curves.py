"""The curves of `convergence` are its scores, cut into windows; they end where a rule diverges."""

from functools import partial

import numpy as np

from cgp_harness.kinds.optimizer.trainings.baselines import Baselines
from cgp_harness.kinds.optimizer.trainings.comparison import Comparison, Setting
from cgp_harness.kinds.optimizer.trainings.learning_curves import losses_plot
from cgp_harness.probing.statistics.paired import scores
from cgp_reference.problems import PROBLEMS


def curve_of(losses):
    """The student's curve in the plot of a rule with these losses."""
    found = Comparison(PROBLEMS["ravine"], losses, Baselines(losses, losses, losses), ())
    setting = Setting("Adam", losses.shape[1], {"lr": 0.1}, 0.1)
    return next(s for s in losses_plot(setting, found).series if s.role == "student")


def test_a_curve_of_known_losses():
    falling = np.linspace(0, -3, 240)[:, None]
    losses = 10.0 ** (falling + np.linspace(-1, 1, 21))
    series = curve_of(losses)
    assert (series.x[:2], len(series.x)) == ((1.5, 3.5), 120)
    close = partial(np.testing.assert_allclose, rtol=1e-5, atol=1e-5)  # six digits
    close(np.mean(np.log10(series.y)), scores(losses)[10])
    close(series.y[0], np.sqrt(losses[0, 10] * losses[1, 10]))
    # Of 21 seeds, 5 % lie below the second and above the last but one.
    close(np.log10(series.low), np.log10(series.y) - 0.9)
    close(np.log10(series.high), np.log10(series.y) + 0.9)


def test_a_curve_ends_where_it_diverges():
    losses = np.ones((120, 21))
    losses[60:, 18:] = np.nan                           # three seeds of 21
    losses[90:, 5:] = np.inf
    series = curve_of(losses)
    assert series.low == (1.0,) * 120
    assert series.y == (1.0,) * 90 + (None,) * 30
    assert series.high == (1.0,) * 60 + (None,) * 60


def test_no_band_lies_between_a_seed_that_learns_and_one_that_has_diverged():
    losses = np.ones((120, 20))
    losses[:, 19] = np.nan                              # 95 % is between it and the next
    assert set(curve_of(losses).high) == {1.0}
