"""Right: a class of torch's, everything in place."""

import torch

from cgp_harness import optimizer


@optimizer(name="adamax")
class Adamax(torch.optim.Optimizer):
    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["step"] = 0
                    state["exp_avg"] = torch.zeros_like(p)
                    state["exp_inf"] = torch.zeros_like(p)
                state["step"] += 1
                state["exp_avg"].lerp_(p.grad, 1 - beta1)
                norm = p.grad.abs().add_(group["eps"])
                torch.maximum(state["exp_inf"].mul_(beta2), norm, out=state["exp_inf"])
                rate = group["lr"] / (1 - beta1 ** state["step"])
                p.addcdiv_(state["exp_avg"], state["exp_inf"], value=-rate)
