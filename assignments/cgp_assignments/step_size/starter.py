"""The step-size homework. Put your own rule in the place of each `...`; see handout.md.

A rule gets the gradient `g` of one parameter, the step number `k` (1, 2, …) if it asks for it, its
own state from the step before, and the hyperparameters. It returns the step to subtract from the
parameter, then the new state. It changes nothing that it was given.
"""

from cgp_harness import optimizer


@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    """SGD with momentum: Eqs. 31 to 33. Return step, v."""
    ...


@optimizer(s=0)
def adagrad(g, s, lr=1e-3, eps=1e-8):
    """AdaGrad: Eqs. 36 and 37. Return step, s."""
    ...


@optimizer(v=0)
def rmsprop(g, v, lr=1e-3, rho=0.9, eps=1e-8):
    """RMSProp: Eq. 37 with an average for the sum. Return step, v."""
    ...


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: Eqs. 38 to 40. Return step, m, v."""
    ...
