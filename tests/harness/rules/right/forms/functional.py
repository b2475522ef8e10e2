"""Right, the lecture's epsilon: anonymous pieces, reduce and map; the results as lists."""

from functools import reduce
from operator import add, mul

from cgp_harness import optimizer

PIECES = {
    "blend": lambda old, new, keep: reduce(add, map(mul, [keep, 1 - keep], [old, new])),
    "divide": lambda top, bottom, eps: top / (bottom + eps) ** 0.5,
}


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    v = reduce(add, [mu * v, g])
    return [lr * v, v]


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    return [PIECES["divide"](lr * g, s + g * g, eps), s + g * g]


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    return [
        PIECES["divide"](lr * g, (after := PIECES["blend"](v, g * g, rho)), eps),
        after,
    ]


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    moments = [PIECES["blend"](*three) for three in [(m, g, beta1), (v, g * g, beta2)]]
    m_hat, v_hat = (
        moment / (1 - beta**k) for moment, beta in zip(moments, (beta1, beta2), strict=True)
    )
    return [PIECES["divide"](lr * m_hat, v_hat, eps), *moments]
