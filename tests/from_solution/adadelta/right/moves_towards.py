"""Right: each average moves towards the new square by a share of the distance."""

from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    share = 1 - rho
    v = v + share * (g * g - v)
    delta = (u + eps) ** 0.5 * g / (v + eps) ** 0.5
    u = u + share * (delta * delta - u)
    return delta * lr, v, u
