"""The step-size homework, from the formulas on paper: every rule moves one single number."""

from math import sqrt

from cgp_harness import optimizer


@optimizer(velocity=0.0)
def sgd_plus(gradient, velocity, learning_rate=0.001, momentum=0.9):
    velocity = momentum * velocity + gradient
    return learning_rate * velocity, velocity


@optimizer(sum_of_squares=0.0)
def adagrad(gradient, sum_of_squares, learning_rate=0.001, epsilon=1e-8):
    if gradient == 0:
        return 0.0, sum_of_squares
    sum_of_squares += gradient**2
    return learning_rate * gradient / (sqrt(sum_of_squares) + epsilon), sum_of_squares


@optimizer(mean_square=0.0)
def rmsprop(gradient, mean_square, learning_rate=0.001, decay=0.9, epsilon=1e-8):
    mean_square = decay * mean_square + (1 - decay) * gradient**2
    return learning_rate * gradient / (sqrt(mean_square) + epsilon), mean_square


@optimizer(first=0.0, second=0.0)
def adam(gradient, k, first, second, learning_rate=0.001, b1=0.9, b2=0.999, epsilon=1e-8):
    first = b1 * first + (1 - b1) * gradient
    second = b2 * second + (1 - b2) * gradient**2
    corrected_first = first / (1 - b1**k)
    corrected_second = second / (1 - b2**k)
    step = learning_rate * corrected_first / (sqrt(corrected_second) + epsilon)
    return step, first, second
