"""Homework: Adadelta."""

from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    """Adadelta (Zeiler, 2012), in the form of torch.optim.Adadelta.

        v     <- rho v + (1 - rho) g^2
        delta  = sqrt(u + eps) / sqrt(v + eps) g        with the old u
        u     <- rho u + (1 - rho) delta^2
        step   = lr delta

    v averages the squares of the gradients, u those of the changes, without lr, which may change
    from step to step. eps stands inside both roots. Return step, v, u.
    """
    v = rho * v + (1 - rho) * g**2
    delta = (u + eps) ** 0.5 / (v + eps) ** 0.5 * g
    u = rho * u + (1 - rho) * delta**2
    return lr * delta, v, u
