"""Right: numpy has the log-sum-exp as a reduction."""

import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(z, t):
    log_p = z - np.logaddexp.reduce(z, axis=1)[:, None]
    return np.mean(np.sum(-t * log_p, axis=1))
