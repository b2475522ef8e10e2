from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, k, v, lr=1e-2, mu=0.9):
    if k == 1:
        return lr * g, g
    v = mu * v + g
    return lr * (g + mu * v), v
