"""All four are right, and below them a training never ends: it is stopped, and costs nothing."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = mu * v + lr * g
    return v, v


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + g * g
    return lr * g / (s + eps) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g * g
    return lr * g / (v + eps) ** 0.5, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps) ** 0.5, m, v


p, m, v, k = 1.0, 0.0, 0.0, 0
while abs(p) > 1e-3:  # downhill on p**2; but p is never changed
    k += 1
    step, m, v = adam(2 * p, k, m, v)
