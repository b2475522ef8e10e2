"""Right, the lecture's epsilon, in Adam at the uncorrected v: names in Greek letters."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, η=1e-3, γ=0.9):
    v = γ * v + η * g
    return v, v


@optimizer(s=0)
def adagrad(g, s, η=1e-3, ε=1e-8):
    s = s + g * g
    return η * g / (s + ε) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, η=1e-3, α=0.9, ε=1e-8):
    v = α * v + (1 - α) * g * g
    return η * g / (v + ε) ** 0.5, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, η=1e-3, β1=0.9, β2=0.999, ε=1e-8):
    m = β1 * m + (1 - β1) * g
    v = β2 * v + (1 - β2) * g * g
    return η * (1 - β2**k) ** 0.5 / (1 - β1**k) * m / (v + ε) ** 0.5, m, v
