"""What is wrong with an activation, seen in this process with numpy alone: an oracle for `mine`."""

import warnings

import numpy as np

H = 2e-3
STENCIL = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))    # error H^4 f''''' / 30


def given(x):
    x = np.array(x, dtype=np.float64)
    x.setflags(write=False)
    return x


def activation_defects(function, seed=0):
    """Names of what is wrong; empty if nothing is."""
    rng = np.random.default_rng(seed)
    # Kinks of activations lie at whole numbers.
    x = given(rng.integers(-12, 12, (8, 10)) + rng.uniform(0.1, 0.9, (8, 10)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return tuple(_defects(function, x))
        except Exception as error:
            return (f"raises {type(error).__name__}",)


def _defects(function, x):
    answer = function(x)
    if not isinstance(answer, tuple) or len(answer) != 2:
        return ["form"]
    value, derivative = (np.asarray(one) for one in answer)
    if value.shape != x.shape or derivative.shape != x.shape:
        return ["shape"]
    found = []
    if not np.array_equal(function(x)[0], value):
        found.append("not repeatable")
    alone = np.array([function(given([one]))[0][0] for one in x.ravel().tolist()])
    if not np.allclose(alone, value.ravel(), rtol=1e-12, atol=1e-300):
        found.append("not elementwise")
    zero = [np.shape(one) for one in function(given(0.5))]
    if zero != [(), ()]:
        found.append("shape ()")
    far = function(given([-1e3, 1e3, -800.0, 800.0]))
    if not np.isfinite(far).all():
        found.append("not finite")
    slope = sum(weight * function(given(x + k * H))[0] for k, weight in STENCIL) / H
    if not np.allclose(slope, derivative, rtol=1e-8, atol=1e-9):
        found.append("derivative")
    if np.ptp(slope) < 1e-6:
        found.append("straight line")
    return found
