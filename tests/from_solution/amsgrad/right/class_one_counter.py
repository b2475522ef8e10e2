"""Right: one counter; the maximum by where, new tensors at every step."""

import torch

from cgp_harness import optimizer


@optimizer(name="amsgrad")
class AmsGrad(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(params, {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps})
        self.count = 0

    @torch.no_grad()
    def step(self, closure=None):
        self.count += 1
        for group in self.param_groups:
            b1, b2 = group["beta1"], group["beta2"]
            for p in group["params"]:
                zero = torch.zeros_like(p)
                m, v, top = self.state[p].get("all", (zero, zero, zero))
                m = b1 * m + (1 - b1) * p.grad
                v = b2 * v + (1 - b2) * p.grad.pow(2)
                top = torch.where(v > top, v, top)
                self.state[p]["all"] = m, v, top
                m_hat, top_hat = m / (1 - b1**self.count), top / (1 - b2**self.count)
                p -= group["lr"] * m_hat / (top_hat.sqrt() + group["eps"])
