import numpy as np

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v = mu * v + (1 - mu) * g
    return lr * np.add(g, mu * v), v
