"""Right: eps is kept in the averages, which begin without it at the first step."""

from cgp_harness import optimizer


@optimizer(a=0, b=0)
def adadelta(g, k, a, b, lr=1.0, rho=0.9, eps=1e-6):
    if k == 1:
        a, b = a + eps, b + eps
    # rho (v + eps) + (1 - rho) (g^2 + eps) = rho v + (1 - rho) g^2 + eps
    a = rho * a + (1 - rho) * (g**2 + eps)
    delta = g * b**0.5 * a**-0.5
    b = rho * b + (1 - rho) * (delta**2 + eps)
    return lr * delta, a, b
