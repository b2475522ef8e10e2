"""Never answer."""

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    while True:
        pass
