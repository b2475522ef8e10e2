"""Right: loops over Python numbers."""

import math

from cgp_function import function


@function("cross_entropy")
def cross_entropy(logits: "B n", targets: "B n") -> "":
    total = 0.0
    for row, weights in zip(logits.tolist(), targets.tolist(), strict=True):
        top = max(row)
        log_sum = math.log(sum(math.exp(one - top) for one in row))
        for one, weight in zip(row, weights, strict=True):
            total -= weight * (one - top - log_sum)
    return total / len(logits)
