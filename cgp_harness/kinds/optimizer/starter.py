"""A step-size rule to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
"""A step-size rule to begin with, plain descent: change the state and the equations."""

from cgp_harness import optimizer


# State: one value per parameter, kept for you. It begins as said here.
@optimizer(v=0)
def sgd_plus(g, v, lr=1e-3, mu=0.9):
    # g is the gradient; add an argument k to get the step number 1, 2, …, and p to get the value
    # that the parameter has before this step, for reading only.
    # All other arguments are hyperparameters with their defaults.
    step = lr * g
    # First the step to subtract from the parameter, then the new state.
    return step, v
''', registers="sgd_plus")
