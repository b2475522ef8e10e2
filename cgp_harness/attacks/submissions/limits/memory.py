"""Take more memory than there is.

shows: score
by: limits
"""

import numpy as np

from cgp_harness import optimizer


@optimizer
def sgd(g, lr=1e-3):
    hoard = [np.ones(2**24) for _ in range(64)]
    return lr * g
