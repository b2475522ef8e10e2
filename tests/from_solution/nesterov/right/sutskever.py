"""Right: from the update of the shifted point, x - mu v_old + (1 + mu) v, with v downhill."""

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v_old = v
    v = mu * v_old - g
    change = -mu * v_old + (1 + mu) * v
    return -lr * change, v
