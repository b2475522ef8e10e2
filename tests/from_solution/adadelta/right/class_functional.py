"""Right: a class whose pieces are a method each, new tensors at every step."""

import torch

from cgp_harness import optimizer


@optimizer(name="adadelta")
class MyAdadelta(torch.optim.Optimizer):
    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6):
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps})

    @staticmethod
    def average(old, new, rho):
        return old * rho + new.pow(2) * (1 - rho)

    def step(self, closure=None):
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    p.copy_(p - group["lr"] * self.change(p, group["rho"], group["eps"]))

    def change(self, p, rho, eps):
        zero = torch.zeros_like(p)
        grads, changes = self.state[p].get("averages", (zero, zero))
        grads = self.average(grads, p.grad, rho)
        change = torch.sqrt(changes + eps) / torch.sqrt(grads + eps) * p.grad
        self.state[p]["averages"] = grads, self.average(changes, change, rho)
        return change
