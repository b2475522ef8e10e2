"""Right, torch's epsilon: annotated, documented, with checks of its own."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from cgp_harness import optimizer

Array = TypeVar("Array", float, np.ndarray)


@optimizer(v=0.0)
def sgd_plus(g: Array, v: Array, lr: float = 1e-3, mu: float = 0.9) -> tuple[Array, Array]:
    """SGD with momentum, the rate outside the buffer."""
    assert np.shape(g) == np.shape(v), "gradient and buffer differ in shape"
    v = mu * v + g
    return lr * v, v


@optimizer(s=0.0)
def adagrad(g: Array, s: Array, lr: float = 1e-3, eps: float = 1e-8) -> tuple[Array, Array]:
    """Every number of the parameter gets a rate of its own."""
    s = s + g**2
    return lr * g / (s**0.5 + eps), s


@optimizer(v=0.0)
def rmsprop(
    g: Array, v: Array, lr: float = 1e-3, rho: float = 0.9, eps: float = 1e-8
) -> tuple[Array, Array]:
    """AdaGrad that forgets."""
    v = rho * v + (1 - rho) * g**2
    return lr * g / (v**0.5 + eps), v


@optimizer(m=0.0, v=0.0)
def adam(
    g: Array,
    k: int,
    m: Array,
    v: Array,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[Array, Array, Array]:
    """Momentum and RMSProp at once, both corrected for their start at zero."""
    assert k >= 1, "k starts at 1"
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat: Array = m / (1 - beta1**k)
    v_hat: Array = v / (1 - beta2**k)
    return lr * m_hat / (v_hat**0.5 + eps), m, v
