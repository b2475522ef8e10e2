"""Right, the lecture's epsilon: with numpy's functions."""

import numpy as np

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = np.add(np.multiply(mu, v), np.multiply(lr, g))
    return v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + np.square(g)
    return np.divide(lr * g, np.sqrt(s + eps)), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = np.average([v, np.power(g, 2)], axis=0, weights=[rho, 1 - rho])
    return lr * g / np.sqrt(v + eps), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * np.asarray(g)
    v = beta2 * v + (1 - beta2) * np.abs(g) ** 2
    m_hat = m / (1 - np.power(beta1, k))
    v_hat = v / (1 - np.power(beta2, k))
    return lr * m_hat / np.sqrt(v_hat + eps), m, v
