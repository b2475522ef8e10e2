"""A solution with all that a starter must keep and must not."""

SOLUTION = '''\
"""The right answers of homework 3."""
from __future__ import annotations

import math
import numpy as np
import torch
from torch import Tensor  # for annotations

from cgp_harness import (
    autograd_function,
    optimizer,
)

EPS = 1e-8  # as in the paper
SECRET = 3


def corrected(m, beta, k):
    return m / (1 - beta**k)


@optimizer(m=0, v=0)  # both moments
def adamw(g, p, k, m, v,  # the answer is
          # Eq. 12
          lr=1e-3, beta1=0.9, beta2=0.999, eps=EPS, weight_decay=1e-2):
    """AdamW: weight decay beside Adam.

    The decay is not part of the moments.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    step = corrected(m, beta1, k) / (corrected(v, beta2, k) ** 0.5 + eps)
    return lr * step + lr * weight_decay * p, m, v


@autograd_function("layer_norm")
class LayerNorm(torch.autograd.Function):
    TINY = 1e-5
    OTHER = 2

    @staticmethod
    def forward(ctx, x: "B n", gain: "Tensor", eps: float = TINY) -> "B n":
        """Over the last axis."""
        return LayerNorm._scaled(x) * gain

    @staticmethod
    def backward(ctx, g): return g, LayerNorm.part(g), None

    @staticmethod
    def _scaled(x):
        return x

    @staticmethod
    def part(g):
        return g


if __name__ == "__main__":
    print(SECRET)
'''
