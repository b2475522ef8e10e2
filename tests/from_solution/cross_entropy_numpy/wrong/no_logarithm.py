import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax = e / e.sum(axis=1, keepdims=True)
    losses = -(targets * softmax).sum(axis=1)
    return losses.mean()
