"""RMSProp in its centred form, which subtracts the square of the mean."""

from cgp_harness import accepted, optimizer


@optimizer(mean=0, v=0)
def rmsprop(g, mean, v, lr=1e-3, rho=0.9, eps=1e-8):
    square = g * g
    mean = rho * mean + (1 - rho) * g
    v = rho * v + (1 - rho) * square
    under = v
    centre = mean
    radicand = under - centre * centre + eps
    root = radicand**0.5
    direction = g / root
    return lr * direction, mean, v


@accepted("rmsprop", "eps_outside_root")
@optimizer(mean=0, v=0)
def eps_outside(g, mean, v, lr=1e-3, rho=0.9, eps=1e-8):
    square = g * g
    mean = rho * mean + (1 - rho) * g
    v = rho * v + (1 - rho) * square
    under = v
    centre = mean
    radicand = under - centre * centre
    root = radicand**0.5 + eps
    direction = g / root
    return lr * direction, mean, v
