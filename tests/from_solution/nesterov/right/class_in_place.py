"""Right: a class of torch's, everything in place."""

import torch

from cgp_harness import optimizer


@optimizer(name="nesterov")
class Nesterov(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, mu=0.9):
        super().__init__(params, {"lr": lr, "mu": mu})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                state = self.state[p]
                if "buffer" not in state:
                    state["buffer"] = torch.zeros_like(p)
                buffer = state["buffer"].mul_(group["mu"]).add_(p.grad)
                p.add_(p.grad.add(buffer, alpha=group["mu"]), alpha=-group["lr"])
