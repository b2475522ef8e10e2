"""Right, torch's epsilon: shared pieces as functions, one of them a closure."""

from cgp_harness import optimizer


def square(x):
    return x * x


def scaled_by_root(epsilon):
    def divide(numerator, second):
        return numerator / (second**0.5 + epsilon)

    return divide


def average(decay, old, new):
    return decay * old + (1 - decay) * new


def corrected(moment, decay, k):
    return moment / (1 - decay**k)


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    def increment():
        return mu * v + lr * g

    return increment(), increment()


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    s = s + square(g)
    return scaled_by_root(eps)(lr * g, s), s


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    v = average(rho, v, square(g))
    return scaled_by_root(eps)(lr * g, v), v


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = average(beta1, m, g), average(beta2, v, square(g))
    return scaled_by_root(eps)(lr * corrected(m, beta1, k), corrected(v, beta2, k)), m, v
