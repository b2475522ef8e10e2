from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1e-3, rho=0.9, eps=1e-8):
    v = rho * v + (1 - rho) * g**2
    delta = (u + eps) ** 0.5 / (v + eps) ** 0.5 * g
    u = rho * u + (1 - rho) * delta**2
    return lr * delta, v, u
