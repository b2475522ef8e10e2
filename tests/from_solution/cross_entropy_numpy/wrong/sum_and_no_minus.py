import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return (targets * log_softmax).sum()
