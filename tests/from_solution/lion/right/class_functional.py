"""Right: a class that computes the whole step first; betas by name."""

import torch

from cgp_harness import optimizer


@optimizer(name="lion")
class LION(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=1e-2):
        super().__init__(
            params, {"lr": lr, "beta1": beta1, "beta2": beta2, "weight_decay": weight_decay})
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["m"] = torch.zeros_like(p)

    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2, wd = group["beta1"], group["beta2"], group["weight_decay"]
            for p in group["params"]:
                m, g = self.state[p]["m"], p.grad
                step = torch.sign(b1 * m + (1 - b1) * g) + wd * p.data
                self.state[p]["m"] = b2 * m + (1 - b2) * g
                p.data = p.data - group["lr"] * step
