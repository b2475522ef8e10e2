"""Right, Kingma and Ba's folded form: corrections in the rate, epsilon as it is; Keras's names."""

from cgp_harness import optimizer


@optimizer(velocity=0)
def sgd_plus(g, velocity, eta=1e-3, μ=0.9):
    velocity = μ * velocity + eta * g
    return velocity, velocity


@optimizer(accumulator=0)
def adagrad(g, accumulator, step_size=1e-3, epsilon=1e-8):
    accumulator = accumulator + g * g
    return step_size * g / (accumulator**0.5 + epsilon), accumulator


@optimizer(v=0)
def rmsprop(g, v, eta=1e-3, ρ=0.9, epsilon=1e-8):
    v = v + (1 - ρ) * (g * g - v)
    return eta * g / (v**0.5 + epsilon), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    m = m + (g - m) * (1 - beta_1)
    v = v + (g * g - v) * (1 - beta_2)
    alpha = learning_rate * (1 - beta_2**k) ** 0.5 / (1 - beta_1**k)
    return m * alpha / (v**0.5 + epsilon), m, v
