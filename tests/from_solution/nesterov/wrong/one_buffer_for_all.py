from cgp_harness import optimizer

buffer = {"v": 0.0}


@optimizer
def nesterov(g, lr=1e-2, mu=0.9):
    buffer["v"] = mu * buffer["v"] + g
    return lr * (g + mu * buffer["v"])
