"""Homework: Nesterov's momentum."""

from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    """Momentum that looks one step ahead, in the form of torch.optim.SGD(nesterov=True).

        v    <- mu v + g
        step  = lr (g + mu v)        with the new v

    The buffer v holds gradients and no learning rate, which may change from step to step.
    Return step, v.
    """
    v = mu * v + g
    return lr * (g + mu * v), v
