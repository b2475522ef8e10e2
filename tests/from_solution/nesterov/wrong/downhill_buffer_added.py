from cgp_harness import optimizer


@optimizer(v=0)
def nesterov(g, v, lr=1e-2, mu=0.9):
    v_prev = v
    v = mu * v - lr * g                       # velocity, downhill
    return -mu * v_prev - (1 + mu) * v, v
