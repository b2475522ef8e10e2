"""Right: a class that keeps beta1^k as a number, new tensors at every step."""

import torch

from cgp_harness import optimizer


@optimizer(name="adamax")
class AdaMax(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(params, {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            b1, b2 = group["beta1"], group["beta2"]
            for p in group["params"]:
                s = self.state[p]
                s["power"] = s.get("power", 1.0) * b1
                s["m"] = b1 * s.get("m", torch.zeros_like(p)) + (1 - b1) * p.grad
                both = torch.stack([
                    b2 * s.get("u", torch.zeros_like(p)), p.grad.abs() + group["eps"]])
                s["u"] = both.max(dim=0).values
                p -= group["lr"] * (s["m"] / (1 - s["power"])) / s["u"]
