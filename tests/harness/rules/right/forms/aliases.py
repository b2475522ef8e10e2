"""Right, the lecture's epsilon: every hyperparameter under another accepted name."""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, learning_rate=1e-3, momentum=0.9):
    v = momentum * v + learning_rate * g
    return v, v


@optimizer(s=0)
def adagrad(g, s, learning_rate=1e-3, epsilon=1e-8):
    s = s + g * g
    return learning_rate * g / (s + epsilon) ** 0.5, s


@optimizer(v=0)
def rmsprop(g, v, learning_rate=1e-3, decay=0.9, epsilon=1e-8):
    v = decay * v + (1 - decay) * g * g
    return learning_rate * g / (v + epsilon) ** 0.5, v


@optimizer(m=0, v=0)
def adam(g, k, m, v, learning_rate=1e-3, b1=0.9, b2=0.999, epsilon=1e-8):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g * g
    return learning_rate * (m / (1 - b1**k)) / (v / (1 - b2**k) + epsilon) ** 0.5, m, v
