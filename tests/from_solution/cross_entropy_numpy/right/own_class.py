"""Right: the layer as a class, called by the function."""

import numpy as np
from cgp_function import function


class SoftmaxCrossEntropy:
    def __init__(self, logits):
        self.logits = np.asarray(logits)

    @property
    def log_probabilities(self):
        shifted = self.logits - self.logits.max(1)[:, None]
        return shifted - np.log(np.sum(np.exp(shifted), 1))[:, None]

    def loss(self, targets):
        return np.where(targets != 0, -targets * self.log_probabilities, 0.0).sum(1).mean()


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    return SoftmaxCrossEntropy(logits).loss(targets)
