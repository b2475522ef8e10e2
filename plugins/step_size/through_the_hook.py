"""All four rules from three small pieces, given to the harness through its hook.

Run as a program, it shows how far each rule gets down a bowl in a hundred steps.
"""

from cgp_harness import hookimpl, optimizer


def decayed(old, new, keep):
    return keep * old + (1 - keep) * new


def without_start_bias(average, keep, k):
    return average / (1 - keep**k)


def normalised(x, square, eps):
    return x / (square + eps) ** 0.5


@optimizer(increment=0)
def sgd_plus(g, increment, lr=1e-3, mu=0.9):
    increment = mu * increment + lr * g
    return increment, increment


@optimizer(total=0)
def adagrad(g, total, lr=1e-3, eps=1e-8):
    total = total + g * g
    return lr * normalised(g, total, eps), total


@optimizer(mean=0)
def rmsprop(g, mean, lr=1e-3, rho=0.9, eps=1e-8):
    mean = decayed(mean, g * g, rho)
    return lr * normalised(g, mean, eps), mean


@optimizer(m=0, v=0)
def adam(g, m, v, k, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = decayed(m, g, beta1), decayed(v, g * g, beta2)
    m_hat, v_hat = without_start_bias(m, beta1, k), without_start_bias(v, beta2, k)
    return lr * normalised(m_hat, v_hat, eps), m, v


@hookimpl
def cgp_step_size_optimizers():
    return [sgd_plus, adagrad, rmsprop, adam]


if __name__ == "__main__":
    for rule in cgp_step_size_optimizers():
        x, run = 1.0, rule.run([1.0])
        for _ in range(100):
            x -= run.step([2 * x], {"lr": 0.05})[0]
        print(f"{rule.name:10} {x * x:.1e}")
