"""One step of a training in a worker, as a test asks for it."""

import numpy as np


def stepped(training, row, hyperparameters=None):
    """The steps to subtract, (D,), for one row of gradients, and the dtype that they came in."""
    rows = np.array([row], float)
    dtype = training.steps(rows, [hyperparameters or {}])
    return rows[0], dtype
