"""Right: max(a, b) = (a + b + |a - b|) / 2, by operators alone."""

from cgp_harness import optimizer


@optimizer(m=0, u=0)
def adamax(g, k, m, u, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    faded, now = beta2 * u, abs(g) + eps
    u = (faded + now + abs(faded - now)) / 2
    m = beta1 * m + (1 - beta1) * g
    return lr * m / (1 - beta1**k) / u, m, u
