"""Right: a class that begins its state in __init__, new tensors at every step."""

import torch

from cgp_harness import optimizer


@optimizer(name="yogi")
class YOGI(torch.optim.Optimizer):
    START = 1e-6

    def __init__(self, params, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-3):
        super().__init__(params, {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps})
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["m"] = torch.zeros_like(p)
                self.state[p]["v"] = torch.zeros_like(p) + self.START

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p -= self.step_of(self.state[p], p.grad, group)

    @staticmethod
    def step_of(state, g, group):
        b1, b2 = group["beta1"], group["beta2"]
        state["m"] = b1 * state["m"] + (1 - b1) * g
        change = (1 - b2) * g.square()
        v = state["v"]
        state["v"] = torch.where(v < g * g, v + change, torch.where(v > g * g, v - change, v))
        return group["lr"] * state["m"] / (state["v"].sqrt() + group["eps"])
