"""Right: every sum is an einsum."""

import numpy as np
from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    batch = logits.shape[0]
    shifted = logits - np.amax(logits, axis=1)[:, np.newaxis]
    total = np.einsum("bn->b", np.exp(shifted))
    hit = np.einsum("bn,bn->", targets, shifted)
    normal = np.einsum("bn,b->", targets, np.log(total))
    return (normal - hit) / batch
