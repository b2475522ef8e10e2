"""Right: a class of torch's, everything in place."""

import torch

from cgp_harness import optimizer


@optimizer(name="yogi")
class Yogi(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.999), eps=1e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["m"] = torch.zeros_like(p)
                    state["v"] = torch.full_like(p, 1e-6)
                square = p.grad * p.grad
                state["m"].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                sign = torch.sign(state["v"] - square)
                state["v"].sub_((1 - beta2) * sign * square)
                p.addcdiv_(state["m"], state["v"].sqrt().add_(group["eps"]), value=-group["lr"])
