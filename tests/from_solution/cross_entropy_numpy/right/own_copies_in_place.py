"""Right: numpy in place, on arrays of its own."""

import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    log_p = np.array(logits, dtype=np.float64)
    log_p -= log_p.max(axis=1, keepdims=True)
    log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
    log_p *= targets
    return -log_p.sum() / log_p.shape[0]
