"""What the four Functions of the homework must do, from formulas: independent of the harness.

Plain floats and loops where a formula has a branch; no torch, no specification of the grader.
"""

import math
from dataclasses import dataclass

import numpy as np


def softplus(x):
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def logistic(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def each(function, x):
    return np.array([function(number) for number in x.ravel().tolist()]).reshape(x.shape)


@dataclass(frozen=True)
class Contract:
    """One task.

    Args:
        forward: inputs -> output, float64.
        vjp: inputs and cotangent -> a gradient for each input.
        points: seed -> lists of inputs of many shapes, all of them specified.
        dtype: of the output; None for that of the input.
        only_needed: whether an input that needs no gradient must get None.
    """

    forward: object
    vjp: object
    points: object
    dtype: str | None = None
    only_needed: bool = False


SHAPES = ((3,), (2, 3), (), (1,), (0,))


def numbers(draw, special):
    """Inputs of every shape, drawn; and one array that ends with the special numbers."""
    def points(seed):
        rng = np.random.default_rng(seed)
        drawn = [[draw(rng, shape)] for shape in SHAPES]
        return [*drawn, [np.concatenate([draw(rng, (4,)), special])]]
    return points


def affine_points(seed):
    rng = np.random.default_rng(seed)
    return [
        [rng.normal(size=(batch, n)), rng.normal(size=(m, n)), rng.normal(size=m)]
        for batch, n, m in ((4, 3, 2), (3, 3, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (0, 3, 2))
    ]


def window_points(rng, shape):
    """Of size up to 3, none within 0.01 of 1 in size."""
    size = rng.uniform(0, 3, shape)
    return np.where(np.abs(size - 1) < 0.01, 0.5, size) * rng.choice([-1, 1], shape)


CONTRACTS = {
    "quantize": Contract(
        lambda x: each(math.floor, x).astype(np.float64),
        lambda x, g: [g + (x - each(math.floor, x))],
        numbers(lambda rng, shape: rng.integers(0, 256, shape) + rng.uniform(0.01, 0.99, shape),
                np.array([0.0, 1.0, 128.0, 255.0, 255.75])),
        dtype="float64",
    ),
    "softplus": Contract(
        lambda x: each(softplus, x),
        lambda x, g: [g * each(logistic, x)],
        numbers(lambda rng, shape: rng.normal(0, 3, shape),
                np.array([0.0, 20.5, -40.0, 100.0, -300.0, -700.0, 1000.0, -1000.0])),
    ),
    "affine": Contract(
        lambda x, W, b: np.einsum("bn,mn->bm", x, W) + b,
        lambda x, W, b, g: [
            np.einsum("bm,mn->bn", g, W), np.einsum("bm,bn->mn", g, x), np.einsum("bm->m", g)],
        affine_points, only_needed=True,
    ),
    "sign_ste": Contract(
        lambda x: each(lambda number: 1.0 if number >= 0 else -1.0, x),
        lambda x, g: [g * each(lambda number: float(-1 < number < 1), x)],
        numbers(window_points, np.array([0.0, -0.0, 1e-9, -1e-9, 50.0, -50.0])),
    ),
}
