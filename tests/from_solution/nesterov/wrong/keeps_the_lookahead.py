from cgp_harness import optimizer


@optimizer(velocity=0)
def nesterov(g, velocity, lr=1e-2, mu=0.9):
    velocity = mu * velocity + g
    velocity = g + mu * velocity
    return lr * velocity, velocity
