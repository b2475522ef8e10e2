"""Right: it counts its own steps, in a state."""

from cgp_harness import optimizer


@optimizer(t=0, v=0, m=0)
def adamw(g, p, t, v, m, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    t = t + 1
    m, v = (beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2)
    step = m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps)
    shrink = weight_decay * p
    return (step + shrink) * lr, t, v, m
