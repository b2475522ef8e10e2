"""Undecorated classes of torch; right."""

import math
from collections.abc import Callable

import torch


class SGD(torch.optim.Optimizer):
    def __init__(self, params, lr: float = 1e-3, momentum: float = 0.9):
        if lr < 0:
            raise ValueError(f"a rate of {lr}")
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def step(self, closure: Callable | None = None):
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                state["v"] = group["momentum"] * state.get("v", 0) + p.grad.data
                p.data -= group["lr"] * state["v"]
        return loss


class Adam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                t = state["t"] = state.get("t", 0) + 1
                m = state["m"] = b1 * state.get("m", 0) + (1 - b1) * p.grad.data
                v = state["v"] = b2 * state.get("v", 0) + (1 - b2) * p.grad.data**2
                rate = group["lr"] * math.sqrt(1 - b2**t) / (1 - b1**t)
                p.data -= rate * m / (torch.sqrt(v) + group["eps"])
