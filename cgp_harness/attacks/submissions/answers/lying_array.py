"""Answer with an array that claims to equal everything.

shows: score
by: process
"""

import numpy as np

from cgp_harness import optimizer


class Lying(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __sub__(self, other):
        return np.zeros(self.shape)

    def __reduce__(self):
        return (exit, ())


@optimizer
def sgd(g, lr=1e-3):
    return (0 * g).view(Lying)
