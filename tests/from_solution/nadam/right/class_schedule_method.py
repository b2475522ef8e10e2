"""Right: a class with the schedule as a method and one counter."""

import torch

from cgp_harness import optimizer


@optimizer(name="nadam")
class NesterovAdam(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3):
        super().__init__(params, dict(
            lr=lr, beta1=beta1, beta2=beta2, eps=eps, momentum_decay=momentum_decay))
        self.k = 0

    @staticmethod
    def mu(k, group):
        return group["beta1"] * (1 - 0.96 ** (k * group["momentum_decay"]) / 2)

    @torch.no_grad()
    def step(self, closure=None):
        self.k += 1
        for group in self.param_groups:
            b1, b2 = group["beta1"], group["beta2"]
            now, then = self.mu(self.k, group), self.mu(self.k + 1, group)
            group.setdefault("product", 1.0)
            group["product"] = group["product"] * now
            for p in group["params"]:
                s = self.state[p]
                s["m"] = b1 * s.get("m", torch.zeros_like(p)) + (1 - b1) * p.grad
                s["v"] = b2 * s.get("v", torch.zeros_like(p)) + (1 - b2) * p.grad.square()
                m_bar = ((1 - now) / (1 - group["product"]) * p.grad
                         + then / (1 - group["product"] * then) * s["m"])
                p -= group["lr"] * m_bar / ((s["v"] / (1 - b2**self.k)).sqrt() + group["eps"])
