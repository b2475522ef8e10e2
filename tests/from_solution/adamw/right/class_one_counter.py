"""Right: one counter for the optimizer, the whole step computed before anything moves."""

import torch

from cgp_harness import optimizer


@optimizer(name="adamw")
class DecoupledAdam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
        defaults = {
            "lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, defaults)
        self.t = 0
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["first"] = torch.zeros_like(p)
                self.state[p]["second"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, closure=None):
        self.t += 1
        for group in self.param_groups:
            for p in group["params"]:
                p -= self._step_of(p, group)

    def _step_of(self, p, group):
        b1, b2, s = group["beta1"], group["beta2"], self.state[p]
        s["first"] = b1 * s["first"] + (1 - b1) * p.grad
        s["second"] = b2 * s["second"] + (1 - b2) * p.grad**2
        adam = (s["first"] / (1 - b1**self.t)) / (
            (s["second"] / (1 - b2**self.t)).sqrt() + group["eps"])
        return group["lr"] * adam + group["lr"] * group["weight_decay"] * p
