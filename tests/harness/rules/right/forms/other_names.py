"""Right, the lecture's epsilon: gradient and state under names of the student's own."""

from cgp_harness import optimizer


@optimizer(velocity=0.0)
def sgd_plus(gradient, velocity, lr=0.001, mu=0.9):
    new_velocity = mu * velocity + gradient
    return lr * new_velocity, new_velocity


@optimizer(cache=0.0)
def adagrad(grad, cache, lr=0.001, eps=1e-8):
    new_cache = cache + grad**2
    return lr * grad / (new_cache + eps) ** 0.5, new_cache


@optimizer(mean_square=0.0)
def rmsprop(dw, mean_square, lr=0.001, decay_rate=0.9, eps=1e-8):
    new_mean_square = decay_rate * mean_square + (1.0 - decay_rate) * dw**2
    return lr * dw / (new_mean_square + eps) ** 0.5, new_mean_square


@optimizer(first_moment=0.0, second_moment=0.0)
def adam(dw, k, first_moment, second_moment, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    first = beta1 * first_moment + (1.0 - beta1) * dw
    second = beta2 * second_moment + (1.0 - beta2) * dw**2
    corrected = first / (1.0 - beta1**k), second / (1.0 - beta2**k)
    return lr * corrected[0] / (corrected[1] + eps) ** 0.5, first, second
