from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v = mu * v + g
    lookahead = g - mu * v
    return lr * lookahead, v
