"""Right: the state is what momentum will add at the next step, mu v."""

from cgp_harness import optimizer


@optimizer(push=0)
def nesterov(g, push, lr=1e-2, mu=0.9):
    push = (push + g) * mu
    return (g + push) * lr, push
