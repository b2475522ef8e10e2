"""Homework: softmax with cross-entropy, on numpy arrays."""

import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    """The mean over the batch of the cross-entropy between targets and softmax of the logits.

        loss = -1/B  sum over rows and classes of  targets_bi log softmax(logits_b)_i

    A row of `targets` holds a weight for each class, any real numbers: they need not sum to 1. B and
    n are at least 1. Return one number, finite for logits up to 1000 in size, whatever the other
    rows hold. Its error counts in proportion to the largest product of a logit and a target.
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    losses = -(targets * log_softmax).sum(axis=1)
    return losses.mean()
