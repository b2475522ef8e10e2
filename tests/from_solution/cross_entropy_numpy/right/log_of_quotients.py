"""Right: -log p_i is the log-sum-exp of the differences to the i-th logit."""

import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    differences = logits[:, None, :] - logits[:, :, None]
    top = differences.max(axis=2)
    minus_log_p = top + np.log(np.exp(differences - top[:, :, None]).sum(axis=2))
    return np.tensordot(targets, minus_log_p, axes=2) / len(targets)
