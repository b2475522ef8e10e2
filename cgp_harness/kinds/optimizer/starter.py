"""A step-size rule to begin with."""

from cgp_harness.kind import Starter

STARTER = Starter('''\
"""A step-size rule to begin with: change the name, the state and the equations."""

from cgp_harness import optimizer


# State: one value per parameter, kept for you. It begins as said here.
@optimizer(previous=0)
def mean_of_two(g, previous, lr=1e-3):
    # g is the gradient; add an argument k to get the step number 1, 2, …, and p to get the value
    # that the parameter has before this step, for reading only.
    # All other arguments are hyperparameters with their defaults.
    step = lr * (g + previous) / 2
    # First the step to subtract from the parameter, then the new state.
    return step, g
''', to_rename="mean_of_two")
