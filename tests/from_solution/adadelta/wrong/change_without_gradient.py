from cgp_harness import optimizer


@optimizer(v=0, u=0)
def adadelta(g, v, u, lr=1.0, rho=0.9, eps=1e-6):
    v = rho * v + (1 - rho) * g**2
    rate = (u + eps) ** 0.5 / (v + eps) ** 0.5
    u = rho * u + (1 - rho) * rate**2
    return lr * rate * g, v, u
